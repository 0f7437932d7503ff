import { MailError, invalidInput } from '../errors';

/** Id of a message or an attachment: opaque, in the base64 alphabet (ItemIdType of the schema). */
const FORM = /^[\w+/=-]{8,1024}$/;

export const isId = (id: string): boolean => FORM.test(id);

/** @throws {MailError} INVALID_INPUT */
export function assertId(id: string): string {
  if (isId(id)) return id;
  throw invalidInput(
    'Message ID',
    `"${id.slice(0, 100)}" is not the id of a message in Exchange`,
    'Use the field "id" of a message from Get Many, read over the same protocol.',
  );
}

export const messageGone = (): MailError =>
  new MailError(
    'MESSAGE_NOT_FOUND',
    'The message is no longer in the mailbox',
    'It was moved or deleted. A moved message gets a new ID: find it again with Get Many.',
  );
