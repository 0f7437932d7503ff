import { isMailError } from '../errors';
import type { SaveToSent, SentCopy } from '../model/outgoing';
import type { MailServerSessionSettings } from '../account/session-settings';
import type { ImapConnection } from './connection';
import { append } from './append';

/** The folder that the server names for sent mail (RFC 6154). */
export class SentFolder {
  constructor(private readonly connection: ImapConnection) {}

  /** Puts a message into the folder, read, and at most once. Never rejects: the message itself is sent. */
  async save(message: Buffer): Promise<SentCopy> {
    let folder: string | undefined;
    try {
      folder = await this.connection.pathOf('\\Sent');
      await append(this.connection, folder, message, ['\\Seen']);
      return { saved: true, folder };
    } catch (error) {
      if (!isMailError(error)) throw error;
      return { saved: false, failed: true, folder, reason: error.message };
    }
  }
}

export function reasonNotToSave(
  saveToSent: SaveToSent,
  { savesSentCopy }: Pick<MailServerSessionSettings, 'savesSentCopy'>,
): string | undefined {
  if (saveToSent === 'never') return 'The node was set not to save one';
  if (saveToSent === 'automatic' && savesSentCopy) return 'The provider saves sent mail itself';
  return undefined;
}
