import { Readable, finished } from 'node:stream';

interface Watcher {
  /** Called with each chunk before the reader gets it. Ends the stream by throwing. */
  chunk?: (chunk: Buffer) => void;
  /** Returns the error that the reader gets instead. */
  error?: (error: Error) => Error;
}

/**
 * A stream that opens its source when it is first read. Destroying it closes the source at once, while a generator
 * would wait for the next bytes.
 */
export class LazyStream extends Readable {
  private source?: Readable;
  private opening = false;

  /** @param open not called if nobody reads */
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
