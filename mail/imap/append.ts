import type { ImapFlow, ImapFlowError } from 'imapflow';

import type { MoveResult, StoredMessage } from '../model/client';
import { MailError, invalidInput, isMailError } from '../errors';
import { isTooLarge } from '../net/too-large';
import type { ImapConnection } from './connection';
import { assertTakes, flagChanges } from './mark';
import { formatId } from './message-id';
import { uncertain } from './batch-result';
import { missingOrRefused } from './missing-folder';
import { refusalIn } from './refusal';

/**
 * Slowest upload that is accepted, in bytes per millisecond. The server does not answer before it has the whole
 * message, so this time does not count as silence.
 */
const SLOWEST_UPLOAD = 64;

/**
 * RFC 5322 section 2.2: a message starts with a header field. Brackets and quotes are legal in a name, but they mean
 * that the file is not a message.
 */
const HEADER_FIELD = /^[\w!#$%&'*+.^`|~-]+[ \t]*:/;

/**
 * `MailClient.appendMessage` for IMAP. Rejects with CHANGE_UNCERTAIN if the server received the whole message but did
 * not confirm it. After any other error the message is not stored.
 */
export async function appendMessage(
  connection: ImapConnection,
  folder: string,
  { content, marks, receivedAt }: StoredMessage,
): Promise<MoveResult> {
  const { add } = flagChanges(marks);
  if (!HEADER_FIELD.test(content.toString('latin1', 0, 1000))) {
    throw invalidInput(
      'Message',
      'it does not begin with a header such as "From: ada@example.com"',
      'Use a message file (.eml).',
    );
  }
  return await append(connection, await connection.pathOf(folder), withCrlf(content), add, receivedAt);
}

/**
 * RFC 5322 section 2.1: lines end with CRLF. Unix files have LF, which some servers refuse and others count wrongly.
 */
function withCrlf(content: Buffer): Buffer {
  if (!hasBareLf(content)) return content;
  return Buffer.from(content.toString('latin1').replace(/(?<!\r)\n/g, '\r\n'), 'latin1');
}

function hasBareLf(content: Buffer): boolean {
  for (let at = content.indexOf('\n'); at >= 0; at = content.indexOf('\n', at + 1)) {
    if (content[at - 1] !== 0x0d) return true;
  }
  return false;
}

/** Stores content in a folder, given by its path. Flags and errors as for `appendMessage`. */
export async function append(
  connection: ImapConnection,
  path: string,
  content: Buffer,
  flags: string[],
  receivedAt?: Date,
): Promise<MoveResult> {
  const sentBy = Date.now() + content.length / SLOWEST_UPLOAD;
  const sentBefore = connection.flow.stats().sent;
  const wasGivenAll = () => connection.flow.stats().sent - sentBefore >= content.length;
  try {
    const { uid, uidValidity } = await connection.exclusively(
      async (flow) => {
        // imapflow would silently drop flags that the folder does not keep.
        const { mailbox } = flow;
        if (mailbox && mailbox.path === path) assertTakes(mailbox, keywordsOf(flags));
        const answer = await flow.append(path, content, flags, receivedAt).catch(async (error: unknown) => {
          throw await explained(flow, error, path, content.length);
        });
        if (answer) return answer;
        throw Object.assign(new Error('logged out'), { code: 'NoConnection' });
      },
      () => Date.now() < sentBy,
    );
    return {
      folder: path,
      ...(uid && uidValidity ? { id: formatId({ folder: path, uidValidity, uid }) } : {}),
    };
  } catch (error) {
    const isSilence = isMailError(error, 'CONNECTION_LOST', 'COMMAND_TIMEOUT');
    throw isSilence && wasGivenAll() ? uncertain(error.message) : error;
  }
}

const keywordsOf = (flags: readonly string[]): string[] => flags.filter((flag) => !flag.startsWith('\\'));

/** Says what the server refused: the folder, or the size (RFC 7889, RFC 4469 section 4.2). */
async function explained(flow: ImapFlow, error: unknown, path: string, size: number): Promise<unknown> {
  const refusal = refusalIn(error);
  // imapflow itself refuses a message that is larger than the limit the server announced.
  const { serverResponseCode, message } = error as ImapFlowError;
  const code = refusal?.code ?? serverResponseCode ?? '';
  if (SIZE_CODES.has(code) || (refusal && code !== 'OVERQUOTA' && isTooLarge(refusal.words))) {
    return new MailError(
      'SERVER_REFUSED',
      `The message has ${size} bytes, which is more than the server stores (${refusal?.words ?? message})`,
      'Leave out large attachments.',
    );
  }
  return refusal ? await missingOrRefused(flow, path, refusal) : error;
}

const SIZE_CODES = new Set(['APPENDLIMIT', 'TOOBIG']);
