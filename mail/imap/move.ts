import type { CopyResponseObject, ImapFlowError } from 'imapflow';

import type { BatchResult, MoveResult } from '../model/client';
import { MailError, isMailError } from '../errors';
import { execOrThrow, isUnknown, offers } from './exec-or-throw';
import type { ImapConnection } from './connection';
import { existingUids } from './existing-uids';
import { formatId } from './message-id';
import { changeMessages, isRefusal, uncertain, type Change } from './batch-result';
import { assertRemovable, expunge, leftBehind, notSaid } from './expunge';
import { missingOrRefused } from './missing-folder';
import { refusalIn } from './refusal';
import { toBatches, type Batch } from './uid-batches';

/** `MailClient.moveMessages` for IMAP. One command for each folder, regardless of the number of ids. */
export async function moveMessages(
  connection: ImapConnection,
  ids: readonly string[],
  folder: string,
): Promise<BatchResult<MoveResult>> {
  const destination = await connection.pathOf(folder);
  return await changeMessages(connection, ids, async (change) => await moveTo(change, destination));
}

/** `MailClient.copyMessages` for IMAP. */
export async function copyMessages(
  connection: ImapConnection,
  ids: readonly string[],
  folder: string,
): Promise<BatchResult<MoveResult>> {
  const destination = await connection.pathOf(folder);
  return await changeMessages<MoveResult>(connection, ids, async (change) => {
    for (const batch of change.batches) {
      for (const [uid, relocated] of await copy(change, batch, destination)) change.settle(uid, relocated);
    }
  });
}

/** Moves messages of the selected folder. */
export async function moveTo(change: Change<MoveResult>, destination: string): Promise<void> {
  const { flow, mailbox, batches, settle } = change;
  for (const batch of batches) {
    if (mailbox.path === destination) {
      const { path: folder, uidValidity } = mailbox;
      for (const uid of await existingUids(flow, batch.set)) {
        settle(uid, { folder, id: formatId({ folder, uidValidity, uid }) });
      }
    } else if (offers(flow, 'MOVE')) {
      await move(change, batch, destination);
    } else {
      await copyAndRemove(change, batch, destination);
    }
  }
}

async function move(change: Change<MoveResult>, batch: Batch, destination: string): Promise<void> {
  const { flow, mailbox, settle } = change;
  // COPYUID (RFC 4315) shows which messages existed. Without UIDPLUS the server answers OK even if they did not.
  const there = offers(flow, 'UIDPLUS') ? undefined : await existingUids(flow, batch.set);
  if (there?.length === 0) return;
  const before = mailbox.exists;
  try {
    const answer = await send(change, batch, 'messageMove', destination);
    const copies = relocations(answer, destination);
    if (copies) for (const [uid, relocated] of copies) settle(uid, relocated);
    else await settleWithoutIds(change, batch, there, before, destination);
  } catch (error) {
    if (isUnknown(flow, error, 'MOVE')) return await copyAndRemove(change, batch, destination);
    if (isRefusal(error) && !isMailError(error, 'FOLDER_NOT_FOUND')) await settleGone(change, batch);
    throw error;
  }
}

/**
 * A folder without persistent UIDs sends no COPYUID (RFC 4315 section 3), nor does a server that moved nothing. Then only
 * what is left in the folder shows what was moved.
 *
 * @param there the messages that were there, if that is known
 */
async function settleWithoutIds(
  change: Change<MoveResult>,
  { set, uids }: Batch,
  there: readonly number[] | undefined,
  before: number,
  folder: string,
): Promise<void> {
  const { mailbox, settle } = change;
  const named = there ?? uids;
  const fewer = before - mailbox.exists;
  const left = await leftBehind(change, { set, uids: [...named] }, before);
  for (const [uid, error] of left) settle(uid, error);
  const gone = named.filter((uid) => !left.has(uid));
  if (there ?? fewer >= named.length) for (const uid of gone) settle(uid, { folder });
  else if (fewer > 0) {
    for (const uid of gone) settle(uid, uncertain('the server does not say which messages it moved'));
  }
}

/** A server that stops halfway may have moved some of the messages (RFC 6851 section 3.3). */
async function settleGone(
  { flow, sending, settle }: Change<MoveResult>,
  { set, uids }: Batch,
): Promise<void> {
  const left = new Set(await sending(uids, async () => await existingUids(flow, set)));
  for (const uid of uids) {
    if (!left.has(uid))
      settle(uid, uncertain('the server refused, but the message is no longer where it was'));
  }
}

/** @returns the messages that are certainly copied */
async function copy(
  change: Change<MoveResult>,
  batch: Batch,
  destination: string,
): Promise<ReadonlyMap<number, MoveResult>> {
  const copies = relocations(await send(change, batch, 'messageCopy', destination), destination);
  if (copies) return copies;
  try {
    const there = await existingUids(change.flow, batch.set);
    return new Map(there.map((uid) => [uid, { folder: destination }]));
  } catch (error) {
    const refusal = refusalIn(error);
    if (!refusal) throw error;
    for (const uid of batch.uids) change.settle(uid, notSaid(refusal));
    return new Map();
  }
}

/** For servers without MOVE (RFC 6851). Messages are removed only after they have been copied. */
async function copyAndRemove(change: Change<MoveResult>, batch: Batch, destination: string): Promise<void> {
  const { flow, mailbox, settle, sending } = change;
  const there = await existingUids(flow, batch.set);
  if (there.length === 0) return;
  await assertRemovable(flow, there);
  const copies = await copy(change, batch, destination);
  for (const { set, uids } of toBatches([...copies.keys()])) {
    try {
      const before = mailbox.exists;
      await sending(uids, async () => await expunge(flow, set));
      const left = await leftBehind(change, { set, uids }, before);
      for (const uid of uids) settle(uid, left.get(uid) ?? copies.get(uid) ?? { folder: destination });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      for (const uid of uids) settle(uid, onlyCopied(mailbox.path, destination, error as ImapFlowError));
    }
  }
}

/** Sends the command. If the server refuses the destination folder, the error names it. */
async function send(
  { flow, sending }: Change<MoveResult>,
  { set, uids }: Batch,
  method: 'messageMove' | 'messageCopy',
  destination: string,
): Promise<CopyResponseObject> {
  return await sending(uids, async () => {
    try {
      return await execOrThrow(flow, async (asked) => await asked[method](set, destination, { uid: true }));
    } catch (error) {
      const refusal = refusalIn(error);
      // NO may be about the messages or about the folder.
      if (!refusal || (error as ImapFlowError).responseStatus !== 'NO') throw error;
      throw await missingOrRefused(flow, destination, refusal);
    }
  });
}

function relocations(
  { uidMap, uidValidity }: CopyResponseObject,
  folder: string,
): ReadonlyMap<number, MoveResult> | undefined {
  if (!uidMap || uidValidity === undefined) return undefined;
  return new Map(
    [...uidMap].map(([from, uid]) => [from, { folder, id: formatId({ folder, uidValidity, uid }) }]),
  );
}

const onlyCopied = (from: string, to: string, { responseText, message }: ImapFlowError): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `The message was copied to "${to}", but the server did not remove it from "${from}" (${responseText ?? message})`,
    'Delete it in the old folder, or check the rights of the account.',
  );
