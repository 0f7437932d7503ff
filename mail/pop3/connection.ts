import type { Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';

import { assertSingleLine } from '../text';
import { PopRefusal, toMailError } from './errors';
import { PopReader, coded } from './reader';
import type { ServerSettings } from '../net/server-settings';
import { GOODBYE_TIMEOUT } from '../net/unused-connection';

/** How many commands may be under way where the server offers PIPELINING (RFC 2449 section 6.6). */
const MOST_IN_FLIGHT = 50;

/** One connection to a POP3 server (RFC 1939). One piece of work at a time; whoever uses it sees to that. */
export class PopConnection {
  private reader: PopReader;
  /** CAPA's answer (RFC 2449), by keyword in capitals; empty where the server does not know it. */
  capabilities = new Map<string, string[]>();
  /** Whether TOP, which is optional, is worth a try (RFC 1939 section 7). */
  mayKnowTop = true;
  private broken = false;
  private unread = false;

  constructor(
    private socket: Socket,
    private readonly server: ServerSettings,
    private readonly silence: number,
  ) {
    this.reader = new PopReader(socket, silence);
  }

  get usable(): boolean {
    return !this.broken && !this.reader.hasEnded && !this.socket.destroyed && this.socket.writable;
  }

  /** The server's first words; they hold what APOP would need, which nobody should use any more. */
  async greeting(): Promise<void> {
    const line = await this.reader.line();
    if (!/^(\+OK|-ERR)\b/i.test(line)) throw coded(line.slice(0, 100), 'EPROTOCOL');
    this.accepted('the connection', line);
  }

  /** Asks for UTF-8 in headers and answers, where the server offers it (RFC 6856 section 2). */
  async useUtf8(): Promise<void> {
    if (!this.capabilities.has('UTF8')) return;
    try {
      await this.command('UTF8');
    } catch (error) {
      if (!(error instanceof PopRefusal)) throw error;
    }
  }

  async readCapabilities(): Promise<void> {
    this.capabilities = new Map();
    this.mayKnowTop = true;
    try {
      const lines = await this.list('CAPA');
      for (const line of lines) {
        const [keyword = '', ...parameters] = line.trim().toUpperCase().split(/\s+/);
        this.capabilities.set(keyword, parameters);
      }
      this.mayKnowTop = this.capabilities.has('TOP');
    } catch (error) {
      if (!(error instanceof PopRefusal)) throw error;
    }
  }

  /** STLS (RFC 2595 section 4). Nothing that came before TLS is believed. */
  async startTls(upgrade: ConnectionOptions): Promise<void> {
    await this.command('STLS');
    if (this.reader.hasMore) throw coded('the server spoke before TLS', 'EPROTOCOL');
    this.reader.release();
    const secure: TLSSocket = await secured(this.socket, upgrade);
    this.socket = secure;
    this.reader = new PopReader(secure, this.silence);
  }

  /**
   * Sends a command and answers with what follows +OK.
   *
   * @param shown the command's name, for an error: never what may be secret
   * @throws {PopRefusal}, or what Node throws
   */
  async command(line: string, shown = line.split(' ')[0]!): Promise<string> {
    this.write(`${line}\r\n`);
    return this.accepted(shown, await this.reader.line());
  }

  /** A line that belongs to a command that is under way (RFC 5034 section 4): the server's answer, whatever it is. */
  async continued(line: string): Promise<string> {
    this.write(`${line}\r\n`);
    return await this.reader.line();
  }

  /** A command with an answer of several lines. */
  async list(line: string): Promise<string[]> {
    await this.command(line);
    try {
      return await this.reader.lines();
    } catch (error) {
      // What is left of it would be taken for the answer to the next command.
      this.destroy();
      throw error;
    }
  }

  /**
   * Sends many commands, without waiting for each answer where the server allows it, and gives the answers in their
   * order: what `read` makes of it, or the refusal.
   */
  async *pipeline<T>(
    lines: readonly string[],
    read: (reader: PopReader) => Promise<T>,
  ): AsyncGenerator<T | PopRefusal> {
    const window = this.capabilities.has('PIPELINING') ? MOST_IN_FLIGHT : 1;
    let sent = 0;
    let answered = 0;
    try {
      for (; answered < lines.length; answered++) {
        const last = Math.min(lines.length, answered + window);
        // In whole windows, so that a thousand small commands are some twenty packets.
        if (sent - answered <= window / 2 && sent < last) {
          this.write(
            lines
              .slice(sent, last)
              .map((line) => `${line}\r\n`)
              .join(''),
          );
          sent = last;
        }
        const answer = await this.reader.line();
        if (isRefusal(answer)) yield new PopRefusal(lines[answered]!.split(' ')[0]!, textOf(answer));
        else {
          this.accepted(lines[answered]!, answer);
          yield await read(this.reader);
        }
      }
    } finally {
      // Answers that nobody has read would be taken for those of the next command.
      if (answered < sent) this.destroy();
    }
  }

  /**
   * The data of a multi-line answer, once the server has begun it. Whoever does not read it to its end gives the
   * connection up: see `dropUnread`.
   *
   * @param announced bytes of the message, as the server has listed it
   * @throws {PopRefusal}, or what Node throws
   */
  async data(line: string, announced?: number): Promise<AsyncGenerator<Buffer>> {
    await this.command(line);
    this.unread = true;
    return this.readData(announced);
  }

  private async *readData(announced?: number): AsyncGenerator<Buffer> {
    try {
      yield* this.reader.data(announced);
      this.unread = false;
    } catch (error) {
      throw toMailError(error, this.server);
    } finally {
      this.dropUnread();
    }
  }

  /** Ends the connection where data was not read to its end: it would be taken for the answer to the next command. */
  dropUnread(): void {
    if (this.unread) this.destroy();
  }

  /** Ends the session, which deletes what was marked (RFC 1939 section 6). */
  async quit(): Promise<void> {
    try {
      await this.command('QUIT');
    } finally {
      this.destroy();
    }
  }

  /** Goodbye without anybody waiting for long. Never rejects. */
  async close(): Promise<void> {
    if (this.usable) {
      const late = setTimeout(() => this.destroy(), GOODBYE_TIMEOUT);
      await this.quit().catch(() => {});
      clearTimeout(late);
    }
    this.destroy();
  }

  destroy(): void {
    this.broken = true;
    this.socket.destroy();
  }

  private write(text: string): void {
    if (!this.usable) throw coded('the connection is closed', 'ECONNRESET');
    // Only line ends of our own.
    assertSingleLine('Command', text.replaceAll('\r\n', ''));
    this.socket.write(text, 'utf8');
  }

  private accepted(command: string, answer: string): string {
    if (/^\+OK\b/i.test(answer)) return answer.slice(3).trim();
    if (isRefusal(answer)) throw new PopRefusal(command, textOf(answer));
    this.destroy();
    throw coded(answer.slice(0, 100), 'EPROTOCOL');
  }
}

const isRefusal = (answer: string): boolean => /^-ERR\b/i.test(answer);

const textOf = (answer: string): string => answer.slice(4).trim() || 'no reason given';

/** TLS on a connection that stands. */
export async function secured(socket: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  return await new Promise((resolve, reject) => {
    const secure = connectTls({ ...options, socket });
    secure.once('secureConnect', () => resolve(secure)).once('error', reject);
    secure.once('close', () => reject(coded('closed by the server', 'ECONNRESET')));
  });
}
