import { KeyedSemaphore } from './keyed-semaphore';

/** Runs pieces of work of one key after another, in the order they came, and those of others beside them. */
export class KeyedMutex {
  private readonly turns = new KeyedSemaphore(1);

  /** @param patience milliseconds after which a piece that never ends lets the next one go on */
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
