import type { INode, INodeType } from 'n8n-workflow';

import { EmailConnect } from '../../nodes/EmailConnect/EmailConnect.node';
import { EmailDisconnect } from '../../nodes/EmailDisconnect/EmailDisconnect.node';
import { EmailMailbox } from '../../nodes/EmailMailbox/EmailMailbox.node';
import { EmailTrigger } from '../../nodes/EmailTrigger/EmailTrigger.node';
import { CELLS } from '../../mail/account/providers';
import { wrongFields } from '../servers/node-fields';
import { node, type WorkflowNode } from '../servers/workflow';

type Fields = Record<string, unknown>;

const TYPES: Record<string, INodeType> = Object.fromEntries(
  [new EmailConnect(), new EmailDisconnect(), new EmailMailbox(), new EmailTrigger()].map((type) => [
    type.description.name,
    type,
  ]),
);

/**
 * A node as the editor adds it today, with some fields filled in.
 *
 * @throws {Error} if the editor cannot have filled it in like that
 */
export function newNode(type: string, name: string, parameters: Fields = {}): WorkflowNode {
  const { description } = TYPES[type]!;
  const typeVersion = description.defaultVersion!;
  const wrong = wrongFields(description, { typeVersion, parameters: parameters as INode['parameters'] });
  if (wrong.length > 0) throw new Error(`${name}: ${wrong.join('; ')}`);
  return node(name, `n8n-nodes-email-session.${type}`, parameters, { typeVersion });
}

const listed = (value: string) => ({ __rl: true, mode: 'list', value, cachedResultName: value });
const path = (value: string) => ({ __rl: true, mode: 'path', value });
const use = (value: string) => ({ __rl: true, mode: 'use', value });
const ARCHIVE = path('Archive/2026');
const TEXT = { emailFormat: 'text', text: '=Dear {{ $json.name }},\n\nthe invoice is attached.' };
const ANSWER = { emailFormat: 'text', text: 'Thank you. We will answer by Friday.' };

/** The operations, filled in, by resource and operation. */
export const OPERATIONS: Record<string, Fields> = {
  'message append': { folder: listed('Archive'), options: { read: true } },
  'message copy': { destination: ARCHIVE },
  'message delete': {},
  'message forward': { toEmail: 'accounting@example.com', ...ANSWER, text: 'Please pay this one.' },
  'message get': {},
  'message getMany': {
    limit: 20,
    filters: { from: ['billing@example.com'], hasAttachments: true, readState: 'unread' },
  },
  'message getThread': {},
  'message mark': {
    ...{ select: 'filter', filters: { subject: ['Newsletter'] }, dryRun: true },
    ...{ readState: 'yes', addKeywords: 'Newsletter' },
  },
  'message move': { destination: ARCHIVE },
  'message reply': ANSWER,
  'message replyAll': { ...ANSWER, options: { leaveOut: 'sales@example.com' } },
  'message save': {},
  'message send': {
    ...{ toEmail: '={{ $json.email }}', subject: 'Your invoice', ...TEXT },
    options: { attachments: 'data', ccEmail: 'accounting@example.com' },
  },
  'message sendAndWait': {
    ...{ toEmail: 'boss@example.com', subject: '=Refund {{ $json.order }}?' },
    ...{ message: '=The customer wants {{ $json.amount }} back.' },
    approvalOptions: {
      values: { approvalType: 'double', approveLabel: 'Refund', disapproveLabel: 'Do not refund' },
    },
    options: { limitWaitTime: { values: { resumeAmount: 2, resumeUnit: 'days' } } },
  },
  'message wait': { filters: { subject: ['Your code'] }, timeout: 120, includeExisting: true },
  'attachment download': { output: 'attachment', attachmentFilters: { namePattern: '*.pdf' } },
  'attachment getMany': { attachmentFilters: { mimeType: 'application/pdf' } },
  'draft create': { toEmail: '={{ $json.from }}', subject: '=Re: {{ $json.subject }}', ...TEXT },
  'draft delete': {},
  'draft get': {},
  'draft getMany': {},
  'draft send': {},
  'draft update': { toEmail: '={{ $json.from }}', subject: '=Re: {{ $json.subject }}', ...TEXT },
  'folder create': { path: 'Archive/2026' },
  'folder delete': { folder: listed('Old projects') },
  'folder empty': { folder: listed('Junk'), dryRun: true },
  'folder get': {},
  'folder getMany': { returnAll: true },
  'folder getQuota': {},
  'folder rename': { folder: listed('Projects'), newPath: 'Archive/Projects' },
};

/** The same operations as they are used less often. */
export const VARIANTS: Record<string, Fields> = {
  'message append text': { source: 'text' },
  'message delete permanently': { permanently: true },
  'message forward draft': { saveAsDraft: true, forwardAs: 'attachment' },
  'message getMany several': {
    searchIn: 'several',
    folders: { folder: [{ folder: listed('Inbox') }, { folder: ARCHIVE }] },
    output: 'fields',
  },
  'message getMany all': { searchIn: 'all', include: ['\\Trash'], returnAll: true, output: 'raw' },
  'message getMany everything': {
    filters: {
      ...{ answered: true, bcc: ['a'], body: ['b', 'c'], cc: ['d'], flagged: true, from: ['e'] },
      ...{ hasAttachments: true, keyword: ['f'], label: ['g'], largerThan: 1024, messageIdHeader: '' },
      ...{ raw: '', readState: 'unread', receivedAfter: '', receivedBefore: '', smallerThan: 1024 },
      ...{ subject: ['h'], to: ['i'], withoutKeyword: ['j'] },
    },
    options: {
      ...{ attachmentPrefix: 'attachment_', downloadAttachments: true, includeHeaders: true },
      ...{ maxLength: 8000, withoutHistory: true },
    },
  },
  'message getThread id': { threadOf: 'thread' },
  'message mark ids': {},
  'message move filter': { select: 'filter' },
  'message send empty': {},
  'message send everything': {
    emailFormat: 'both',
    options: {
      ...{ attachments: '', bccEmail: '', ccEmail: '', importance: 'normal', replyTo: '' },
      ...{ headers: { header: [{ name: '', value: '' }] }, requestReadReceipt: true },
      ...{ inlineImages: { image: [{ binaryField: '', contentId: '' }] }, saveToSent: 'automatic' },
    },
  },
  'message sendAndWait empty': {},
  'message sendAndWait form': {
    responseType: 'form',
    formFields: { values: [{ fieldType: 'dropdown', fieldLabel: 'Plan', fieldOptions: 'A\nB' }] },
    options: { messageButtonLabel: 'Respond', responseFormTitle: '' },
  },
  'message sendAndWait freeText': { responseType: 'freeText' },
  'message sendAndWait reply': { responseType: 'reply', options: { onlyFromRecipients: true } },
  'attachment download message': {},
  'attachment download everything': {
    select: 'filter',
    attachmentFilters: { inline: 'exclude', maxSize: 10240, mimeType: '', namePattern: '', minSize: 1 },
  },
  'folder empty now': {},
  'folder get use': { folder: use('') },
};

const words = (name: string): string[] => name.split(' ');

/** By the name of the picture: `message-get-many`. */
export const pictureOf = (name: string): string =>
  words(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)).join('-');

export const mailboxNodes = (panels: Record<string, Fields>): WorkflowNode[] =>
  Object.entries(panels).map(([name, fields]) => {
    const [resource, operation] = words(name);
    return newNode('emailMailbox', pictureOf(name), { resource, operation, ...fields });
  });

/** Email Connect for each provider with each authentication, and over each protocol. */
export const connectNodes = (): WorkflowNode[] => [
  newNode('emailConnect', 'connect'),
  ...CELLS.map(({ row, authentication, method }) =>
    newNode('emailConnect', `connect-${row.id}-${authentication}`, {
      provider: row.id,
      protocol: row.protocols[0],
      authentication: method.retired ? `${authentication}Retired` : authentication,
    }),
  ),
  ...['pop3', 'ews', 'graph'].map((protocol) =>
    newNode('emailConnect', `connect-outlook-${protocol}`, {
      ...{ provider: 'outlook', protocol, authentication: 'oAuth2' },
      options: {
        ...{ commandTimeout: 60, connectTimeout: 30, idleTimeout: 300, readOnly: true, mailbox: '' },
        ifNameInUse: 'reuse',
        ...(protocol === 'ews' && { ewsVersion: 'Exchange2013_SP1' }),
        ...(protocol !== 'pop3' && { keepConnectionFor: 60 }),
      },
    }),
  ),
];

export const otherNodes = (): WorkflowNode[] => [
  newNode('emailTrigger', 'trigger'),
  newNode('emailTrigger', 'trigger-pop3', { protocol: 'pop3' }),
  newNode('emailTrigger', 'trigger-everything', {
    ...{ filters: { subject: ['order'] }, startWith: 'since', since: '', rememberIn: 'mailbox' },
    ...{ successAction: 'keyword', failureAction: 'move', output: 'fields' },
    options: {
      ...{ commandTimeout: 60, checkEvery: 30, mostRuns: 10, answersWakeRuns: true, maxLength: 8000 },
      ...{ includeHeaders: true, withoutHistory: true, readOnly: true, keepConnectionFor: 60 },
    },
  }),
  newNode('emailDisconnect', 'disconnect'),
];
