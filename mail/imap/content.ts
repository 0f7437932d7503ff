import type { FetchMessageObject, ImapFlow } from 'imapflow';

import { isMessage, partNamed, partNumber, type BodyPart } from '../mime/body-part';
import { classify, partsOf } from '../mime/classify';
import { LONGEST_TEXT } from '../mime/content';
import { holdsBody } from '../mime/header';
import { partFromHeader } from '../mime/part-header';
import { bodiesOf, type StoredText } from '../mime/read-source';
import type { MessageContent } from '../model/message';
import { headerKey, readWhole } from './doubts';
import { fetchEach, type OnRefused } from './fetch-each';
import { givenPart, reportNotGiven } from './not-given';
import { readOne } from './read-one';
import { NOTHING_GIVEN } from './refusal';
import { corrected } from './structure';
import { toSets } from './uid-set';

/** Bodies requested in one command. Limits the memory for one response. */
const BATCH_BYTES = 8 * 1024 * 1024;
const BATCH_MESSAGES = 500;

interface Wanted {
  uid: number;
  structure: BodyPart;
}

/** A message whose bodies are needed, or have already been read. */
interface Found {
  uid: number;
  structure?: BodyPart;
  content?: MessageContent;
}

/**
 * Reads the text and HTML bodies of many messages, and nothing else. A message is left out if the server does not
 * return it or no longer has it.
 *
 * Messages whose bodies have the same part numbers share a command. Most mail has one of a few structures, so a folder
 * of any size takes only a few commands.
 */
export async function fetchContents(
  flow: ImapFlow,
  messages: readonly Found[],
  onRefused: OnRefused,
): Promise<Map<number, MessageContent>> {
  const contents = new Map<number, MessageContent>();
  for (const { uid, content } of messages) if (content) contents.set(uid, content);
  const left = messages.filter(({ content }) => !content);
  for (const { parts, wanted } of batches(left, onRefused)) {
    if (parts.length === 0) for (const one of wanted) setEmpty(one, contents, onRefused);
    else await fetchBatch(flow, parts, wanted, contents, onRefused);
  }
  return contents;
}

/** For a message without any text. */
function setEmpty(
  { uid, structure }: Wanted,
  contents: Map<number, MessageContent>,
  onRefused: OnRefused,
): void {
  const content = readOne(uid, onRefused, () => bodiesOf(structure, () => undefined));
  if (content) contents.set(uid, content);
}

async function fetchBatch(
  flow: ImapFlow,
  parts: readonly string[],
  wanted: readonly Wanted[],
  contents: Map<number, MessageContent>,
  onRefused: OnRefused,
): Promise<void> {
  const structures = new Map(wanted.map(({ uid, structure }) => [uid, structure]));
  const notGiven: number[] = [];
  const misread: number[] = [];
  // For an empty text, Yandex writes no value at all.
  const unlessEmpty: OnRefused = (uid, refusal) => {
    const structure = structures.get(uid);
    const isEmpty =
      refusal === NOTHING_GIVEN && structure && parts.every((part) => sizeOf(structure, part) === 0);
    if (isEmpty) setEmpty({ uid, structure }, contents, onRefused);
    else onRefused(uid, refusal);
  };
  // The header of a message that is not a multipart is already known.
  const needsHeaders = wanted.some(({ structure }) => isMultipart(structure));
  const bodyParts = parts.flatMap((part) => [
    { key: part, maxLength: LONGEST_TEXT },
    ...(needsHeaders ? [headerKey(part)] : []),
  ]);
  for (const set of toSets([...structures.keys()])) {
    for await (const item of fetchEach(flow, set, { uid: true, bodyParts }, true, unlessEmpty)) {
      const structure = structures.get(item.uid);
      if (!structure) continue;
      const read = readOne(item.uid, onRefused, () =>
        parts.some((part) => holdsBody(headerOf(item, part)))
          ? { isMisread: true }
          : { content: contentFrom(structure, parts, item) },
      );
      if (!read) continue;
      if (read.isMisread) misread.push(item.uid);
      else if (read.content) contents.set(item.uid, read.content);
      else notGiven.push(item.uid);
    }
  }
  await reportNotGiven(flow, notGiven, onRefused);
  for (const [uid, { content }] of await readWhole(flow, misread, onRefused))
    if (content) contents.set(uid, content);
}

/** The MIME header of a part, if it was read. */
const headerOf = ({ bodyParts }: FetchMessageObject, part: string): Buffer =>
  bodyParts?.get(headerKey(part)) ?? Buffer.alloc(0);

const sizeOf = (structure: BodyPart, part: string): number | undefined => partNamed(structure, part)?.size;

const isMultipart = ({ type }: BodyPart): boolean => type.startsWith('multipart/');

/**
 * The bodies; undefined if the server did not give one of them.
 *
 * Each part's own header is read with it, because some servers add values to BODYSTRUCTURE that the message does not
 * have, such as a charset.
 */
function contentFrom(
  structure: BodyPart,
  parts: readonly string[],
  item: FetchMessageObject,
): MessageContent | undefined {
  const stored = new Map<string, StoredText>();
  for (const part of parts) {
    const bytes = givenPart(item, structure, part);
    if (!bytes) return undefined;
    stored.set(part, { chunks: [bytes], truncated: bytes.length >= LONGEST_TEXT });
  }
  const headers = (isMultipart(structure) ? parts : []).flatMap((part) => {
    const header = headerOf(item, part);
    return header.length > 0 ? [[part, partFromHeader(header)] as const] : [];
  });
  return bodiesOf(corrected(structure, new Map(headers)), (part) => stored.get(partNumber(part)));
}

const textsOf = (structure: BodyPart): BodyPart[] =>
  [...new Set(classify(structure).bodies.flatMap(partsOf))].filter((node) => !isMessage(node));

function* batches(
  messages: readonly Found[],
  onRefused: OnRefused,
): Generator<{ parts: string[]; wanted: Wanted[] }> {
  const layouts = new Map<string, { parts: string[]; wanted: Wanted[]; bytes: number }>();
  for (const { uid, structure = { type: 'none' } } of messages) {
    const nodes = readOne(uid, onRefused, () => textsOf(structure));
    if (!nodes) continue;
    const parts = nodes.map(partNumber);
    const layout = parts.join();
    const bytes = nodes.reduce((sum, { size = 0 }) => sum + Math.min(size, LONGEST_TEXT), 0);
    let batch = layouts.get(layout);
    if (batch && (batch.bytes + bytes > BATCH_BYTES || batch.wanted.length >= BATCH_MESSAGES)) {
      yield batch;
      batch = undefined;
    }
    if (!batch) {
      batch = { parts, wanted: [], bytes: 0 };
      layouts.set(layout, batch);
    }
    batch.wanted.push({ uid, structure });
    batch.bytes += bytes;
  }
  yield* layouts.values();
}
