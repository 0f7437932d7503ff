import { headerEnd, LONGEST_HEADER } from './header';

/** Collects the lines of a header as they arrive. Of a line or a header that is too long, only the beginning is kept. */
export class HeaderLines {
  private lines: Buffer[] = [];
  private bytes = 0;
  /** The line that has not ended yet, in pieces. */
  private open: Buffer[] = [];
  private openBytes = 0;

  addToLine(piece: Buffer): void {
    const room = LONGEST_HEADER - this.openBytes;
    // A copy, because a slice would keep the whole packet in memory.
    if (room > 0) this.open.push(Buffer.from(piece.subarray(0, room)));
    this.openBytes += piece.length;
  }

  /** The line that has ended now. It may belong to the header or not. */
  takeLine(): Buffer {
    const line = this.open.length === 1 ? this.open[0]! : Buffer.concat(this.open);
    this.open = [];
    this.openBytes = 0;
    return line;
  }

  /** Adds a line to the header. */
  keep(line: Buffer): void {
    if (this.bytes < LONGEST_HEADER) this.lines.push(line.subarray(0, LONGEST_HEADER - this.bytes));
    this.bytes += line.length;
  }

  /**
   * Ends the header.
   *
   * @returns `body`: lines that were taken for the header but belong to the body; `isCut`: whether there were more of
   *   them than are kept
   */
  end(): { header: Buffer; body: Buffer; isCut: boolean } {
    const { lines, body } = headerEnd(this.lines);
    const ended = {
      header: Buffer.concat(this.lines.slice(0, lines)),
      body: Buffer.concat(this.lines.slice(body)),
      isCut: body < this.lines.length && this.bytes > LONGEST_HEADER,
    };
    this.lines = [];
    this.bytes = 0;
    return ended;
  }
}
