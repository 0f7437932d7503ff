import type { Socket } from 'node:net';

/** RFC 1939 section 3 allows 512 octets. A server that sends a line this long does not speak POP3. */
const LONGEST_LINE = 64 * 1024;

/** Longer responses are not a list of messages, regardless of the size of the maildrop. */
const MOST_LINES = 1_000_000;
const MOST_LISTED = 64 * 1024 * 1024;

/**
 * How many bytes a message may have beyond its announced size. Some servers count a line end as one byte, or announce
 * no size.
 */
const MOST_UNANNOUNCED = 64 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;

/**
 * Reads the server's output as lines, and as data between them. Reads from the socket only when the caller is waiting
 * for data, so a slow reader slows the server down.
 */
export class PopReader {
  private held: Buffer = Buffer.alloc(0);
  private ended = false;
  private failure?: Error;
  private wake: () => void = () => {};
  private waiting = false;
  private readonly detach: () => void;

  /** @param silence milliseconds without a byte, while waiting for one, after which the connection is closed */
  constructor(
    private readonly socket: Socket,
    private readonly silence: number,
  ) {
    const onReadable = () => this.wake();
    const onEnd = () => this.end();
    const onError = (error: Error) => this.end(error);
    socket.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onError);
    this.detach = () => {
      socket.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onError);
    };
  }

  /** Whether the server closed the connection, or it failed. */
  get hasEnded(): boolean {
    return this.ended;
  }

  /** Whether unrequested bytes have been received. */
  get hasMore(): boolean {
    return this.held.length > 0 || this.socket.readableLength > 0;
  }

  /** Hands the socket over, for example to TLS. */
  release(): void {
    this.detach();
  }

  /** The next line, without its line end. Non-ASCII bytes are kept, one character each. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.held.indexOf(LF);
      if (end >= 0) {
        const line = this.held.toString('latin1', 0, end).replace(/\r$/, '');
        this.held = this.held.subarray(end + 1);
        return line;
      }
      if (this.held.length > LONGEST_LINE) throw coded('a line without an end', 'EPROTOCOL');
      await this.more();
    }
  }

  /** The lines of a multi-line response (RFC 1939 section 3). */
  async lines(): Promise<string[]> {
    const lines: string[] = [];
    let length = 0;
    for (;;) {
      const line = await this.line();
      if (line === '.') return lines;
      length += line.length;
      if (lines.length >= MOST_LINES || length > MOST_LISTED)
        throw coded('a list without an end', 'EPROTOCOL');
      lines.push(line.startsWith('.') ? line.slice(1) : line);
    }
  }

  /**
   * The bytes of a multi-line response as they were before dot-stuffing: without the dot added to lines that start with
   * one, and without the final line (RFC 1939 section 3). All else is unchanged, including 8-bit bytes and other kinds
   * of line ends.
   *
   * @param announced size in bytes according to the server, which may be too small
   * @throws EPROTOCOL if the response does not end
   */
  async *data(announced = 0): AsyncGenerator<Buffer> {
    let atLineStart = true;
    let left = 2 * announced + MOST_UNANNOUNCED;
    for (;;) {
      const { chunk, rest, complete } = unstuffed(this.held, atLineStart);
      this.held = rest;
      left -= chunk.length;
      if (left < 0) throw coded('a message without an end', 'EPROTOCOL');
      if (chunk.length > 0) {
        atLineStart = chunk.at(-1) === LF;
        yield chunk;
      }
      if (complete) return;
      await this.more();
    }
  }

  private async more(): Promise<void> {
    const chunk = this.socket.read() as Buffer | null;
    if (chunk) {
      this.held = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
      return;
    }
    if (this.failure) throw this.failure;
    if (this.ended) throw coded('closed by the server', 'ECONNRESET');
    await this.news();
  }

  private async news(): Promise<void> {
    if (this.waiting) throw new TypeError('Two readers of one connection');
    this.waiting = true;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        timer = setTimeout(() => {
          this.end(coded('silence', 'ESILENCE'));
          this.socket.destroy();
        }, this.silence);
        if (this.ended || this.socket.readableLength > 0) resolve();
      });
    } finally {
      clearTimeout(timer);
      this.waiting = false;
    }
  }

  private end(error?: Error): void {
    this.ended = true;
    this.failure ??= error;
    this.wake();
  }
}

export const coded = (message: string, code: string): Error => Object.assign(new Error(message), { code });

/**
 * The part of the held bytes that can be passed on. The start of a line is held back until it is clear whether it is
 * the final line.
 */
function unstuffed(held: Buffer, atLineStart: boolean) {
  const pieces: Buffer[] = [];
  let start = 0;
  let lineStart = atLineStart ? 0 : held.indexOf(LF) + 1;
  if (!atLineStart && lineStart === 0) return { chunk: held, rest: Buffer.alloc(0), complete: false };
  for (;;) {
    if (lineStart >= held.length) {
      pieces.push(held.subarray(start));
      return { chunk: joined(pieces), rest: Buffer.alloc(0), complete: false };
    }
    if (held[lineStart] === DOT) {
      const [next, after] = [held[lineStart + 1], held[lineStart + 2]];
      const undecided = next === undefined || (next === CR && after === undefined);
      if (undecided || next === LF || (next === CR && after === LF)) {
        pieces.push(held.subarray(start, lineStart));
        const end = lineStart + (next === LF ? 2 : 3);
        return {
          chunk: joined(pieces),
          rest: held.subarray(undecided ? lineStart : end),
          complete: !undecided,
        };
      }
      pieces.push(held.subarray(start, lineStart));
      start = lineStart + 1;
    }
    const lineEnd = held.indexOf(LF, lineStart);
    lineStart = lineEnd < 0 ? held.length : lineEnd + 1;
  }
}

const joined = (pieces: Buffer[]): Buffer => (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));
