import { isMailError } from '../errors';
import type { SaveToSent, SentCopy } from '../model/outgoing';
import type { MailServerSessionSettings } from '../account/session-settings';
import { ImapConnection } from './connection';
import { append } from './append';

/**
 * The folder that the server names for sent mail (RFC 6154). Sending can take longer than a server keeps the connection:
 * where it is gone before the copy was given to it, the copy gets one of its own.
 */
export class SentFolder {
  private readonly closing = new AbortController();

  constructor(private readonly connection: ImapConnection) {}

  /** Puts a message into the folder, read, and at most once. Never rejects: the message itself is sent. */
  async save(message: Buffer): Promise<SentCopy> {
    const copy = await saveOver(this.connection, message);
    const { signal } = this.closing;
    if (!copy.isOpen || signal.aborted) return copy.result;
    try {
      const another = await ImapConnection.open(this.connection.settings, signal);
      try {
        return (await saveOver(another, message)).result;
      } finally {
        await another.close();
      }
    } catch (error) {
      return signal.aborted ? copy.result : notSaved(error);
    }
  }

  /** Gives up a copy that waits for a connection. */
  close(): void {
    this.closing.abort();
  }
}

/** @returns what became of it, and whether it may be tried again: the server was not given the message */
async function saveOver(
  connection: ImapConnection,
  message: Buffer,
): Promise<{ result: SentCopy; isOpen: boolean }> {
  let folder: string | undefined;
  try {
    folder = await connection.pathOf('\\Sent');
    await append(connection, folder, message, ['\\Seen']);
    return { result: { saved: true, folder }, isOpen: false };
  } catch (error) {
    // An append that the server was given in whole ends with CHANGE_UNCERTAIN.
    const isOpen = isMailError(error, 'CONNECTION_LOST', 'COMMAND_TIMEOUT') && !connection.usable;
    return { result: notSaved(error, folder), isOpen };
  }
}

function notSaved(error: unknown, folder?: string): SentCopy {
  if (!isMailError(error)) throw error;
  return { saved: false, failed: true, folder, reason: error.message };
}

export function reasonNotToSave(
  saveToSent: SaveToSent,
  { savesSentCopy }: Pick<MailServerSessionSettings, 'savesSentCopy'>,
): string | undefined {
  if (saveToSent === 'never') return 'The node was set not to save one';
  if (saveToSent === 'automatic' && savesSentCopy) return 'The provider saves sent mail itself';
  return undefined;
}
