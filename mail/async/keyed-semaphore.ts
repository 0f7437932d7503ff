import { Semaphore, type TurnOptions } from './semaphore';

/** One semaphore for each key, dropped while unused. */
export class KeyedSemaphore {
  private readonly semaphores = new Map<string, Semaphore>();

  /** @param size of each */
  constructor(private readonly size: number) {}

  /** As `Semaphore.take`. */
  async take(key: string, options?: TurnOptions): Promise<() => void> {
    const semaphore = this.semaphores.get(key) ?? new Semaphore(this.size);
    this.semaphores.set(key, semaphore);
    const forget = () => {
      if (semaphore.idle && this.semaphores.get(key) === semaphore) this.semaphores.delete(key);
    };
    try {
      const release = await semaphore.take(options);
      return () => {
        release();
        forget();
      };
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** Who waits, the next one first. */
  line(key: string): unknown[] {
    return this.semaphores.get(key)?.line ?? [];
  }

  /** How many wait for their turn. */
  waiting(key: string): number {
    return this.semaphores.get(key)?.waiting ?? 0;
  }
}
