import type { FetchMessageObject, ImapFlow, MailboxObject } from 'imapflow';

import type { Message } from '../message/message';
import type { Wanted } from '../message/query';
import { fetchContents } from './content';
import { SUMMARY_FIELDS, toMessage } from './convert';

/** A message with what the server sent of it, which says where its bodies are. */
export interface Found {
  fetched: FetchMessageObject;
  message: Message;
}

/** Reads the summaries of a set of messages with one command. */
export async function fetchSummaries(
  flow: ImapFlow,
  mailbox: MailboxObject,
  set: string,
  uid: boolean,
): Promise<Found[]> {
  const fetched = await flow.fetchAll(set, SUMMARY_FIELDS, { uid });
  return fetched.map((item) => ({
    fetched: item,
    message: toMessage(item, mailbox.path, mailbox.uidValidity),
  }));
}

/** Fills in what was asked for beyond the summary. */
export async function complete(flow: ImapFlow, found: readonly Found[], wanted: Wanted): Promise<Message[]> {
  if (!wanted.content) return found.map(({ message }) => message);
  const contents = await fetchContents(
    flow,
    found.map(({ fetched }) => fetched),
  );
  return found.map(({ fetched, message }) => ({ ...message, content: contents.get(fetched.uid) }));
}
