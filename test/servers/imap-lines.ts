/**
 * Reads what a client sends as IMAP commands. Literals, the lines that continue a SASL exchange and
 * DONE are no commands of their own; what logs in is recorded without its arguments.
 */
export class CommandReader {
  private buffered = Buffer.alloc(0);
  private literal = 0;
  private unfinished = '';
  private encrypted = false;

  constructor(private readonly record: (command: string) => void) {}

  push(chunk: Buffer): void {
    if (this.encrypted) return;
    this.buffered = Buffer.concat([this.buffered, chunk]);
    for (;;) {
      if (this.literal > 0) {
        const skipped = Math.min(this.literal, this.buffered.length);
        this.buffered = this.buffered.subarray(skipped);
        this.literal -= skipped;
        if (this.literal > 0) return;
      }
      const end = this.buffered.indexOf('\r\n');
      if (end < 0) return;
      const line = this.buffered.subarray(0, end).toString('latin1');
      this.buffered = this.buffered.subarray(end + 2);
      this.line(line);
    }
  }

  private line(line: string): void {
    const text = this.unfinished + line;
    const literal = /\{(\d+)\+?\}$/.exec(line);
    if (literal) {
      this.literal = Number(literal[1]);
      this.unfinished = text;
      return;
    }
    this.unfinished = '';
    // Continuations of SASL are one word, and so is DONE; every command has a tag before its name.
    const command = /^\S+ ([A-Za-z].*)$/.exec(text)?.[1];
    if (command === undefined) return;
    this.record(command.replace(/^(LOGIN|AUTHENTICATE \S+) .*$/i, '$1 (hidden)'));
    if (/^(STARTTLS|COMPRESS )/i.test(command)) this.encrypted = true;
  }
}
