import type { ImapFlow } from 'imapflow';

import { headerFields } from '../mime/header';
import type { HeaderField } from '../model/outgoing';
import { fetchEach, type OnRefused } from './fetch-each';
import { reportNotGiven } from './not-given';
import { readOne } from './read-one';
import { toSets } from './uid-set';

/** Reads all header fields of many messages, and nothing else. One command, regardless of their number. */
export async function fetchHeaders(
  flow: ImapFlow,
  messages: readonly { uid: number }[],
  onRefused: OnRefused,
): Promise<Map<number, HeaderField[]>> {
  const headers = new Map<number, HeaderField[]>();
  const notGiven: number[] = [];
  for (const set of toSets(messages.map(({ uid }) => uid))) {
    for await (const item of fetchEach(flow, set, { uid: true, headers: true }, true, onRefused)) {
      const { uid, headers: header } = item;
      const fields = header && readOne(uid, onRefused, () => headerFields(header));
      if (fields) headers.set(uid, fields);
      else if (!header) notGiven.push(uid);
    }
  }
  await reportNotGiven(flow, notGiven, onRefused);
  return headers;
}
