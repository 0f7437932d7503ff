import type { INodeProperties } from 'n8n-workflow';

import { FROM, MESSAGE_OPTIONS, SUBJECT, TO, BODY_FIELDS, optionsOf } from '../message/send/fields';

export const DRAFT_ID: INodeProperties = {
  displayName: 'Draft ID',
  name: 'draftId',
  type: 'string',
  default: '={{ $json.id }}',
  required: true,
  placeholder: 'e.g. Drafts;UIDVALIDITY=1700000000/;UID=42',
  description: 'The field "ID" of a draft',
};

const SAVE_TO_SENT = MESSAGE_OPTIONS.filter(({ name }) => name === 'saveToSent');

/** The fields of a draft: those of a message, without the ones that only matter for sending. */
export const DRAFT_FIELDS: INodeProperties[] = [
  FROM,
  { ...TO, description: 'Addresses of the recipients, separated by commas. You can add them later.' },
  SUBJECT,
  ...BODY_FIELDS,
  optionsOf(MESSAGE_OPTIONS.filter((option) => !SAVE_TO_SENT.includes(option))),
];

export const SENDING_OPTIONS = optionsOf(SAVE_TO_SENT);
