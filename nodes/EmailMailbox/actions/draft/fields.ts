import type { INodeProperties } from 'n8n-workflow';

import { FROM, MESSAGE_OPTIONS, SUBJECT, TO, BODY_FIELDS, optionsOf } from '../message/send/fields';

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
