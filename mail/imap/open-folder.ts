import type { ImapFlow, ImapFlowError, MailboxObject } from 'imapflow';

import { folderMissing } from './special-use';

/**
 * Selects a folder, even one that is selected already.
 *
 * @throws {MailError} FOLDER_NOT_FOUND
 */
export async function openFolder(flow: ImapFlow, path: string): Promise<MailboxObject> {
  // imapflow asks for the attributes of a folder that it does not know, with a LIST and an LSUB.
  const { folders } = flow as { folders?: Map<string, object> };
  if (folders?.has(path) === false) folders.set(path, {});
  try {
    return await flow.mailboxOpen(path);
  } catch (error) {
    const { mailboxMissing, serverResponseCode = '' } = error as ImapFlowError;
    if (!mailboxMissing && !['NONEXISTENT', 'TRYCREATE'].includes(serverResponseCode)) throw error;
    throw folderMissing(path);
  }
}

/**
 * imapflow puts the prefix of the personal namespace, such as `INBOX.`, before every path that lacks it: folders
 * that others share could not be named then, and a path would not always be what the server calls it.
 */
export function takePathsAsTheyAre(flow: ImapFlow): void {
  if (flow.namespace) flow.namespace = { ...flow.namespace, prefix: '' };
}
