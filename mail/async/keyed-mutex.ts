import { KeyedSemaphore } from './keyed-semaphore';

/** Runs tasks with the same key one after another, in order of arrival. Tasks with different keys run in parallel. */
export class KeyedMutex {
  private readonly turns = new KeyedSemaphore(1);

  /** @param patience milliseconds after which the next task may start, even if the current one never ends */
  constructor(private readonly patience?: number) {}

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const release = await this.turns.take(key);
    const timer = this.patience === undefined ? undefined : setTimeout(release, this.patience);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      release();
    }
  }
}
