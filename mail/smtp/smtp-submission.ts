import { MailError, invalidInput, isMailError } from '../errors';
import { loginInLine } from '../account/login-in-line';
import type { ComposedMessage, Submission, Submitted } from '../model/submission';
import type { MailServerSessionSettings } from '../account/session-settings';
import type { SmtpConnection } from './connection';
import { openSmtp } from './open';

/** Errors that a retry would not change. */
const REFUSALS = ['AUTHENTICATION_FAILED', 'RECONNECT_NEEDED', 'TOKEN_REFUSED'] as const;

/**
 * Sends a session's messages over one SMTP connection. It is opened for the first message and kept. If the server
 * closes it, which many do after some time or some messages, a new one is opened.
 */
export class SmtpSubmission implements Submission {
  // Private at runtime too, not only for TypeScript: the settings hold the login.
  readonly #settings: MailServerSessionSettings;
  #connection?: SmtpConnection;
  /** Why the login was refused. Otherwise every message would try again, until the server locks the account. */
  private refusal?: MailError;
  private last: Promise<unknown> = Promise.resolve();
  private readonly closing = new AbortController();

  constructor(settings: MailServerSessionSettings) {
    this.#settings = settings;
  }

  async send(message: ComposedMessage, { keepContent }: { keepContent: boolean }): Promise<Submitted> {
    const before = this.last;
    const work = before.catch(() => {}).then(async () => await this.sendNow(message, keepContent));
    this.last = work;
    return await work;
  }

  rest(): void {
    this.refusal = undefined;
    this.#connection?.unref();
  }

  async close(): Promise<void> {
    this.closing.abort();
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }

  private async sendNow(message: ComposedMessage, keepContent: boolean): Promise<Submitted> {
    const kept = this.#connection;
    if (kept && (await kept.ready())) {
      const result = await kept.send(message, keepContent);
      if (!('untouched' in result)) return result;
    }
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
    'Fill in "SMTP Host", "SMTP Port" and "SMTP Security" in the credential of Email Connect.',
  );
