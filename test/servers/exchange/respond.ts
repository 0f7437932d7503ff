import type { Content, Person } from './compose';
import { textOf } from './item-text';
import type { StoredItem } from './mailbox';
import { bytesOf, isInline } from './mailbox';

export type Response = 'reply' | 'replyAll' | 'forward';

const flat = (list: StoredItem['parsed']['to']): Person[] =>
  (list ?? [])
    .flatMap((one) => ('group' in one && one.group ? one.group : [one]))
    .map(({ name = '', address = '' }) => ({ name, address }));

const prefixed = (prefix: string, subject: string): string =>
  subject.toLowerCase().startsWith(prefix.toLowerCase()) ? subject : `${prefix}${subject}`;

/** What Exchange makes of a message that is to be answered or handed on, as a draft of its owner. */
export function respond(item: StoredItem, kind: Response, owner: string, comment = ''): Content {
  const { parsed } = item;
  const isOwner = ({ address }: Person) => address.toLowerCase() === owner.toLowerCase();
  const asked = flat(parsed.replyTo);
  const to = asked.length > 0 ? asked : flat(parsed.from && [parsed.from]);
  const others = [...flat(parsed.to), ...flat(parsed.cc)].filter((one) => !isOwner(one));
  const isForward = kind === 'forward';
  const id = parsed.messageId;
  return {
    subject: prefixed(isForward ? 'FW: ' : 'RE: ', parsed.subject ?? ''),
    from: { name: '', address: owner },
    to: isForward ? [] : to,
    cc: kind === 'replyAll' ? others : [],
    ...{ bcc: [], replyTo: [], headers: [] },
    date: new Date(Math.floor(Date.now() / 1000) * 1000),
    inReplyTo: id,
    references: [parsed.references, id].filter(Boolean).join(' ') || undefined,
    text: `${comment}\r\n\r\n________________________________\r\nFrom: ${parsed.from?.address ?? ''}\r\nSubject: ${parsed.subject ?? ''}\r\n\r\n${textOf(item)}`,
    // A reply leaves the files behind.
    parts: parsed.attachments
      .filter((one) => isForward || isInline(one))
      .map((one) => ({
        ...{ name: one.filename ?? '', contentType: one.mimeType, isInline: isInline(one) },
        ...{ contentId: one.contentId?.replace(/^<|>$/g, ''), content: bytesOf(one) },
      })),
  };
}

/** PidTagLastVerbExecuted of the message that was answered ([MS-OXOMSG] section 2.2.1.60). */
export const VERBS: Readonly<Record<Response, number>> = { reply: 102, replyAll: 103, forward: 104 };
