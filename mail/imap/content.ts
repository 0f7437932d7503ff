import type { FetchMessageObject, ImapFlow, MessageStructureObject } from 'imapflow';

import { contentOf } from '../mime/content';
import { decodeText } from '../mime/decode-text';
import type { MessageContent } from '../model/message';
import { partNumber, textParts } from '../mime/parts';

/** Bodies asked for in one command: bounds the memory that one answer takes. */
const BATCH_BYTES = 8 * 1024 * 1024;
const BATCH_MESSAGES = 500;

interface Wanted {
  uid: number;
  text?: MessageStructureObject;
  html?: MessageStructureObject;
}

/**
 * Reads the text and HTML bodies of many messages, and nothing else of them.
 *
 * Messages whose bodies have the same part numbers share one command, and mail knows few layouts, so a
 * folder takes a handful of commands whatever its size.
 */
export async function fetchContents(
  flow: ImapFlow,
  messages: readonly FetchMessageObject[],
): Promise<Map<number, MessageContent>> {
  const contents = new Map<number, MessageContent>();
  for (const { parts, wanted } of batches(messages)) {
    const uids = wanted.map(({ uid }) => uid);
    const fetched =
      parts.length > 0 ? await flow.fetchAll(uids, { uid: true, bodyParts: parts }, { uid: true }) : [];
    const bodies = new Map(fetched.map(({ uid, bodyParts }) => [uid, bodyParts]));
    for (const { uid, text, html } of wanted) {
      const body = bodies.get(uid);
      contents.set(uid, contentOf(await decoded(text, body), await decoded(html, body)));
    }
  }
  return contents;
}

function* batches(messages: readonly FetchMessageObject[]): Generator<{ parts: string[]; wanted: Wanted[] }> {
  const layouts = new Map<string, { parts: string[]; wanted: Wanted[]; bytes: number }>();
  for (const { uid, bodyStructure } of messages) {
    const { text, html } = bodyStructure ? textParts(bodyStructure) : {};
    const nodes = [text, html].filter((node) => node !== undefined);
    const parts = nodes.map(partNumber);
    const layout = parts.join();
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

const decoded = async (
  node: MessageStructureObject | undefined,
  body: Map<string, Buffer> | undefined,
): Promise<string> => await decodeText(node, node && body?.get(partNumber(node)));
