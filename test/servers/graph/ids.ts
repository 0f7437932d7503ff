import type { StoredFolder, StoredItem } from '../exchange/mailbox';
import { badRequest } from './errors';

/**
 * Graph's ids are those of EWS made safe for URLs: - in the place of / and _ in that of +. An immutable id looks
 * like any other, but for its beginning.
 */
const ITEM = 'AAMk';
const IMMUTABLE = 'AAkA';
const FOLDER = 'AQMk';
const END = 'AAA=';

const urlSafe = (id: string): string => id.replaceAll('/', '-').replaceAll('+', '_');
const stored = (id: string): string => id.replaceAll('-', '/').replaceAll('_', '+');

export const folderIdOf = ({ id }: Pick<StoredFolder, 'id'>): string => FOLDER + urlSafe(id) + END;

export const messageIdOf = (item: Pick<StoredItem, 'id' | 'immutableId'>, immutable: boolean): string =>
  (immutable ? IMMUTABLE + urlSafe(item.immutableId) : ITEM + urlSafe(item.id)) + END;

/** An attachment's id begins with its message's, and changes with it. */
export const attachmentIdOf = (item: StoredItem, index: number, immutable: boolean): string =>
  `${messageIdOf(item, immutable).slice(0, -1)}ABEg${String(index).padStart(4, '0')}=`;

export interface ItemKey {
  kind: 'id' | 'immutableId';
  value: string;
}

/** What an id means in the mailbox. */
export function parseMessageId(id: string): ItemKey {
  const [, start, value] = new RegExp(`^(${ITEM}|${IMMUTABLE})([\\w-]{64})${END}$`).exec(id) ?? [];
  if (!start || !value) throw malformed();
  return { kind: start === ITEM ? 'id' : 'immutableId', value: stored(value) };
}

export function parseFolderId(id: string): string {
  const [, value] = new RegExp(`^${FOLDER}([\\w-]{64})${END}$`).exec(id) ?? [];
  if (!value) throw malformed();
  return stored(value);
}

export function parseAttachmentId(id: string): { message: string; index: number } {
  const [, message, index] = /^(.+)ABEg(\d{4})=$/.exec(id) ?? [];
  if (!message || !index) throw malformed();
  return { message: `${message}=`, index: Number(index) };
}

const malformed = () => badRequest('Id is malformed.', 'ErrorInvalidIdMalformed');
