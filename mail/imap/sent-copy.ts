import { isMailError } from '../errors';
import type { SaveToSent, SentCopy } from '../model/outgoing';
import { loginInLine } from '../account/login-in-line';
import type { MailServerSessionSettings } from '../account/session-settings';
import { ImapConnection } from './connection';
import { append } from './append';

/**
 * The folder for sent mail, as named by the server (RFC 6154). Sending may outlast the IMAP connection. If the
 * connection is lost before the copy was transferred, a new one is opened for it.
 */
export class SentFolder {
  private readonly closing = new AbortController();

  constructor(private readonly connection: ImapConnection) {}

  /** Saves a message in the folder, marked as read, at most once. Never rejects: the message itself is already sent. */
  async save(message: Buffer): Promise<SentCopy> {
    const copy = await saveOver(this.connection, message);
    const { signal } = this.closing;
    if (!copy.isOpen || signal.aborted) return copy.result;
    try {
      const { settings } = this.connection;
      const login = async () => await ImapConnection.open(settings, signal);
      const another = await loginInLine(settings.server, settings, login, signal);
      try {
        return (await saveOver(another, message)).result;
      } finally {
        await another.close();
      }
    } catch (error) {
      return signal.aborted ? copy.result : notSaved(error);
    }
  }

  /** Cancels a copy that waits for a connection. */
  close(): void {
    this.closing.abort();
  }
}

/** @returns the result, and whether a retry is safe because the server never received the message */
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
    // If the server received the whole message, APPEND fails with CHANGE_UNCERTAIN instead.
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
