import { MailError, invalidInput } from '../errors';

/**
 * What names a message of a maildrop for good: its unique-id (RFC 1939 section 7), which stays over sessions. Servers
 * give copies of a message, and some give different messages, the same one: these are told apart by their place among
 * the messages that share it.
 */
export interface PopId {
  uidl: string;
  copy?: Copy;
}

/** The how manieth it is of how many, oldest first, from 1. */
interface Copy {
  nth: number;
  of: number;
}

const FORM = /^POP3;UIDL=([^;\s]+)(?:;COPY=(\d{1,7})\/(\d{1,7}))?$/;

export const formatId = ({ uidl, copy }: PopId): string =>
  `POP3;UIDL=${encodeURIComponent(uidl)}${copy ? `;COPY=${copy.nth}/${copy.of}` : ''}`;

/** @throws {MailError} INVALID_INPUT */
export function parseId(id: string): PopId {
  const [, encoded = '', nth, of] = FORM.exec(id) ?? [];
  try {
    if (encoded) {
      return {
        uidl: decodeURIComponent(encoded),
        ...(of !== undefined && { copy: { nth: Number(nth), of: Number(of) } }),
      };
    }
  } catch {
    // Refused below.
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

/** Nobody can tell which of several messages is meant, and the wrong one must not be read or deleted. */
export const ambiguousId = (id: string, count: number): MailError =>
  invalidInput(
    'Message ID',
    `the server gives ${count} messages the same id as ${id}, so which one is meant is not known`,
    'List the messages again and use their new ids.',
  );
