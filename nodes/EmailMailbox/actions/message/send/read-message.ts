import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { chooseOneOf, invalidInput } from '../../../../../mail/errors';
import type {
  HeaderField,
  Importance,
  OutgoingMessage,
  SaveToSent,
} from '../../../../../mail/model/outgoing';
import { isOn, readOptions, readRows } from '../../fields/options';
import { readAttachments } from './attachments';
import { REQUEST_READ_RECEIPT } from './fields';

interface Options {
  /** A required field in Send; an option in replies, where the original decides the sender. */
  fromEmail?: unknown;
  subject?: unknown;
  attachments?: unknown;
  bccEmail?: unknown;
  ccEmail?: unknown;
  headers?: unknown;
  importance?: unknown;
  inlineImages?: unknown;
  replyTo?: unknown;
  saveToSent?: unknown;
}

/**
 * Reads the message from the node's fields for one input item.
 *
 * @param account of the session; the sender if none is given
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function readMessage(
  context: IExecuteFunctions,
  account: string,
  itemIndex: number,
): OutgoingMessage & { saveToSent: SaveToSent } {
  const field = (name: string) => text(context.getNodeParameter(name, itemIndex, ''));
  const options = readOptions(context, itemIndex) as Options;
  const format = oneOf('Email Format', field('emailFormat') || 'html', ['text', 'html', 'both']);
  return {
    from: (field('fromEmail') || text(options.fromEmail)).trim() || sender(account),
    to: field('toEmail'),
    cc: text(options.ccEmail),
    bcc: text(options.bccEmail),
    replyTo: text(options.replyTo),
    subject: field('subject') || text(options.subject),
    text: format === 'html' ? undefined : field('text'),
    html: format === 'text' ? undefined : field('html'),
    importance: oneOf<Importance>('Importance', options.importance ?? 'normal', ['low', 'normal', 'high']),
    readReceipt: isOn(REQUEST_READ_RECEIPT, options as IDataObject),
    headers: headers(options),
    attachments: readAttachments(
      context,
      text(options.attachments),
      readRows('Inline Images', options.inlineImages, 'image'),
      itemIndex,
    ),
    saveToSent: readSaveToSent(options),
  };
}

/** @throws {MailError} INVALID_INPUT */
export const readSaveToSent = ({ saveToSent }: Pick<Options, 'saveToSent'>): SaveToSent =>
  oneOf<SaveToSent>('Save to Sent', saveToSent ?? 'automatic', ['automatic', 'never', 'always']);

/** An expression may give anything; an object is shown as JSON, as n8n's own Send Email node does. */
const text = (value: unknown): string =>
  value === undefined || value === null
    ? ''
    : Array.isArray(value)
      ? value.map(text).join(', ')
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);

/** Many accounts have a user name that is not an address. */
function sender(account: string): string {
  if (account.includes('@')) return account;
  throw invalidInput(
    'From',
    `it is empty, and the account "${account}" of the session is not an email address`,
    'Enter the address to send from.',
  );
}

// A row that was added and left empty is ignored.
const headers = (options: Options): HeaderField[] =>
  readRows('Headers', options.headers, 'header')
    .map(({ name, value }) => ({ name: text(name).trim(), value: text(value) }))
    .filter(({ name, value }) => name !== '' || value !== '');

function oneOf<T extends string>(field: string, value: unknown, values: readonly T[]): T {
  const found = values.find((one) => one === value);
  if (found) return found;
  throw invalidInput(field, `"${text(value)}" is not known`, chooseOneOf(values));
}
