import type { ImapFlow, ImapFlowError } from 'imapflow';

import type { MoveResult } from '../model/client';
import { MailError } from '../errors';
import { execOrThrow, offers } from './exec-or-throw';
import { existingUids } from './existing-uids';
import type { Change } from './batch-result';
import { refusalIn } from './refusal';
import { searchUids } from './search';

/**
 * Makes sure that these messages can be removed without any others. UID EXPUNGE (RFC 4315) removes only those that
 * it names. A server without it removes all that are marked as deleted, by whomever: it is used only where none but
 * these are.
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

/** Removes messages of the selected folder for good: marks them, and removes what is marked. */
export async function expunge(flow: ImapFlow, set: string): Promise<void> {
  // Without "silent" the server answers with the flags of every message.
  await deleteOrUnmark(flow, set, true);
}

/**
 * Marks messages as deleted and removes what is marked. An account may have the right to the one and not to the other
 * (RFC 4314 section 2.1): then the mark is taken back, or the next program to clean up would remove them.
 *
 * @param uid whether the set is one of UIDs
 */
export async function deleteOrUnmark(flow: ImapFlow, set: string, uid: boolean): Promise<void> {
  const options = { uid, silent: true };
  try {
    await execOrThrow(flow, async (asked) => await asked.messageDelete(set, options));
  } catch (error) {
    const isAboutRemoval = /EXPUNGE/.test((error as ImapFlowError).executedCommand ?? '');
    if (refusalIn(error) && isAboutRemoval) await flow.messageFlagsRemove(set, ['\\Deleted'], options);
    throw error;
  }
}

/** The same for a bulk change. */
export async function removeMessages({ flow, batches, settle, sending }: Change<MoveResult>): Promise<void> {
  for (const { set } of batches) {
    const uids = await existingUids(flow, set);
    if (uids.length === 0) continue;
    await assertRemovable(flow, uids);
    await sending(uids, async () => await expunge(flow, set));
    for (const uid of uids) settle(uid, {});
  }
}
