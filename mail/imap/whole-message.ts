import { Readable } from 'node:stream';

import type { ImapFlow } from 'imapflow';

import { readBody, type ReadBody } from '../mime/read-body';
import { fetchEach, type OnRefused } from './fetch-each';

/** What is read of a message whose structure is of no use. Bytes. */
const LONGEST = 16 * 1024 * 1024;

/**
 * Reads messages as a whole, one after the other, where the server's description of their parts is of no use: the
 * message itself says what its parts are.
 */
export async function readWhole(
  flow: ImapFlow,
  uids: readonly number[],
  withContent: boolean,
  onRefused: OnRefused,
): Promise<Map<number, Omit<ReadBody, 'header'>>> {
  const bodies = new Map<number, Omit<ReadBody, 'header'>>();
  for (const uid of uids) {
    const fields = { uid: true, source: { start: 0, maxLength: LONGEST } };
    for await (const { source } of fetchEach(flow, `${uid}`, fields, true, onRefused)) {
      const { attachments, content } = await readBody(
        Readable.from([source ?? Buffer.alloc(0)]),
        withContent,
      );
      bodies.set(uid, { attachments, content });
    }
  }
  return bodies;
}
