import type { ImapFlow, ImapFlowError, MailboxObject } from 'imapflow';

import { MailError } from '../errors';
import { folderRefused } from './folder-refused';
import { refusalIn } from './refusal';
import { folderMissing } from './special-use';
import { statusOf } from './status';

/** For servers without persistent UIDs (RFC 9051 section 2.3.1.1). Their UIDs are used as they are. */
const NO_UIDVALIDITY = 0n;

/**
 * Selects a folder, even if it is already selected.
 *
 * @throws {MailError} FOLDER_NOT_FOUND, SERVER_REFUSED
 */
export async function openFolder(flow: ImapFlow, path: string): Promise<MailboxObject> {
  // For an unknown folder, imapflow would first ask for its attributes with LIST and LSUB.
  const { folders } = flow as { folders?: Map<string, object> };
  if (folders?.has(path) === false) folders.set(path, {});
  try {
    const mailbox: Partial<MailboxObject> = await flow.mailboxOpen(path);
    mailbox.uidValidity ??= NO_UIDVALIDITY;
    mailbox.exists ??= await countOf(flow, path);
    return mailbox as MailboxObject;
  } catch (error) {
    const refusal = refusalIn(error);
    if ((error as ImapFlowError).mailboxMissing || isMissingFolder(refusal?.code)) throw folderMissing(path);
    throw refusal ? await folderRefused(flow, path, refusal) : error;
  }
}

/**
 * How many messages a folder has whose SELECT did not say it, or not in a way that can be read.
 *
 * @throws {MailError} SERVER_REFUSED if STATUS does not say it either: the folder must not look empty
 */
async function countOf(flow: ImapFlow, path: string): Promise<number> {
  const status = await statusOf(flow, path, { messages: true });
  if (status?.messages !== undefined) return status.messages;
  throw new MailError(
    'SERVER_REFUSED',
    `The server does not say how many messages are in the folder "${path}"`,
    'Try again later; if it always happens, ask the administrator of the mail server.',
  );
}

/** The codes for a folder that does not exist (RFC 5530 section 3, RFC 9051 section 7.1). No other code means this. */
export const isMissingFolder = (code: string | undefined): boolean =>
  code === 'NONEXISTENT' || code === 'TRYCREATE';
