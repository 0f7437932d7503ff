import type { FetchMessageObject, ImapFlow, MailboxObject } from 'imapflow';

import type { Message } from '../model/message';
import type { FetchOptions } from '../model/query';
import { fetchContents } from './content';
import { SUMMARY_FIELDS, toMessage } from './convert';
import { fetchEach } from './fetch-each';
import { fetchHeaders } from './header-fields';

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
  isWanted: (message: Message) => boolean = () => true,
): Promise<FetchedMessage[]> {
  const found: FetchedMessage[] = [];
  for await (const item of fetchEach(flow, set, SUMMARY_FIELDS, uid)) {
    const message = toMessage(item, mailbox.path, mailbox.uidValidity);
    if (isWanted(message)) found.push({ uid: item.uid, message, bodyStructure: item.bodyStructure });
  }
  // A FETCH answers in any order; the UID of a message grows with its arrival in the folder.
  return found.sort((a, b) => b.uid - a.uid);
}

/** Fills in what was asked for beyond the summary. */
export async function complete(
  flow: ImapFlow,
  found: readonly FetchedMessage[],
  wanted: FetchOptions,
): Promise<Message[]> {
  const headers = wanted.headers ? await fetchHeaders(flow, found) : undefined;
  const contents = wanted.content
    ? await fetchContents(
        flow,
        found.map(({ uid, bodyStructure }) => ({ seq: 0, uid, bodyStructure })),
      )
    : undefined;
  return found.map(({ uid, message }) => ({
    ...message,
    ...(headers && { headers: headers.get(uid) ?? [] }),
    ...(contents && { content: contents.get(uid) }),
  }));
}
