import type { FetchMessageObject, FetchQueryObject, ImapFlow } from 'imapflow';

import { previewOfBeginning } from '../mime/preview';
import { SUMMARY_HEADERS } from '../mime/summary';
import type { FetchOptions } from '../model/query';
import { previewOf } from '../model/preview';
import { SUMMARY_FIELDS } from './convert';
import { offers } from './exec-or-throw';
import { fetchEach, ignoreRefused, type OnRefused } from './fetch-each';
import { readOne } from './read-one';

/** How many bytes of a body are read if the server has no previews of its own. */
const BEGINNING = 3 * 1024;

/** The keys under which imapflow gives the two. */
const [OF_SERVER, OF_BODY] = ['preview', 'text'];

/**
 * The fields for a Message, with its preview if that is wanted: in the same FETCH, as the server makes it (RFC 8970), or
 * from the beginning of the body. If the content is read, the preview is made from that.
 */
export function summaryFields(flow: ImapFlow, { preview, content }: FetchOptions): FetchQueryObject {
  if (!preview || content) return SUMMARY_FIELDS;
  const asksServer = offers(flow, 'PREVIEW') && !WITHOUT.has(flow);
  return { ...SUMMARY_FIELDS, bodyParts: [asksServer ? OF_SERVER : BODY] };
}

/** Connections to servers that offer previews, such as Cyrus, but have none (RFC 8970 section 3.2: NIL). */
const WITHOUT = new WeakSet<ImapFlow>();

const BODY = { key: OF_BODY, maxLength: BEGINNING };

/** Whether the server was asked for its own preview of a message, and has none. */
export const hasNone = ({ bodyParts }: FetchMessageObject): boolean =>
  bodyParts?.has(OF_SERVER) === true && !bodyParts.get(OF_SERVER);

/**
 * The previews of messages of which the server has none, by UID, from the beginnings of their bodies. The server is not
 * asked for its own again, so that this costs one command for each connection.
 *
 * @param onBug called for a message whose body brings a bug to light
 */
export async function previewsOfBodies(
  flow: ImapFlow,
  set: string,
  isUid: boolean,
  onBug: OnRefused,
): Promise<Map<number, string>> {
  WITHOUT.add(flow);
  const previews = new Map<number, string>();
  const fields = { uid: true, headers: SUMMARY_HEADERS, bodyParts: [BODY] };
  for await (const item of fetchEach(flow, set, fields, isUid, ignoreRefused)) {
    const preview = readOne(item.uid, onBug, () => previewIn(item));
    if (preview !== undefined) previews.set(item.uid, preview);
  }
  return previews;
}

/** The preview in an answer; undefined if there is none, or the server did not give it. */
export function previewIn({ headers, bodyParts }: FetchMessageObject): string | undefined {
  const made = bodyParts?.get(OF_SERVER);
  if (made) return previewOf(made.toString());
  const body = bodyParts?.get(OF_BODY);
  if (!headers || !body) return undefined;
  return previewOfBeginning(Buffer.concat([headers, body]), { isCut: body.length >= BEGINNING });
}
