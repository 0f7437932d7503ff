import { MailError, invalidInput } from '../errors';
import { assertSingleLine } from '../text';

/**
 * Identifies a message of a maildrop permanently: its unique-id (RFC 1939 section 7), which is the same in every
 * session. Copies of a message may share a unique-id, and on some servers different messages do too. These are
 * distinguished by their position among the messages that share it.
 */
export interface PopId {
  uidl: string;
  copy?: Copy;
}

/** Which copy it is, and of how many: oldest first, counted from 1. */
interface Copy {
  nth: number;
  of: number;
}

const FORM = /^POP3;UIDL=([^;\s]+)(?:;COPY=(\d{1,7})\/(\d{1,7}))?$/;

export const formatId = ({ uidl, copy }: PopId): string =>
  `POP3;UIDL=${encodeURIComponent(uidl)}${copy ? `;COPY=${copy.nth}/${copy.of}` : ''}`;

/** @throws {MailError} INVALID_INPUT */
export function parseId(id: string): PopId {
  assertSingleLine('Message ID', id);
  const [, encoded = '', nth, of] = FORM.exec(id) ?? [];
  try {
    if (encoded) {
      return {
        uidl: decodeURIComponent(encoded),
        ...(of !== undefined && { copy: { nth: Number(nth), of: Number(of) } }),
      };
    }
  } catch {
    // Rejected below.
  }
  throw invalidInput(
    'Message ID',
    `"${id.slice(0, 100)}" is not the id of a message over POP3`,
    'Use the field "id" of a message from Get Many, read over the same protocol.',
  );
}

export const messageGone = (id: string): MailError =>
  new MailError(
    'MESSAGE_NOT_FOUND',
    `The message ${id} no longer exists`,
    'It was deleted after it was listed. List the messages again.',
  );

/** It is unclear which of several messages is meant, and the wrong one must not be read or deleted. */
export const ambiguousId = (id: string, count: number): MailError =>
  invalidInput(
    'Message ID',
    `the server gives ${count} messages the same id as ${id}, so which one is meant is not known`,
    'List the messages again and use their new ids.',
  );
