import { Readable } from 'node:stream';

import type { FetchMessageObject, MailboxObject } from 'imapflow';

import type { AttachmentRequest } from '../model/client';
import { isMailError, type MailError } from '../errors';
import { savedName } from '../mime/saved-name';
import { decodeTransfer } from '../mime/transfer-decoder';
import { noSuchPart, notGiven } from '../model/failed-messages';
import type { AttachmentDownload } from '../model/message';
import { ofMessage } from '../model/unreadable';
import { openSequentially } from '../async/open-sequentially';
import { PART_HEADERS, openAttachment, partOf } from './attachment';
import type { ImapConnection, SeenFolders } from './connection';
import { headerKey, ownNumber } from './doubts';
import { fetchEach, type OnRefused } from './fetch-each';
import { messageGone } from './message-id';
import { givenPart, reportNotGiven } from './not-given';
import { notThere } from './not-there';
import { NOTHING_GIVEN, type Refusal } from './refusal';
import { groupByFolder, ofOneFolder, type NamedId } from './batch-result';
import { toSets } from './uid-set';

/** Attachments up to this size are read together, up to one batch. Encoded bytes. */
const SMALL = 2 * 1024 * 1024;
const BATCH = 8 * 1024 * 1024;

type Answer = [AttachmentRequest, AttachmentDownload | MailError];

/**
 * `MailClient.openAttachments` for IMAP. Small attachments with the same part number share a command. Most mail has one
 * of a few structures, so a folder of any size takes only a few commands. Large attachments are streamed.
 */
export async function* openAttachments(
  connection: ImapConnection,
  requests: readonly AttachmentRequest[],
): AsyncGenerator<Answer> {
  const seen: SeenFolders = new Set();
  const isSmall = ({ size, part }: AttachmentRequest) => size > 0 && size <= SMALL && !ownNumber(part);
  const small = requests.filter(isSmall);
  for (const part of new Set(small.map((one) => one.part))) {
    const sharing = small.filter((one) => one.part === part);
    for (const batch of batches(sharing)) yield* readTogether(connection, part, batch, seen);
  }
  const large = requests.filter((one) => !isSmall(one));
  yield* openSequentially(large, async ({ id, part }) => await openAttachment(connection, id, part, seen));
}

function* batches(requests: readonly AttachmentRequest[]): Generator<AttachmentRequest[]> {
  let batch: AttachmentRequest[] = [];
  let bytes = 0;
  for (const one of requests) {
    if (bytes + one.size > BATCH) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(one);
    bytes += one.size;
  }
  if (batch.length > 0) yield batch;
}

async function* readTogether(
  connection: ImapConnection,
  part: string,
  batch: readonly AttachmentRequest[],
  seen: SeenFolders,
): AsyncGenerator<Answer> {
  const { folders, malformed } = groupByFolder(batch.map(({ id }) => id));
  const answers = new Map<string, FetchMessageObject | MailError>(malformed);
  for (const [folder, group] of folders) {
    const refusals = new Map<number, Refusal>();
    const read = await readFrom(connection, folder, group, part, refusals, seen);
    for (const named of group) {
      const { id, uid } = named;
      answers.set(id, isMailError(read) ? read : (read.get(uid) ?? notThere(named, refusals)));
    }
  }
  for (const request of batch) {
    const answer = answers.get(request.id) ?? messageGone(request.id);
    const { id } = request;
    const read = () => toDownload(answer as FetchMessageObject, part, id);
    yield [request, isMailError(answer) ? answer : ofMessage({ id }, read)];
  }
}

async function readFrom(
  connection: ImapConnection,
  folder: string,
  group: readonly NamedId[],
  part: string,
  refusals: Map<number, Refusal>,
  seen: SeenFolders,
): Promise<Map<number, FetchMessageObject> | MailError> {
  const readParts = async ({ uidValidity }: MailboxObject) => {
    const read = new Map<number, FetchMessageObject>();
    const onRefused: OnRefused = (uid, refusal) => refusals.set(uid, refusal);
    const current = group.filter((one) => one.uidValidity === uidValidity);
    // The MIME header gives the encoding, and reading it needs no extra command.
    const bodyParts = [part, headerKey(part)];
    const fields = { uid: true, bodyStructure: true, headers: PART_HEADERS, bodyParts };
    const notGiven: number[] = [];
    for (const set of toSets(current.map(({ uid }) => uid))) {
      for await (const item of fetchEach(connection.flow, set, fields, true, onRefused)) {
        const { uid, bodyStructure } = item;
        if (bodyStructure && givenPart(item, bodyStructure, part)) read.set(uid, item);
        else notGiven.push(uid);
      }
    }
    await reportNotGiven(connection.flow, notGiven, onRefused);
    return read;
  };
  try {
    return await connection.inFolder(folder, readParts, { seen });
  } catch (error) {
    return await ofOneFolder(connection, error);
  }
}

function toDownload(item: FetchMessageObject, part: string, id: string): AttachmentDownload | MailError {
  const node = partOf(item, part);
  const stored = item.bodyStructure && givenPart(item, item.bodyStructure, part);
  if (!node) return noSuchPart(id, part);
  if (!stored) return notGiven(id, NOTHING_GIVEN.words);
  return {
    content: Readable.from([decodeTransfer(stored, node.encoding)]),
    fileName: savedName(node, part),
    mimeType: node.type,
  };
}
