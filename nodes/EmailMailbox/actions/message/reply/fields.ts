import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { parseAddresses } from '../../../../../mail/model/addresses';
import { byName } from '../../../../shared/options';
import { MESSAGE_ID } from '../../fields/id-field';
import type { SwitchOption } from '../../fields/options';
import { textOf } from '../../fields/read-parameters';
import { BODY_FIELDS, FROM, MESSAGE_OPTIONS, SUBJECT, TO, optionsOf } from '../send/fields';

const FROM_OPTION: INodeProperties = FROM;

const SUBJECT_OPTION: INodeProperties = {
  ...SUBJECT,
  description: 'Subject to use instead of the original subject with its prefix',
};

export const QUOTE: SwitchOption = {
  displayName: 'Quote Original',
  name: 'quoteOriginal',
  type: 'boolean',
  default: true,
  description: 'Whether to add the text of the original below',
};

const TAKE_ALONG_TOO: SwitchOption = {
  displayName: 'Include Original Attachments',
  name: 'includeAttachments',
  type: 'boolean',
  default: false,
  description: 'Whether to also attach the attachments of the original',
};

const LEAVE_OUT: INodeProperties = {
  displayName: 'Leave Out Addresses',
  name: 'leaveOut',
  type: 'string',
  default: '',
  placeholder: 'e.g. sales@example.com, me@example.org',
  description:
    'Addresses that get no copy, such as your other addresses, separated by commas. The account and the address in From are always left out.',
};

/** By default, a forward has the attachments of the original, and a reply does not. */
export const TAKE_ALONG = { reply: TAKE_ALONG_TOO, forward: { ...TAKE_ALONG_TOO, default: true } };

export const SAVE_AS_DRAFT: INodeProperties = {
  displayName: 'Save as Draft',
  name: 'saveAsDraft',
  type: 'boolean',
  default: false,
  description:
    'Whether to save the message in the drafts folder, in the thread of the original, instead of sending it',
};

/** A draft can do without recipients, and so whether To is required is not known if an expression says whether it is one. */
const FORWARD_TO: INodeProperties[] = [
  { ...TO, required: true, displayOptions: { hide: { [SAVE_AS_DRAFT.name]: [{ _cnd: { not: false } }] } } },
  {
    ...TO,
    description: `${TO.description}. Only a draft may have none.`,
    displayOptions: { hide: { [SAVE_AS_DRAFT.name]: [false] } },
  },
];

/** A draft is not sent mail. */
const REPLY_OPTIONS = MESSAGE_OPTIONS.map((option) =>
  option.name === 'saveToSent'
    ? { ...option, displayOptions: { hide: { [`/${SAVE_AS_DRAFT.name}`]: [true] } } }
    : option,
);

const sorted = (options: INodeProperties[]): INodeProperties => optionsOf(byName(options));

const replyFields = (more: INodeProperties[] = []): INodeProperties[] => [
  ...MESSAGE_ID,
  ...BODY_FIELDS,
  SAVE_AS_DRAFT,
  sorted([...REPLY_OPTIONS, FROM_OPTION, SUBJECT_OPTION, QUOTE, TAKE_ALONG.reply, ...more]),
];

export const REPLY_FIELDS = replyFields();

export const REPLY_ALL_FIELDS = replyFields([LEAVE_OUT]);

/**
 * The addresses that a reply to all leaves out.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function readLeftOut(options: IDataObject): string[] {
  const values = [options[LEAVE_OUT.name]].flat(2).map((value) => textOf(value));
  const list = values.filter((value) => value.trim()).join(', ');
  return parseAddresses(LEAVE_OUT.displayName, list).map(({ address }) => address);
}

export const FORWARD_FIELDS: INodeProperties[] = [
  ...MESSAGE_ID,
  ...FORWARD_TO,
  {
    displayName: 'Forward As',
    name: 'forwardAs',
    type: 'options',
    options: [
      { name: 'Attachment', value: 'attachment', description: 'The whole original as a file (.eml)' },
      { name: 'Inline', value: 'inline', description: 'The text of the original below your text' },
    ],
    default: 'inline',
  },
  ...BODY_FIELDS,
  SAVE_AS_DRAFT,
  sorted([...REPLY_OPTIONS, FROM_OPTION, SUBJECT_OPTION, TAKE_ALONG.forward]),
];
