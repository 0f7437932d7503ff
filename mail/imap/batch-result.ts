import type { ImapFlow, ImapFlowError, MailboxObject } from 'imapflow';

import type { BatchResult } from '../model/client';
import { MailError, isMailError } from '../errors';
import type { ImapConnection } from './connection';
import { messageGone, parseId, type ImapId } from './message-id';
import { plainPath } from './special-use';
import { toBatches, type Batch } from './uid-batches';

/** A parsed id together with its original text. */
export interface NamedId extends ImapId {
  id: string;
}

export function groupByFolder(ids: readonly string[]) {
  const folders = new Map<string, NamedId[]>();
  const malformed = new Map<string, MailError>();
  for (const id of new Set(ids)) {
    try {
      const parsed = { id, ...parseId(id) };
      const folder = plainPath(parsed.folder);
      const group = folders.get(folder);
      if (group) group.push(parsed);
      else folders.set(folder, [parsed]);
    } catch (error) {
      malformed.set(id, error as MailError);
    }
  }
  return { folders, malformed };
}

/**
 * The error of reading in a folder, if it affects only that folder, so that the others can be read. A server that shuts
 * down refuses a command, and then closes the connection: that is not about the folder, and the whole can be repeated.
 *
 * @throws {MailError} what affects the others too; CONNECTION_LOST after a refusal
 */
export async function ofOneFolder(connection: ImapConnection, error: unknown): Promise<MailError> {
  if (!isMailError(error, 'FOLDER_NOT_FOUND', 'SERVER_REFUSED')) throw error;
  // That a folder is missing is known from LIST, which the server answered.
  if (error.code === 'SERVER_REFUSED') await connection.assertAlive();
  return error;
}

/**
 * Reads something of messages in all their folders.
 *
 * @param read gives each message of a folder its result, while the folder is selected
 * @throws {MailError} if the connection is lost; what affects only one folder is the result of its messages
 */
export async function readInFolders<T>(
  connection: ImapConnection,
  ids: readonly string[],
  read: (mailbox: MailboxObject, group: readonly NamedId[]) => Promise<BatchResult<T>>,
): Promise<BatchResult<T>> {
  const { folders, malformed } = groupByFolder(ids);
  const results: BatchResult<T> = new Map(malformed);
  for (const [folder, group] of folders) {
    try {
      const found = await connection.inFolder(folder, async (mailbox) => await read(mailbox, group));
      for (const [id, result] of found) results.set(id, result);
    } catch (error) {
      const ofFolder = await ofOneFolder(connection, error);
      for (const { id } of group) results.set(id, ofFolder);
    }
  }
  return results;
}

/** Messages of one folder to change, while the folder is selected. */
export interface Change<T> {
  flow: ImapFlow;
  mailbox: MailboxObject;
  /** These UIDs may not exist. */
  uids: readonly number[];
  batches: readonly Batch[];
  /** Reports the result for one message. A message without a report did not exist. */
  settle(uid: number, outcome: T | MailError): void;
  /**
   * Runs a command that changes these messages. Until they are settled, their result is unknown, unless the server
   * refuses the command.
   */
  sending<R>(uids: readonly number[], command: () => Promise<R>): Promise<R>;
}

/** Errors that affect only one folder. */
const OF_ONE_FOLDER = ['FOLDER_NOT_FOUND', 'SERVER_REFUSED', 'NOT_SUPPORTED', 'INVALID_INPUT'] as const;

/**
 * Changes messages in all their folders, as `BatchResult` promises: rejects if nothing was changed; otherwise returns a
 * result for each id.
 *
 * @param repeatable the change can safely be repeated, so it may reject after a partial change
 */
export async function changeMessages<T>(
  connection: ImapConnection,
  ids: readonly string[],
  work: (change: Change<T>) => Promise<void>,
  { repeatable = false } = {},
): Promise<BatchResult<T>> {
  const { folders, malformed } = groupByFolder(ids);
  const outcomes: BatchResult<T> = new Map(malformed);
  let somethingChanged = false;
  /** Kept after the response too: a message that is not settled by then is still uncertain. */
  let sent: ReadonlySet<number> = new Set();
  const sending = async <R>(uids: readonly number[], command: () => Promise<R>): Promise<R> => {
    const before = somethingChanged;
    sent = new Set(uids);
    somethingChanged = true;
    try {
      return await command();
    } catch (error) {
      if (isRefusal(error)) [sent, somethingChanged] = [new Set(), before];
      throw error;
    }
  };

  const open = (group: readonly NamedId[]) => group.filter(({ id }) => !outcomes.has(id));
  for (const [folder, group] of folders) {
    let selected = false;
    try {
      await connection.inFolder(folder, async (mailbox) => {
        selected = true;
        // Another UIDVALIDITY means other messages under the same numbers (RFC 9051 section 2.3.1.1).
        const idsByUid = groupByUid(group.filter(({ uidValidity }) => uidValidity === mailbox.uidValidity));
        const uids = [...idsByUid.keys()];
        const settle = (uid: number, outcome: T | MailError) =>
          idsByUid.get(uid)?.forEach((id) => outcomes.set(id, outcome));
        await work({ flow: connection.flow, mailbox, uids, batches: toBatches(uids), settle, sending });
        for (const { id } of open(group)) outcomes.set(id, messageGone(id));
      });
    } catch (error) {
      if (!isMailError(error)) throw error;
      // Once the source folder is selected, FOLDER_NOT_FOUND means the destination.
      const missesDestination = selected && error.code === 'FOLDER_NOT_FOUND';
      if (isMailError(error, ...OF_ONE_FOLDER) && !missesDestination) {
        for (const { id } of open(group)) outcomes.set(id, error);
        continue;
      }
      const rest = open([...folders.values()].flat());
      if (rest.length > 0 && (repeatable || !somethingChanged)) throw error;
      const inFlight = new Set(open(group).flatMap(({ id, uid }) => (sent.has(uid) ? [id] : [])));
      for (const { id } of rest) outcomes.set(id, inFlight.has(id) ? uncertain(error.message) : error);
      break;
    }
  }
  return outcomes;
}

function groupByUid(ids: readonly NamedId[]): Map<number, string[]> {
  const byUid = new Map<number, string[]>();
  for (const { id, uid } of ids) byUid.set(uid, [...(byUid.get(uid) ?? []), id]);
  return byUid;
}

/** Whether the server clearly refused, so that certainly nothing was changed. */
export const isRefusal = (error: unknown): boolean =>
  isMailError(error, 'SERVER_REFUSED', 'NOT_SUPPORTED', 'FOLDER_NOT_FOUND') ||
  ['NO', 'BAD'].includes((error as ImapFlowError).responseStatus ?? '');

export const uncertain = (reason: string): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    `It is not known whether the message was changed: ${reason}`,
    'Check where the message is before you run this again.',
  );
