import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';

import { isMailError, type MailError } from '../errors';
import type { ComposedMessage, Submitted } from '../model/submission';
import { redact } from '../net/network-errors';
import type { ServerSettings } from '../net/server-settings';
import { CHECK_AFTER, CHECK_TIMEOUT, GOODBYE_TIMEOUT } from '../net/unused-connection';
import { longestSilence, type Timeouts } from '../account/session-settings';
import { assertAddresses } from './addresses';
import { answerOf, hasAnswer, isGoodbye, isOverLimit, isTimeout } from './answer';
import { answerTo } from './callback';
import type { Capabilities } from './capabilities';
import { MessageData } from './data';
import { eightBitRefused, toSendError, tooLarge } from './send-errors';

/** The connection ended before the server received any of the message. */
export interface NotStarted {
  untouched: MailError;
}

/** One transaction. */
interface Sent extends Submitted {
  /** Recipients that the server wants in another transaction. */
  left: string[];
}

/** One logged-in connection to an SMTP server (RFC 5321). Sends one message at a time. */
export class SmtpConnection {
  // Private at runtime too, not only for TypeScript: nodemailer holds the login.
  readonly #connection: SMTPConnection;
  private lastUsed = Date.now();
  private sending = false;
  /** Whether the server refused the last message and may still expect another recipient. */
  private unfinished = false;

  constructor(
    connection: SMTPConnection,
    private readonly capabilities: Capabilities,
    private readonly server: ServerSettings,
    private readonly timeouts: Timeouts,
  ) {
    this.#connection = connection;
    this.rest();
  }

  /** Whether a message can be sent. Asks the server if that is uncertain, and closes the connection if not. */
  async ready(): Promise<boolean> {
    this.socket?.ref();
    // A server that answers twice is noticed now. Its second answer would be taken for that to the next command.
    await nextTurn();
    if (this.usable && (this.unfinished || Date.now() - this.lastUsed > CHECK_AFTER)) await this.reset();
    if (!this.usable) this.#connection.close();
    return this.usable;
  }

  /** Until it is used again, it does not keep the process alive. */
  unref(): void {
    this.socket?.unref();
  }

  /**
   * Sends one message. Nothing else may use the connection at the same time.
   *
   * @throws {MailError} SEND_REFUSED, SEND_UNCERTAIN, CONNECTION_LOST, COMMAND_TIMEOUT, INVALID_INPUT
   */
  async send(message: ComposedMessage, keepContent: boolean): Promise<Submitted | NotStarted> {
    assertAddresses(message, this.server, this.capabilities);
    if (message.isEightBit && !this.capabilities.eightBit) throw eightBitRefused(this.server);
    const first = await this.sendOnce(message, message.envelope.to, keepContent);
    if ('untouched' in first) return first;
    const { accepted, rejected } = first;
    let left = first.left;
    // If a server limits the number of recipients, the others follow in further transactions (RFC 5321 section
    // 4.5.3.1.10), as long as it accepts any.
    while (left.length > 0) {
      const next = await this.sendMore(message, left);
      if (next.accepted.length === 0) {
        rejected.push(...next.rejected);
        break;
      }
      accepted.push(...next.accepted);
      rejected.push(...next.rejected);
      left = next.left;
    }
    const { messageId, content } = first;
    return { messageId, accepted, rejected, ...(content && { content }) };
  }

  /**
   * Sends the same message to the remaining recipients. Never rejects: some recipients already have it, and it must not
   * be sent to them again.
   */
  private async sendMore(message: ComposedMessage, to: readonly string[]): Promise<Sent> {
    const none = (reason: string): Sent => ({
      ...{ messageId: message.messageId, accepted: [], left: [] },
      rejected: to.map((address) => ({ address, reason })),
    });
    try {
      const sent = await this.sendOnce(message, to, false);
      return 'untouched' in sent ? none(sent.untouched.message) : sent;
    } catch (error) {
      if (!isMailError(error)) throw error;
      return none(error.message);
    }
  }

  private async sendOnce(
    message: ComposedMessage,
    to: readonly string[],
    keepContent: boolean,
  ): Promise<Sent | NotStarted> {
    const { maxSize = Infinity } = this.capabilities;
    const data = new MessageData(message, keepContent, (size) => {
      if (size > maxSize) throw tooLarge(this.server, maxSize);
    });
    this.sending = true;
    this.limitSilence(this.timeouts.command);
    try {
      const sent = await this.transact(message, to, data);
      return keepContent ? { ...sent, content: data.content } : sent;
    } catch (error) {
      const answered = hasAnswer(error);
      // In the middle of a message only the rest of the message may follow.
      if (!answered || (data.begun && !data.complete)) this.#connection.close();
      this.unfinished = answered;
      const failure = data.failure ?? toSendError(error, this.server, data);
      const dropped = isGoodbye(error) || !(answered || isTimeout(error));
      if (dropped && !data.begun) return { untouched: failure as MailError };
      throw failure;
    } finally {
      this.sending = false;
      this.rest();
    }
  }

  /** Sends QUIT and closes; a message in transmission is cut off. Never rejects. */
  async close(): Promise<void> {
    const connection = this.#connection;
    if (this.usable && !this.sending) {
      this.limitSilence(GOODBYE_TIMEOUT);
      // The connection closes whatever the result.
      await answerTo(connection, () => connection.quit()).catch(() => {});
    }
    connection.close();
  }

  private async transact(
    { envelope: { from }, messageId, isEightBit }: ComposedMessage,
    to: readonly string[],
    data: MessageData,
  ): Promise<Sent> {
    const connection = this.#connection;
    const envelope = { from, to: [...to], use8BitMime: isEightBit };
    const result = await answerTo<SMTPConnectionSendInfo>(connection, (done) =>
      connection.send(envelope, data.stream, done),
    );
    if (!data.complete) throw new Error('it answered before it had the whole message');
    const errors = result.rejectedErrors ?? [];
    const left = errors.filter(isOverLimit).flatMap(({ recipient }) => recipient ?? []);
    return {
      // Microsoft 365 and Amazon SES replace it with their own.
      messageId: result.serverMessageId ?? messageId,
      accepted: result.accepted,
      left,
      rejected: errors
        .filter((error) => !isOverLimit(error))
        .map((error) => ({ address: error.recipient ?? '', reason: redact(answerOf(error), []) })),
    };
  }

  /** Resets the transaction, so that a new message can start (RFC 5321 section 4.1.1.5). */
  private async reset(): Promise<void> {
    const connection = this.#connection;
    this.limitSilence(Math.min(CHECK_TIMEOUT, this.timeouts.command));
    await answerTo<boolean>(connection, (done) => connection.reset(done)).catch(() => connection.close());
    this.unfinished = false;
    this.rest();
  }

  private get usable(): boolean {
    const { destroyed, _socket: socket } = this.#connection;
    return !destroyed && Boolean(socket && socket.writable);
  }

  private get socket(): Socket | undefined {
    return this.#connection._socket || undefined;
  }

  private rest(): void {
    this.lastUsed = Date.now();
    this.limitSilence(longestSilence(this.timeouts));
  }

  /** nodemailer closes the connection after this long without traffic in either direction. */
  private limitSilence(milliseconds: number): void {
    if (!this.socket?.destroyed) this.socket?.setTimeout(milliseconds);
  }
}
