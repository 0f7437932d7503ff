import { Readable } from 'node:stream';

import type { MailboxObject } from 'imapflow';

import { isMailError, type MailError } from '../errors';
import type { MessageDownload } from '../model/message';
import { openSequentially } from '../async/open-sequentially';
import type { ImapConnection, SeenFolders } from './connection';
import { fetchEach, type OnRefused } from './fetch-each';
import { beginMessage, openStream } from './locked-stream';
import { reportNotGiven } from './not-given';
import { notThere } from './not-there';
import type { Refusal } from './refusal';
import { groupByFolder, ofOneFolder, type NamedId } from './batch-result';
import { toSets } from './uid-set';

/** Messages up to this size are read together, up to one batch. Both in bytes. */
const SMALL = 1024 * 1024;
const BATCH = 8 * 1024 * 1024;

/** `MailClient.openMessage` for IMAP. */
export async function openMessage(connection: ImapConnection, id: string): Promise<MessageDownload> {
  return await openStream(connection, id, beginMessage);
}

/**
 * `MailClient.openMessages` for IMAP. Small messages share a command and are held in memory until the reader takes
 * them. Large messages are streamed.
 */
export async function* openMessages(
  connection: ImapConnection,
  ids: readonly string[],
): AsyncGenerator<[id: string, message: MessageDownload | MailError]> {
  const { folders, malformed } = groupByFolder(ids);
  const seen: SeenFolders = new Set();
  yield* malformed;
  for (const [folder, group] of folders) {
    const refusals = new Map<number, Refusal>();
    const sizes = await sizesOf(connection, folder, group, refusals, seen);
    if (isMailError(sizes)) {
      for (const { id } of group) yield [id, sizes];
      continue;
    }
    const small = group.filter(({ id }) => (sizes.get(id) ?? Infinity) <= SMALL);
    for (const batch of batches(small, sizes)) yield* readTogether(connection, folder, batch, seen);
    const large = group.filter(({ id }) => (sizes.get(id) ?? 0) > SMALL);
    yield* openSequentially(
      large.map(({ id }) => id),
      async (id) => await openStream(connection, id, beginMessage, seen),
    );
    for (const named of group) if (!sizes.has(named.id)) yield [named.id, notThere(named, refusals)];
  }
}

/** The sizes of the messages that exist, by id. */
async function sizesOf(
  connection: ImapConnection,
  folder: string,
  group: readonly NamedId[],
  refusals: Map<number, Refusal>,
  seen: SeenFolders,
): Promise<Map<string, number> | MailError> {
  const read = async ({ uidValidity }: MailboxObject) => {
    const current = group.filter((one) => one.uidValidity === uidValidity);
    const sizes = new Map<number, number>();
    for (const set of toSets(current.map(({ uid }) => uid))) {
      for await (const { uid, size = 0 } of fetchEach(
        connection.flow,
        set,
        { uid: true, size: true },
        true,
        (uid, refusal) => refusals.set(uid, refusal),
      )) {
        sizes.set(uid, size);
      }
    }
    return new Map(current.flatMap(({ id, uid }) => (sizes.has(uid) ? [[id, sizes.get(uid) ?? 0]] : [])));
  };
  try {
    return await connection.inFolder(folder, read, { seen });
  } catch (error) {
    return await ofOneFolder(connection, error);
  }
}

function* batches(group: readonly NamedId[], sizes: ReadonlyMap<string, number>): Generator<NamedId[]> {
  let batch: NamedId[] = [];
  let bytes = 0;
  for (const one of group) {
    const size = sizes.get(one.id) ?? 0;
    if (bytes + size > BATCH) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(one);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function* readTogether(
  connection: ImapConnection,
  folder: string,
  batch: readonly NamedId[],
  seen: SeenFolders,
): AsyncGenerator<[id: string, message: MessageDownload | MailError]> {
  const refusals = new Map<number, Refusal>();
  const onRefused: OnRefused = (uid, refusal) => refusals.set(uid, refusal);
  const readSources = async ({ uidValidity }: MailboxObject) => {
    const read = new Map<number, Buffer>();
    const notGiven: number[] = [];
    const current = batch.filter((one) => one.uidValidity === uidValidity);
    for (const set of toSets(current.map(({ uid }) => uid))) {
      for await (const item of fetchEach(
        connection.flow,
        set,
        { uid: true, source: true },
        true,
        onRefused,
      )) {
        if (item.source) read.set(item.uid, item.source);
        else notGiven.push(item.uid);
      }
    }
    await reportNotGiven(connection.flow, notGiven, onRefused);
    return read;
  };
  const sources = await connection.inFolder(folder, readSources, { seen });
  for (const named of batch) {
    const { id, uid } = named;
    const source = sources.get(uid);
    if (source) yield [id, { content: Readable.from([source]), size: source.length }];
    else yield [id, notThere(named, refusals)];
  }
}
