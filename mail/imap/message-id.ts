import { MailError, invalidInput } from '../errors';
import { assertSingleLine } from '../text';

/** Identifies one message on one IMAP server permanently (RFC 9051 section 2.3.1.1). */
export interface ImapId {
  folder: string;
  uidValidity: bigint;
  uid: number;
}

const FORM = /^(.+);UIDVALIDITY=(\d{1,20})\/;UID=(\d{1,10})$/;

/** The path of the message's IMAP URL: `<folder>;UIDVALIDITY=<n>/;UID=<n>` (RFC 5092 section 6). */
export const formatId = ({ folder, uidValidity, uid }: ImapId): string =>
  `${folder.split('/').map(encodeURIComponent).join('/')};UIDVALIDITY=${uidValidity}/;UID=${uid}`;

/** @throws {MailError} INVALID_INPUT */
export function parseId(id: string): ImapId {
  const [, folder, uidValidity, uid] = FORM.exec(id) ?? [];
  if (!folder || !uidValidity || !uid || Number(uid) < 1 || Number(uid) > 0xffffffff) throw notAnId(id);
  return {
    folder: assertSingleLine('Message ID', decode(folder, id)),
    uidValidity: BigInt(uidValidity),
    uid: Number(uid),
  };
}

function decode(folder: string, id: string): string {
  try {
    return decodeURIComponent(folder);
  } catch {
    throw notAnId(id);
  }
}

const notAnId = (id: string) =>
  invalidInput(
    'Message ID',
    `"${id.slice(0, 100)}" is not the id of a message`,
    'Use the field "id" of a message from Get Many, such as INBOX;UIDVALIDITY=1700000000/;UID=42.',
  );

export const messageGone = (id: string): MailError =>
  new MailError(
    'MESSAGE_NOT_FOUND',
    `The message ${id} no longer exists`,
    'It was moved or deleted after it was listed. List the messages again.',
  );
