import { withAbort } from './with-abort';

/** Runs pieces of work of one key after another, in the order they came, and those of others beside them. */
export class KeyedMutex {
  private readonly tails = new Map<string, Promise<unknown>>();

  /** @param patience milliseconds after which a piece that never ends lets the next one go on */
  constructor(private readonly patience?: number) {}

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.tails.get(key) ?? Promise.resolve()).then(work);
    const late = this.patience === undefined ? undefined : AbortSignal.timeout(this.patience);
    const over = withAbort(turn, late).catch(() => undefined);
    this.tails.set(key, over);
    try {
      return await turn;
    } finally {
      if (this.tails.get(key) === over) this.tails.delete(key);
    }
  }
}
