import type { MailClient } from '../client';
import type { MailError } from '../errors';
import { compose } from '../message/compose';
import type { AttachmentDownload, Message } from '../message/message';
import type { OutgoingMessage, SendOptions, SentMessage } from '../message/outgoing';
import type { MessageQuery, Wanted } from '../message/query';
import type { SessionSettings } from '../session/settings';
import type { Submission } from '../submission';
import { SentFolder } from './append';
import { openAttachment } from './attachment';
import { ImapConnection } from './connection';
import { getMessages } from './get';
import { listMessages } from './list';

/** Mail over IMAP (RFC 9051, and servers of RFC 3501), on imapflow. */
export class ImapClient implements MailClient {
  // Private to the language and not only to the compiler: imapflow keeps the login within.
  readonly #connection: ImapConnection;
  readonly #submission: Submission;
  readonly #sentFolder: SentFolder;

  private constructor(connection: ImapConnection, submission: Submission) {
    this.#connection = connection;
    this.#submission = submission;
    this.#sentFolder = new SentFolder(connection);
  }

  /**
   * @param submission sends mail, which IMAP does not
   * @param signal gives up the login
   * @throws {MailError}
   */
  static async open(
    settings: SessionSettings,
    submission: Submission,
    signal?: AbortSignal,
  ): Promise<ImapClient> {
    return new ImapClient(await ImapConnection.open(settings, signal), submission);
  }

  get usable(): boolean {
    return this.#connection.usable;
  }

  async check(): Promise<boolean> {
    return await this.#connection.check();
  }

  async listMessages(folder: string, query: MessageQuery, wanted: Wanted, limit: number): Promise<Message[]> {
    return await listMessages(this.#connection, folder, query, wanted, limit);
  }

  async getMessages(ids: readonly string[], wanted: Wanted): Promise<Map<string, Message | MailError>> {
    return await getMessages(this.#connection, ids, wanted);
  }

  async openAttachment(id: string, part: string): Promise<AttachmentDownload> {
    return await openAttachment(this.#connection, id, part);
  }

  async send(message: OutgoingMessage, { saveToSent }: SendOptions): Promise<SentMessage> {
    const composed = compose(message);
    const notSaved = reasonNotToSave(saveToSent, this.#connection.settings);
    const { content, ...sent } = await this.#submission.send(composed, { keepContent: !notSaved });
    const sentCopy = content
      ? await this.#sentFolder.save(Buffer.concat([Buffer.from(composed.bccHeader), content]))
      : { saved: false, reason: notSaved };
    return { ...sent, sentCopy };
  }

  async close(): Promise<void> {
    await Promise.all([this.#submission.close(), this.#connection.close()]);
  }
}

function reasonNotToSave(
  saveToSent: SendOptions['saveToSent'],
  { savesSentCopy }: SessionSettings,
): string | undefined {
  if (saveToSent === 'never') return 'It was not wanted';
  if (saveToSent === 'automatic' && savesSentCopy) return 'The provider saves sent mail itself';
  return undefined;
}
