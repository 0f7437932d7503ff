import { MailError, isMailError } from '../errors';
import type { SentCopy } from '../message/outgoing';
import type { ImapConnection } from './connection';

/** Bytes in a millisecond. The server says nothing until it has the whole message, which is not its silence. */
const SLOWEST_UPLOAD = 64;

/** The folder that the server names for sent mail (RFC 6154), asked for once per connection. */
export class SentFolder {
  private path?: string;

  constructor(private readonly connection: ImapConnection) {}

  /** Puts a message into the folder, read, and at most once. Never rejects: the message itself is sent. */
  async save(message: Buffer): Promise<SentCopy> {
    let folder: string | undefined;
    try {
      folder = await this.find();
      await this.append(folder, message);
      return { saved: true, folder };
    } catch (error) {
      if (!isMailError(error)) throw error;
      return { saved: false, failed: true, folder, reason: error.message };
    }
  }

  private async find(): Promise<string> {
    this.path ??= await this.connection.alone(async (flow) => {
      const folders = await flow.list();
      return folders.find(({ specialUse }) => specialUse === '\\Sent')?.path;
    });
    if (this.path !== undefined) return this.path;
    throw new MailError(
      'FOLDER_NOT_FOUND',
      'The server names no folder for sent mail',
      'Set "Save to Sent" to "Never", or have the folder made.',
    );
  }

  private async append(folder: string, message: Buffer): Promise<void> {
    const sentBy = Date.now() + message.length / SLOWEST_UPLOAD;
    await this.connection.alone(
      async (flow) => await flow.append(folder, message, ['\\Seen']),
      () => Date.now() < sentBy,
    );
  }
}
