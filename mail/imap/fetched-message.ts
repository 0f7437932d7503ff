import type { FetchMessageObject, FetchQueryObject, ImapFlow, MailboxObject } from 'imapflow';

import type { BodyPart } from '../mime/body-part';
import { attachments } from '../mime/classify';
import type { RawField } from '../mime/header';
import { partFromFields, writtenType } from '../mime/part-header';
import type { Message, MessageContent } from '../model/message';
import type { FetchOptions } from '../model/query';
import { fetchContents } from './content';
import { SUMMARY_FIELDS, toMessage } from './convert';
import { partHeaders, readWhole } from './doubts';
import { fetchEach } from './fetch-each';
import { fetchHeaders } from './header-fields';
import { corrected, structureOf, type Structure } from './structure';

/** A message, with what says where its bodies are, or with its bodies where it was read as a whole. */
export interface FetchedMessage {
  uid: number;
  message: Message;
  structure?: BodyPart;
  content?: MessageContent;
}

/** Reads the summaries of a set of messages with one command, newest first. */
export async function fetchSummaries(
  flow: ImapFlow,
  mailbox: MailboxObject,
  set: string,
  uid: boolean,
  isWanted: (message: Message) => boolean = () => true,
  fields: FetchQueryObject = SUMMARY_FIELDS,
): Promise<FetchedMessage[]> {
  const found: FetchedMessage[] = [];
  const doubtful: Array<FetchedMessage & Structure> = [];
  for await (const item of fetchEach(flow, set, fields, uid)) {
    const { structure, doubt } = structureOf(item);
    const one = { uid: item.uid, message: summaryFrom(item, mailbox, structure), structure };
    if (doubt !== 'none') doubtful.push({ ...one, doubt });
    else if (isWanted(one.message)) found.push(one);
  }
  const settled = await settle(flow, doubtful);
  found.push(...settled.filter(({ message }) => isWanted(message)));
  // A FETCH answers in any order; the UID of a message grows with its arrival in the folder.
  return found.sort((a, b) => b.uid - a.uid);
}

const summaryFrom = (item: FetchMessageObject, mailbox: MailboxObject, structure?: BodyPart): Message =>
  toMessage(item, mailbox.path, mailbox.uidValidity, structure);

/** Asks for more of the messages whose structure the server may have misread. Ordinary mail costs no command here. */
async function settle(
  flow: ImapFlow,
  doubtful: ReadonlyArray<FetchedMessage & Structure>,
): Promise<FetchedMessage[]> {
  if (doubtful.length === 0) return [];
  const asked = doubtful.flatMap(({ uid, doubt }) =>
    typeof doubt === 'object' ? [{ uid, parts: doubt.headersOf }] : [],
  );
  const headers = await partHeaders(flow, asked);
  const isUnreadable = (uid: number) => [...(headers.get(uid)?.values() ?? [])].some(isMultipart);
  const whole = await readWhole(
    flow,
    doubtful.filter(({ uid, doubt }) => doubt === 'all' || isUnreadable(uid)).map(({ uid }) => uid),
  );
  return doubtful.map(({ uid, message, structure }) => {
    const read = whole.get(uid);
    if (read) {
      const { attachments: files, truncated, content } = read;
      const cut = truncated && { attachmentsTruncated: true as const };
      return { uid, content, message: { ...message, attachments: files, ...cut } };
    }
    if (!structure) return { uid, message };
    const parts = [...(headers.get(uid) ?? [])].map(
      ([part, fields]) => [part, partFromFields(fields)] as const,
    );
    const better = corrected(structure, new Map(parts));
    return { uid, structure: better, message: { ...message, attachments: attachments(better) } };
  });
}

/** A multipart, which the server has listed as a part without others in it. */
const isMultipart = (fields: readonly RawField[]): boolean => writtenType(fields).startsWith('multipart/');

/** Fills in what was asked for beyond the summary. */
export async function complete(
  flow: ImapFlow,
  found: readonly FetchedMessage[],
  wanted: FetchOptions,
): Promise<Message[]> {
  const headers = wanted.headers ? await fetchHeaders(flow, found) : undefined;
  const contents = wanted.content ? await fetchContents(flow, found) : undefined;
  return found.map(({ uid, message }) => ({
    ...message,
    ...(headers && { headers: headers.get(uid) ?? [] }),
    ...(contents && { content: contents.get(uid) }),
  }));
}
