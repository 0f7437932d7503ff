import type { MailClient } from '../client';
import type { MailError } from '../errors';
import type { AttachmentDownload, Message } from '../message/message';
import type { MessageQuery, Wanted } from '../message/query';
import type { SessionSettings } from '../session/settings';
import { openAttachment } from './attachment';
import { ImapConnection } from './connection';
import { getMessages } from './get';
import { listMessages } from './list';

/** Mail over IMAP (RFC 9051, and servers of RFC 3501), on imapflow. */
export class ImapClient implements MailClient {
  // Private to the language and not only to the compiler: imapflow keeps the login within.
  readonly #connection: ImapConnection;

  private constructor(connection: ImapConnection) {
    this.#connection = connection;
  }

  /**
   * @param signal gives up the login
   * @throws {MailError}
   */
  static async open(settings: SessionSettings, signal?: AbortSignal): Promise<ImapClient> {
    return new ImapClient(await ImapConnection.open(settings, signal));
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

  async close(): Promise<void> {
    await this.#connection.close();
  }
}
