import type { ImapFlow, ImapFlowError, MailboxObject } from 'imapflow';

import { folderRefused } from './folder-refused';
import { refusalIn } from './refusal';
import { folderMissing } from './special-use';

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
    return mailbox as MailboxObject;
  } catch (error) {
    const refusal = refusalIn(error);
    if ((error as ImapFlowError).mailboxMissing || isMissingFolder(refusal?.code)) throw folderMissing(path);
    throw refusal ? await folderRefused(flow, path, refusal) : error;
  }
}

/** The codes for a folder that does not exist (RFC 5530 section 3, RFC 9051 section 7.1). No other code means this. */
export const isMissingFolder = (code: string | undefined): boolean =>
  code === 'NONEXISTENT' || code === 'TRYCREATE';
