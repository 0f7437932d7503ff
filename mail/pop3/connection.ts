import type { Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';

import { assertSingleLine } from '../text';
import { PopRefusal, toMailError } from './errors';
import { PopReader, coded } from './reader';
import type { ServerSettings } from '../net/server-settings';
import type { TrafficCounter } from '../net/traffic';
import { GOODBYE_TIMEOUT } from '../net/unused-connection';

/** Maximum number of unanswered commands if the server offers PIPELINING (RFC 2449 section 6.6). */
const MOST_IN_FLIGHT = 50;

/** One connection to a POP3 server (RFC 1939). Runs one task at a time; the caller must make sure of that. */
export class PopConnection {
  private reader: PopReader;
  /** The response to CAPA (RFC 2449), by keyword in capitals; empty if the server does not support it. */
  capabilities = new Map<string, string[]>();
  /** Whether TOP, which is optional, may be supported (RFC 1939 section 7). */
  mayKnowTop = true;
  private broken = false;
  private unread = false;

  constructor(
    private socket: Socket,
    private readonly server: ServerSettings,
    private readonly silence: number,
    private readonly counter: TrafficCounter,
  ) {
    counter.watch(socket);
    this.reader = new PopReader(socket, silence);
  }

  get usable(): boolean {
    return !this.broken && !this.reader.hasEnded && !this.socket.destroyed && this.socket.writable;
  }

  /** Reads the greeting. It contains the timestamp for APOP, which is insecure and not used. */
  async greeting(): Promise<void> {
    const line = await this.reader.line();
    if (!/^(\+OK|-ERR)\b/i.test(line)) throw coded(line.slice(0, 100), 'EPROTOCOL');
    this.accepted('the connection', line);
  }

  /** Enables UTF-8 in headers and responses if the server offers it (RFC 6856 section 2). */
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

  /** STLS (RFC 2595 section 4). Anything received before TLS is discarded. */
  async startTls(upgrade: ConnectionOptions): Promise<void> {
    await this.command('STLS');
    if (this.reader.hasMore) throw coded('the server spoke before TLS', 'EPROTOCOL');
    this.reader.release();
    const secure: TLSSocket = await secured(this.socket, upgrade);
    this.socket = secure;
    this.reader = new PopReader(secure, this.silence);
  }

  /**
   * Sends a command and returns the text after +OK.
   *
   * @param shown the command's name, for errors: never anything that may be secret
   * @throws {PopRefusal}, or what Node throws
   */
  async command(line: string, shown = line.split(' ')[0]!): Promise<string> {
    this.write(`${line}\r\n`);
    return this.accepted(shown, await this.reader.line());
  }

  /** Sends a further line of a command in progress (RFC 5034 section 4) and returns the server's response unchecked. */
  async continued(line: string): Promise<string> {
    this.write(`${line}\r\n`);
    return await this.reader.line();
  }

  /** A command with a multi-line response. */
  async list(line: string): Promise<string[]> {
    await this.command(line);
    try {
      return await this.reader.lines();
    } catch (error) {
      // The rest of the response would be mistaken for the response to the next command.
      this.destroy();
      throw error;
    }
  }

  /**
   * Sends many commands, without waiting for each response if the server supports pipelining. Yields the responses in
   * order: the result of `read`, or the refusal.
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
        // Commands are sent in large groups, so that a thousand small commands take about twenty packets.
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
          const result = await read(this.reader);
          if (sent === answered + 1) this.assertQuiet();
          yield result;
        }
      }
    } finally {
      // Unread responses would be mistaken for those to the next command.
      if (answered < sent) this.destroy();
    }
  }

  /**
   * The data of a multi-line response, once the server has started it. A caller that does not read it to the end gives
   * up the connection: see `dropUnread`.
   *
   * @param announced size of the message in bytes, as listed by the server
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
      this.assertQuiet();
      this.unread = false;
    } catch (error) {
      throw toMailError(error, this.server);
    } finally {
      this.dropUnread();
    }
  }

  /**
   * A server that does not double the dot at the start of a line (RFC 1939 section 3) ends a message in its middle, and
   * the rest follows.
   */
  private assertQuiet(): void {
    if (this.reader.hasMore) throw coded('more than it was asked for', 'EPROTOCOL');
  }

  /**
   * Closes the connection if data was not read to its end. The rest would be mistaken for the response to the next
   * command.
   */
  dropUnread(): void {
    if (this.unread) this.destroy();
  }

  /** Ends the session, which deletes the marked messages (RFC 1939 section 6). */
  async quit(): Promise<void> {
    try {
      await this.command('QUIT');
    } finally {
      this.destroy();
    }
  }

  /** Sends QUIT but does not wait long for the response. Never rejects. */
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
    // The only line ends are the ones added here.
    assertSingleLine('Command', text.replaceAll('\r\n', ''));
    this.counter.count(text.split('\r\n').length - 1);
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

/** Starts TLS on an open connection. */
export async function secured(socket: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  return await new Promise((resolve, reject) => {
    const secure = connectTls({ ...options, socket });
    secure.once('secureConnect', () => resolve(secure)).once('error', reject);
    secure.once('close', () => reject(coded('closed by the server', 'ECONNRESET')));
  });
}
