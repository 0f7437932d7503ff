import { MailError, invalidInput, isMailError } from '../errors';
import { serverLines } from '../async/server-lines';
import { accountAt, loginInLine } from '../account/login-in-line';
import type { ComposedMessage, Submission, Submitted } from '../model/submission';
import type { MailServerSessionSettings } from '../account/session-settings';
import type { SmtpConnection } from './connection';
import { openSmtp } from './open';

/** Errors that a retry would not change. */
const REFUSALS = ['AUTHENTICATION_FAILED', 'RECONNECT_NEEDED', 'TOKEN_REFUSED'] as const;

/** A connection is kept at least this long, even if others wait: a login costs more than most messages. Milliseconds. */
const TURN = 1000;

/**
 * Sends a session's messages over one SMTP connection. It is opened for the first message and kept. If the server
 * closes it, which many do after some time or some messages, a new one is opened. Between two messages it is closed if
 * the server is full and others wait for it.
 */
export class SmtpSubmission implements Submission {
  // Private at runtime too, not only for TypeScript: the settings hold the login.
  readonly #settings: MailServerSessionSettings;
  #connection?: SmtpConnection;
  private openedAt = 0;
  /** Messages that are being sent, or wait for their turn. */
  private sending = 0;
  private leaveLine = () => {};
  /** Why the login was refused. Otherwise every message would try again, until the server locks the account. */
  private refusal?: MailError;
  private last: Promise<unknown> = Promise.resolve();
  private readonly closing = new AbortController();

  constructor(settings: MailServerSessionSettings) {
    this.#settings = settings;
  }

  async send(message: ComposedMessage, { keepContent }: { keepContent: boolean }): Promise<Submitted> {
    const work = this.last.then(async () => await this.sendNow(message, keepContent));
    this.sending++;
    const done = () => {
      this.sending--;
      this.makeRoom();
    };
    // Without its result: the connection may be kept for longer than the message.
    this.last = work.then(done, done);
    return await work;
  }

  rest(): void {
    this.refusal = undefined;
    this.#connection?.unref();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.disconnect();
  }

  private async disconnect(): Promise<void> {
    const connection = this.#connection;
    if (!connection) return;
    this.#connection = undefined;
    this.leaveLine();
    await connection.close();
    if (this.account !== undefined) serverLines.freed(this.account);
  }

  /** Closes the connection if others wait for one, and nobody needs it now. */
  private makeRoom(): void {
    const { account } = this;
    if (account === undefined || this.sending > 0 || Date.now() - this.openedAt < TURN) return;
    if (serverLines.waiting(account) > 0) void this.disconnect();
  }

  /** Whose connections the server counts. */
  private get account(): string | undefined {
    const { submission } = this.#settings;
    return submission && accountAt(submission, this.#settings);
  }

  private async sendNow(message: ComposedMessage, keepContent: boolean): Promise<Submitted> {
    const kept = this.#connection;
    if (kept && (await kept.ready())) {
      const result = await kept.send(message, keepContent);
      if (!('untouched' in result)) return result;
    }
    await this.disconnect();
    const fresh = await this.open();
    const result = await fresh.send(message, keepContent);
    if ('untouched' in result) throw result.untouched;
    return result;
  }

  private async open(): Promise<SmtpConnection> {
    const { signal } = this.closing;
    const { submission } = this.#settings;
    if (!submission) throw noServer();
    if (this.refusal) throw this.refusal;
    try {
      const login = async () => await openSmtp(this.#settings, submission, signal);
      const connection = await loginInLine(submission, this.#settings, login, signal);
      this.#connection = connection;
      this.openedAt = Date.now();
      this.leaveLine = serverLines.join(accountAt(submission, this.#settings), () => this.makeRoom());
      if (signal.aborted) await this.close();
      return connection;
    } catch (error) {
      if (isMailError(error, ...REFUSALS)) this.refusal = error;
      throw error;
    }
  }
}

const noServer = (): MailError =>
  invalidInput(
    'SMTP Host',
    'it is empty, so this session can read mail but not send it',
    'Switch on "Send Mail (SMTP)" in the credential of Email Connect, and fill in "SMTP Host", "SMTP Port" and "SMTP Security".',
  );
