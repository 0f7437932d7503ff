import type { ImapFlow, ImapFlowError, MailboxObject } from 'imapflow';

import { folderRefused } from './folder-refused';
import { refusalIn } from './refusal';
import { folderMissing } from './special-use';

/** For a server that gives its messages no lasting ids (RFC 9051 section 2.3.1.1): its UIDs are taken for what they are. */
const NO_UIDVALIDITY = 0n;

/**
 * Selects a folder, even one that is selected already.
 *
 * @throws {MailError} FOLDER_NOT_FOUND, SERVER_REFUSED
 */
export async function openFolder(flow: ImapFlow, path: string): Promise<MailboxObject> {
  // imapflow asks for the attributes of a folder that it does not know, with a LIST and an LSUB.
  const { folders } = flow as { folders?: Map<string, object> };
  if (folders?.has(path) === false) folders.set(path, {});
  try {
    const mailbox: Partial<MailboxObject> = await flow.mailboxOpen(path);
    mailbox.uidValidity ??= NO_UIDVALIDITY;
    return mailbox as MailboxObject;
  } catch (error) {
    const refusal = refusalIn(error);
    if ((error as ImapFlowError).mailboxMissing || isMissingFolder(refusal?.code)) throw folderMissing(path);
    throw refusal ? folderRefused(flow, path, refusal) : error;
  }
}

/** The codes that say that a folder is not there (RFC 5530 section 3, RFC 9051 section 7.1). All others do not. */
export const isMissingFolder = (code: string | undefined): boolean =>
  code === 'NONEXISTENT' || code === 'TRYCREATE';
