import type { FetchMessageObject, ImapFlow, MailboxObject } from 'imapflow';

import type { Message } from '../model/message';
import type { FetchOptions } from '../model/query';
import { fetchContents } from './content';
import { SUMMARY_FIELDS, toMessage } from './convert';
import { fetchEach, type OnRefused } from './fetch-each';
import { fetchHeaders } from './header-fields';
import { isUsable } from './structure';
import { readWhole } from './whole-message';

/** A message, with what says where its bodies are. */
export interface FetchedMessage {
  uid: number;
  message: Message;
  bodyStructure?: FetchMessageObject['bodyStructure'];
}

/** Reads the summaries of a set of messages with one command, newest first. */
export async function fetchSummaries(
  flow: ImapFlow,
  mailbox: MailboxObject,
  set: string,
  uid: boolean,
  onRefused: OnRefused,
  isWanted: (message: Message) => boolean = () => true,
): Promise<FetchedMessage[]> {
  const found: FetchedMessage[] = [];
  for await (const item of fetchEach(flow, set, SUMMARY_FIELDS, uid, onRefused)) {
    const message = toMessage(item, mailbox.path, mailbox.uidValidity);
    if (isWanted(message)) found.push({ uid: item.uid, message, bodyStructure: item.bodyStructure });
  }
  // A FETCH answers in any order; the UID of a message grows with its arrival in the folder.
  return found.sort((a, b) => b.uid - a.uid);
}

/** Fills in what was asked for beyond the summary. What the server does not give, or has no longer, is left out. */
export async function complete(
  flow: ImapFlow,
  found: readonly FetchedMessage[],
  wanted: FetchOptions,
  onRefused: OnRefused,
): Promise<FetchedMessage[]> {
  const headers = wanted.headers ? await fetchHeaders(flow, found, onRefused) : undefined;
  const readable = found.filter(({ bodyStructure }) => isUsable(bodyStructure));
  const contents = wanted.content ? await fetchContents(flow, readable, onRefused) : undefined;
  const needsBody = wanted.content || wanted.attachments === true;
  const others = needsBody ? found.filter(({ bodyStructure }) => !isUsable(bodyStructure)) : [];
  const uids = others.map(({ uid }) => uid);
  const bodies = await readWhole(flow, uids, wanted.content, onRefused);
  return found.flatMap((one) => {
    const { uid, message } = one;
    const [fields, content, body] = [headers?.get(uid), contents?.get(uid), bodies.get(uid)];
    const lacksContent = wanted.content && !content && !body;
    if ((wanted.headers && !fields) || lacksContent) return [];
    const more = { ...(fields && { headers: fields }), ...(content && { content }), ...body };
    return [{ ...one, message: { ...message, ...more } }];
  });
}
