import type { ImapFlow, ImapFlowError } from 'imapflow';

import type { MoveResult } from '../model/client';
import { MailError } from '../errors';
import { execOrThrow, isUnknown, offers } from './exec-or-throw';
import { existingUids } from './existing-uids';
import { uncertain, type Change } from './batch-result';
import { refusalIn, type Refusal } from './refusal';
import { searchUids } from './search';
import { numbersIn, type Batch } from './uid-batches';

/**
 * Makes sure that these messages can be removed without removing others. UID EXPUNGE (RFC 4315) removes only the
 * messages that it names. Without it, EXPUNGE removes all messages marked as deleted, including those marked by other
 * clients, so it is used only if no others are marked.
 *
 * @throws {MailError} NOT_SUPPORTED
 */
export async function assertRemovable(flow: ImapFlow, uids: readonly number[]): Promise<void> {
  if (offers(flow, 'UIDPLUS')) return;
  const ours = new Set(uids);
  const marked = await searchUids(flow, { deleted: true });
  if (marked.every((uid) => ours.has(uid))) return;
  throw new MailError(
    'NOT_SUPPORTED',
    'This server can delete these messages only together with others that someone marked as deleted in the same folder',
    'Clean up the folder ("expunge" or "compact") in a mail program, then run this again. Nothing was changed.',
  );
}

/** Removes messages of the selected folder for good: marks them as deleted, then expunges. */
export async function expunge(flow: ImapFlow, set: string): Promise<void> {
  // Without SILENT the server returns the flags of every message.
  await deleteOrUnmark(flow, set, true);
}

/**
 * Marks messages as deleted and expunges them. An account may have the right to mark but not to expunge (RFC 4314
 * section 2.1). Then the mark is removed again; otherwise the next client that expunges would remove the messages.
 *
 * @param uid whether the set contains UIDs
 */
export async function deleteOrUnmark(flow: ImapFlow, set: string, uid: boolean): Promise<void> {
  const options = { uid, silent: true };
  try {
    await execOrThrow(flow, async (asked) => await asked.messageDelete(set, options));
  } catch (error) {
    const isAboutRemoval = /EXPUNGE/.test((error as ImapFlowError).executedCommand ?? '');
    if (!refusalIn(error) || !isAboutRemoval) throw error;
    const unmark = async () => await flow.messageFlagsRemove(set, ['\\Deleted'], options);
    if (uid && isUnknown(flow, error, 'UIDPLUS')) {
      try {
        await assertRemovable(flow, numbersIn(set));
      } catch (reason) {
        await unmark();
        throw reason;
      }
      return await deleteOrUnmark(flow, set, uid);
    }
    await unmark();
    throw error;
  }
}

/** The same for a bulk change. */
export async function removeMessages(change: Change<MoveResult>): Promise<void> {
  const { flow, mailbox, batches, settle, sending } = change;
  for (const { set } of batches) {
    const uids = await existingUids(flow, set);
    if (uids.length === 0) continue;
    await assertRemovable(flow, uids);
    const before = mailbox.exists;
    await sending(uids, async () => await expunge(flow, set));
    const left = await leftBehind(change, { set, uids }, before);
    for (const uid of uids) settle(uid, left.get(uid) ?? {});
  }
}

/**
 * The errors of the messages that are still in the folder after an OK to their removal: some servers say OK and do
 * nothing. Costs a command only if the server has not told that enough are gone.
 *
 * @param before how many messages were in the folder
 */
export async function leftBehind(
  { flow, mailbox }: Pick<Change<MoveResult>, 'flow' | 'mailbox'>,
  { set, uids }: Batch,
  before: number,
): Promise<ReadonlyMap<number, MailError>> {
  if (mailbox.exists <= before - uids.length) return new Map();
  try {
    return new Map((await existingUids(flow, set)).map((uid) => [uid, stillThere()]));
  } catch (error) {
    const refusal = refusalIn(error);
    if (!refusal) throw error;
    return new Map(uids.map((uid) => [uid, notSaid(refusal)]));
  }
}

export const stillThere = (): MailError =>
  uncertain('the server said that it was done, but the message is still where it was');

/** For an OK that does not show it, and a refusal of the look after it. */
export const notSaid = ({ words }: Refusal): MailError =>
  uncertain(`the server said that it was done, but not to which messages (${words})`);
