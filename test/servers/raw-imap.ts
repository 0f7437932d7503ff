import { connect, type Socket } from 'node:net';

import { utf7, type Delivery } from './mailbox';
import { LOOPBACK } from './ports';
import { sleep } from './wait';

const PATIENCE = 20_000;

/** Just enough IMAP to do what the product does not, and to see what a server really says. */
export class RawImap {
  private received = Buffer.alloc(0);
  private wake?: () => void;
  private closed = false;
  private sent = 0;

  private constructor(private readonly socket: Socket) {
    // Otherwise each literal waits 40 ms for an acknowledgement.
    socket.setNoDelay();
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.wake?.();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      this.wake?.();
    });
  }

  static async open(port: number, user: string, password: string): Promise<RawImap> {
    const raw = new RawImap(connect(port, LOOPBACK));
    await raw.line();
    await raw.ok(`LOGIN "${user}" "${password}"`);
    return raw;
  }

  /** One line of the server's, with the literals in it. */
  private async line(): Promise<string> {
    for (let from = 0; ; ) {
      const end = this.received.indexOf('\r\n', from);
      if (end < 0) {
        if (this.closed) throw new Error('The server has closed the connection');
        await new Promise<void>((resolve) => (this.wake = resolve));
        continue;
      }
      const literal = /\{(\d+)\}$/.exec(this.received.toString('latin1', Math.max(from, end - 20), end));
      if (literal) {
        from = end + 2 + Number(literal[1]);
        continue;
      }
      const line = this.received.toString('latin1', 0, end);
      this.received = this.received.subarray(end + 2);
      return line;
    }
  }

  /** Sends a command; a Buffer in it goes as a literal. Answers all lines up to the tagged one. */
  async command(...parts: (string | Buffer)[]): Promise<string[]> {
    const tag = `r${++this.sent}`;
    const lines: string[] = [];
    let text = `${tag} `;
    for (const part of parts) {
      if (typeof part === 'string') {
        text += part;
        continue;
      }
      this.socket.write(`${text}{${part.length}}\r\n`);
      for (let line = await this.line(); !line.startsWith('+'); line = await this.line()) {
        lines.push(line);
        if (line.startsWith(`${tag} `)) return lines;
      }
      this.socket.write(part);
      text = '';
    }
    this.socket.write(`${text}\r\n`);
    while (!lines.at(-1)?.startsWith(`${tag} `)) lines.push(await this.line());
    return lines;
  }

  /** The same, where anything but OK is an error. */
  async ok(...parts: (string | Buffer)[]): Promise<string[]> {
    const lines = await this.command(...parts);
    if (!/^r\d+ OK/i.test(lines.at(-1) ?? '')) throw new Error(`${String(parts[0])}: ${lines.at(-1)}`);
    return lines;
  }

  /** Waits for news of the selected folder, and answers what the server said by itself within that time. */
  async idle(ms: number): Promise<string[]> {
    const tag = `r${++this.sent}`;
    this.socket.write(`${tag} IDLE\r\n`);
    while (!(await this.line()).startsWith('+'));
    await sleep(ms);
    const pushed = this.received.toString('latin1').split('\r\n').slice(0, -1);
    this.socket.write('DONE\r\n');
    while (!(await this.line()).startsWith(`${tag} `));
    return pushed;
  }

  /** Stores messages, in a folder that it makes and subscribes to where it is not there. */
  async deliver(folder: string, messages: readonly Delivery[]): Promise<void> {
    if (folder !== 'INBOX') {
      await this.command(`CREATE ${quoted(folder)}`);
      await this.command(`SUBSCRIBE ${quoted(folder)}`);
    }
    for (const { raw, read, flagged, receivedAt } of messages) {
      const flags = [read && '\\Seen', flagged && '\\Flagged'].filter(Boolean).join(' ');
      const date = receivedAt ? `${imapDate(receivedAt)} ` : '';
      await this.ok(`APPEND ${quoted(folder)} (${flags}) ${date}`, raw);
    }
  }

  async close(): Promise<void> {
    await this.command('LOGOUT').catch(() => undefined);
    this.socket.destroy();
  }
}

/** A folder's name as a command has it. */
export const quoted = (folder: string): string => `"${utf7(folder).replace(/[\\"]/g, '\\$&')}"`;

/** RFC 3501, date-time. */
function imapDate(at: Date): string {
  const [, day = '', month, year, time] = at.toUTCString().replace(',', '').split(' ');
  return `"${day.replace(/^0/, ' ')}-${month}-${year} ${time} +0000"`;
}
