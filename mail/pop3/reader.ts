import type { Socket } from 'node:net';

/** RFC 1939 section 3 allows 512 octets; no server that speaks POP3 sends a line of this length. */
const LONGEST_LINE = 64 * 1024;

/** More lines or characters than this are no list of messages, whatever the size of the maildrop. */
const MOST_LINES = 1_000_000;
const MOST_LISTED = 64 * 1024 * 1024;

/** Bytes of a message beyond what the server has announced: line ends count as one byte on some servers, or nothing does. */
const MOST_UNANNOUNCED = 64 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;

/**
 * What a server sends, as lines and as data between them. Asks the socket for more only where somebody waits for
 * it, so that a slow reader slows the server down.
 */
export class PopReader {
  private held: Buffer = Buffer.alloc(0);
  private ended = false;
  private failure?: Error;
  private wake: () => void = () => {};
  private waiting = false;
  private readonly detach: () => void;

  /**
   * @param silence milliseconds without a byte, while one is waited for, that end the connection
   */
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

  /** Whether the server has ended the connection, or it has failed. */
  get hasEnded(): boolean {
    return this.ended;
  }

  /** Whether bytes lie here that nobody asked for. */
  get hasMore(): boolean {
    return this.held.length > 0 || this.socket.readableLength > 0;
  }

  /** Leaves the socket to somebody else, such as TLS. */
  release(): void {
    this.detach();
  }

  /** The next line, without its end. Bytes beyond ASCII are kept, one character each. */
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
   * The bytes of a multi-line response as they were before they were sent: without the dot that was put before
   * lines that begin with one, and without the end (RFC 1939 section 3). Everything else stays, 8-bit bytes and
   * line ends of other kinds too.
   *
   * @param announced bytes that the server says it is, which may be too few
   * @throws EPROTOCOL where there is no end to it
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

/** What of the held bytes can be passed on. A line's beginning is kept back until it shows whether it is the end. */
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
