import { isInbox, folderName, type Folder } from '../model/folder';
import { popCannot } from './errors';

/** The only folder in POP3. @throws {MailError} NOT_SUPPORTED */
export function assertInbox(folder: string): void {
  if (!isInbox(folder)) throw popCannot(`open the folder "${folderName(folder)}": it has only the inbox`);
}

/** @param total number of messages. POP3 does not store which ones were read, so all count as unread. */
export const inbox = (total: number): Folder => ({
  ...{ path: 'INBOX', name: 'INBOX', specialUse: '\\Inbox', selectable: true },
  counts: { total, unread: total },
});
