import type { FetchMessageObject, ImapFlow, MessageStructureObject } from 'imapflow';

import { contentOf } from '../mime/content';
import { decodeText } from '../mime/decode-text';
import type { MessageContent } from '../model/message';
import { partNumber, textParts } from '../mime/parts';
import { fetchEach, type OnRefused } from './fetch-each';
import { toSets } from './uid-set';

/** Bodies asked for in one command: bounds the memory that one answer takes. */
const BATCH_BYTES = 8 * 1024 * 1024;
const BATCH_MESSAGES = 500;

/** What is read of a text: more is no text to be read. Bytes. */
const LONGEST_TEXT = 16 * 1024 * 1024;

/** A part, or its beginning. */
type Part = string | { key: string; maxLength: number };

interface Wanted {
  uid: number;
  text?: MessageStructureObject;
  html?: MessageStructureObject;
}

/**
 * Reads the text and HTML bodies of many messages, and nothing else of them. A message that the server does not give,
 * or has no longer, is left out.
 *
 * Messages whose bodies have the same part numbers share one command, and mail knows few layouts, so a
 * folder takes a handful of commands whatever its size.
 */
export async function fetchContents(
  flow: ImapFlow,
  messages: readonly Pick<FetchMessageObject, 'uid' | 'bodyStructure'>[],
  onRefused: OnRefused,
): Promise<Map<number, MessageContent>> {
  const contents = new Map<number, MessageContent>();
  for (const { parts, wanted } of batches(messages)) {
    const bodies = new Map<number, FetchMessageObject['bodyParts']>();
    for (const set of parts.length > 0 ? toSets(wanted.map(({ uid }) => uid)) : []) {
      const fields = { uid: true, bodyParts: parts };
      for await (const item of fetchEach(flow, set, fields, true, onRefused))
        bodies.set(item.uid, item.bodyParts);
    }
    for (const { uid, text, html } of wanted) {
      const body = bodies.get(uid);
      if (parts.length > 0 && !body) continue;
      contents.set(uid, contentOf(await decoded(text, body), await decoded(html, body)));
    }
  }
  return contents;
}

function* batches(
  messages: readonly Pick<FetchMessageObject, 'uid' | 'bodyStructure'>[],
): Generator<{ parts: Part[]; wanted: Wanted[] }> {
  const layouts = new Map<string, { parts: Part[]; wanted: Wanted[]; bytes: number }>();
  for (const { uid, bodyStructure } of messages) {
    const { text, html } = bodyStructure ? textParts(bodyStructure) : {};
    const nodes = [text, html].filter((node) => node !== undefined);
    const parts = nodes.map(partOf);
    const layout = JSON.stringify(parts);
    const bytes = nodes.reduce((sum, { size = 0 }) => sum + size, 0);
    let batch = layouts.get(layout);
    if (batch && (batch.bytes + bytes > BATCH_BYTES || batch.wanted.length >= BATCH_MESSAGES)) {
      yield batch;
      batch = undefined;
    }
    if (!batch) {
      batch = { parts, wanted: [], bytes: 0 };
      layouts.set(layout, batch);
    }
    batch.wanted.push({ uid, text, html });
    batch.bytes += bytes;
  }
  yield* layouts.values();
}

function partOf(node: MessageStructureObject): Part {
  const key = partNumber(node);
  return (node.size ?? 0) > LONGEST_TEXT ? { key, maxLength: LONGEST_TEXT } : key;
}

const decoded = async (
  node: MessageStructureObject | undefined,
  body: Map<string, Buffer> | undefined,
): Promise<string> => await decodeText(node, (node && body?.get(partNumber(node))) || undefined);
