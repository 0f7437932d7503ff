import { Readable, finished } from 'node:stream';

interface Watcher {
  /** Sees each chunk before the reader does, and ends the stream by throwing. */
  chunk?: (chunk: Buffer) => void;
  /** Gives the error that the reader sees in place of this one. */
  error?: (error: Error) => Error;
}

/**
 * A stream that is opened when it is first read, and closed when it is destroyed: at once, and not only when
 * the next bytes have come, as a generator would.
 */
export class LazyStream extends Readable {
  private source?: Readable;
  private opening = false;

  /** @param open is not called where nobody reads */
  constructor(
    private readonly open: () => Promise<Readable> | Readable,
    private readonly watcher: Watcher = {},
  ) {
    super();
  }

  override _read(): void {
    this.source?.resume();
    if (this.opening) return;
    this.opening = true;
    void this.begin().catch((error: Error) => this.fail(error));
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.source?.destroy();
    done(error);
  }

  private async begin(): Promise<void> {
    const source = await this.open();
    this.source = source;
    finished(source, { writable: false }, (error) => {
      if (error) this.fail(error);
      else this.push(null);
    });
    if (this.destroyed) source.destroy();
    else source.on('data', (chunk: Buffer) => this.pass(source, chunk));
  }

  private pass(source: Readable, chunk: Buffer): void {
    try {
      this.watcher.chunk?.(chunk);
      if (!this.push(chunk)) source.pause();
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private fail(error: Error): void {
    if (!this.destroyed) this.destroy(this.watcher.error?.(error) ?? error);
  }
}
