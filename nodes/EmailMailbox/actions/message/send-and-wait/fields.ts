import type { INodeProperties } from 'n8n-workflow';

import { byName } from '../../../../shared/options';
import type { SwitchOption } from '../../fields/options';
import { FROM, MESSAGE_OPTIONS, SUBJECT, TO } from '../send/fields';
import { LIMIT_WAIT_TIME } from './limit';
import type { ResponseType } from './question';

const shownFor = (...types: ResponseType[]): INodeProperties['displayOptions'] => ({
  show: { responseType: types },
});

/** In a collection, the type is a field of the node. */
const optionFor = (...types: ResponseType[]): INodeProperties['displayOptions'] => ({
  show: { '/responseType': types },
});

export const PRESETS = {
  approve: 'Approve',
  disapprove: 'Decline',
  respond: 'Respond',
  submit: 'Submit',
};
const { approve, disapprove } = PRESETS;

// n8n's review of an agent's tools takes this name for the text, and sets the response type itself.
const MESSAGE: INodeProperties = {
  displayName: 'Message',
  name: 'message',
  type: 'string',
  typeOptions: { rows: 4 },
  default: '',
  required: true,
  description: 'Text of the question. HTML is shown as it is written.',
};

const RESPONSE_TYPE: INodeProperties = {
  displayName: 'Response Type',
  name: 'responseType',
  type: 'options',
  options: [
    {
      name: 'Approval',
      value: 'approval',
      description: 'Approve or decline on a page that the mail links to',
    },
    { name: 'Custom Form', value: 'form', description: 'Fill in a form on a page that the mail links to' },
    { name: 'Free Text', value: 'freeText', description: 'Write a text on a page that the mail links to' },
    { name: 'Reply by Mail', value: 'reply', description: 'Answer the mail, as any other mail' },
  ],
  default: 'approval',
  description: 'How the recipients answer. The first answer counts.',
};

const REPLY_NOTICE: INodeProperties = {
  displayName:
    'The answer reaches the run through an Email Trigger: a published workflow of this n8n has to listen to the mailbox that gets the answers, in this or another workflow. Without it, the run waits for ever, or until its limit.',
  name: 'replyNotice',
  type: 'notice',
  default: '',
  displayOptions: shownFor('reply'),
};

const APPROVAL_OPTIONS: INodeProperties = {
  displayName: 'Approval Options',
  name: 'approvalOptions',
  type: 'fixedCollection',
  placeholder: 'Add option',
  default: {},
  options: [
    {
      displayName: 'Values',
      name: 'values',
      values: [
        {
          displayName: 'Type of Approval',
          name: 'approvalType',
          type: 'options',
          options: [
            { name: 'Approve Only', value: 'single' },
            { name: 'Approve and Disapprove', value: 'double' },
          ],
          default: 'single',
        },
        {
          displayName: 'Approve Button Label',
          name: 'approveLabel',
          type: 'string',
          default: approve,
        },
        {
          displayName: 'Disapprove Button Label',
          name: 'disapproveLabel',
          type: 'string',
          default: disapprove,
          displayOptions: { show: { approvalType: ['double'] } },
        },
      ],
    },
  ],
  displayOptions: shownFor('approval'),
};

const FORM_FIELDS: INodeProperties = {
  displayName: 'Form Fields',
  name: 'formFields',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true, sortable: true },
  placeholder: 'Add field',
  default: {},
  required: true,
  options: [
    {
      displayName: 'Values',
      name: 'values',
      values: [
        {
          displayName: 'Element Type',
          name: 'fieldType',
          type: 'options',
          options: [
            { name: 'Checkbox', value: 'checkbox' },
            { name: 'Date', value: 'date' },
            { name: 'Dropdown', value: 'dropdown' },
            { name: 'Email', value: 'email' },
            { name: 'Number', value: 'number' },
            { name: 'Text', value: 'text' },
            { name: 'Textarea', value: 'textarea' },
          ],
          default: 'text',
        },
        {
          displayName: 'Label',
          name: 'fieldLabel',
          type: 'string',
          default: '',
          placeholder: 'e.g. Amount',
          description: 'Shown above the field, and the name of the answer in the item',
        },
        {
          displayName: 'Options',
          name: 'fieldOptions',
          type: 'string',
          typeOptions: { rows: 3 },
          default: '',
          description: 'One in each line',
          displayOptions: { show: { fieldType: ['dropdown'] } },
        },
        {
          displayName: 'Placeholder',
          name: 'placeholder',
          type: 'string',
          default: '',
          displayOptions: { show: { fieldType: ['email', 'number', 'text', 'textarea'] } },
        },
        {
          displayName: 'Required',
          name: 'requiredField',
          type: 'boolean',
          default: false,
          description: 'Whether the form cannot be sent without it',
        },
      ],
    },
  ],
  displayOptions: shownFor('form'),
};

const PAGES: ResponseType[] = ['approval', 'freeText', 'form'];

const text = (
  displayName: string,
  name: string,
  description: string,
  types: ResponseType[],
  preset = '',
): INodeProperties => ({
  ...{ displayName, name, type: 'string', default: preset, description },
  displayOptions: optionFor(...types),
});

export const ONLY_FROM_RECIPIENTS = {
  displayName: 'Only From the Recipients',
  name: 'onlyFromRecipients',
  type: 'boolean',
  default: true,
  description:
    'Whether only a recipient of the mail can answer it. Switch it off if the mail goes to a group. The sender of a mail can be forged.',
  displayOptions: optionFor('reply'),
} satisfies SwitchOption;

const OPTIONS: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  options: byName([
    ...MESSAGE_OPTIONS.filter(({ name }) => name !== 'inlineImages'),
    LIMIT_WAIT_TIME,
    ONLY_FROM_RECIPIENTS,
    text(
      'Message Button Label',
      'messageButtonLabel',
      'The button in the mail',
      ['freeText', 'form'],
      PRESETS.respond,
    ),
    text(
      'Page Text',
      'responseFormDescription',
      'Text above the answer. Otherwise it is the message.',
      PAGES,
    ),
    text('Page Title', 'responseFormTitle', 'Title of the page. Otherwise it is the subject.', PAGES),
    text(
      'Submit Button Label',
      'responseFormButtonLabel',
      'The button of the page',
      ['freeText', 'form'],
      PRESETS.submit,
    ),
  ]),
};

/** Named as in n8n's own nodes that send and wait, if those have the same field. */
export const FIELDS: INodeProperties[] = [
  ...[FROM, TO, SUBJECT, MESSAGE, RESPONSE_TYPE],
  ...[REPLY_NOTICE, APPROVAL_OPTIONS, FORM_FIELDS, OPTIONS],
];
