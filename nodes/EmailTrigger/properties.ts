import type { INodeProperties } from 'n8n-workflow';

import { folderField } from '../EmailMailbox/actions/fields/folder-field';
import { FILTER_FIELDS } from '../EmailMailbox/actions/message/filter-fields';
import {
  INCLUDE_BODY,
  INCLUDE_HEADERS,
  READING_OPTIONS,
  SIMPLIFY,
  itemFields,
} from '../EmailMailbox/actions/message/output-fields';
import { CONNECTION_OPTIONS, PROVIDER_FIELD, connectionFields } from '../shared/connection/properties';
import { byName } from '../shared/options';
import { inVersion1, sinceVersion2 } from '../shared/versions';
import { AFTER_RUN_FIELDS, MAILBOXES } from './after-run-fields';

/** What the parameters are if nobody has changed them. */
export const PRESETS = { checkEvery: 30, mostRuns: 10, keyword: 'n8n' };

const { checkEvery, mostRuns, keyword } = PRESETS;

const startField = (
  protocols: readonly string[],
  existing: { name: string; description: string },
): INodeProperties => ({
  displayName: 'Start With',
  name: 'startWith',
  type: 'options',
  options: [
    {
      name: 'Mail Since a Date Too',
      value: 'since',
      description: 'Also mail that is there already and was received at a time or later',
    },
    { name: 'Only New Mail', value: 'new', description: 'Mail that arrives from now on' },
    { ...existing, value: 'unread' },
  ],
  default: 'new',
  description:
    'Which mail starts runs when the workflow is published for the first time. After that the trigger continues where it was, also with mail that arrived while the workflow or n8n was off.',
  displayOptions: { show: { protocol: [...protocols] } },
});

const START_FIELDS: INodeProperties[] = [
  startField(MAILBOXES, {
    name: 'Unread Mail Too',
    description: 'Also unread mail that is there already',
  }),
  startField(['pop3'], {
    name: 'Mail Already There Too',
    description: 'Also all mail that is there already: POP3 does not know which was read',
  }),
  {
    displayName: 'Since',
    name: 'since',
    type: 'dateTime',
    default: '',
    required: true,
    description: 'Without a time zone, the time zone of the workflow is used',
    displayOptions: { show: { startWith: ['since'] } },
  },
];

const REMEMBER_FIELDS: INodeProperties[] = [
  {
    displayName: 'Remember In',
    name: 'rememberIn',
    type: 'options',
    options: [
      {
        name: 'Keyword or Category',
        value: 'mailbox',
        description:
          'Mark each message that started a run, in the mailbox. Messages with the mark start no run, whatever n8n remembers.',
      },
      { name: 'Workflow', value: 'workflow', description: 'In n8n. The messages stay as they are.' },
    ],
    default: 'workflow',
    description: 'Where to remember which messages have started a run',
    displayOptions: { show: { protocol: [...MAILBOXES] } },
  },
  {
    displayName: 'Keyword or Category',
    name: 'rememberKeyword',
    type: 'string',
    default: keyword,
    required: true,
    description: 'Keyword (IMAP) or category (EWS, Graph) that marks a message. IMAP allows no spaces in it.',
    displayOptions: { show: { protocol: [...MAILBOXES], rememberIn: ['mailbox'] } },
  },
];

const CHECK_EVERY: INodeProperties = {
  displayName: 'Check Every (Seconds)',
  name: 'checkEvery',
  type: 'number',
  typeOptions: { minValue: 5 },
  default: checkEvery,
  description:
    'How often to ask a server that does not report new mail by itself: POP3, EWS, Graph, and IMAP without IDLE',
};

const MOST_RUNS: INodeProperties = {
  displayName: 'Most Runs at Once',
  name: 'mostRuns',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: mostRuns,
  description:
    'How many runs of this trigger there may be at the same time. Further mail waits in the mailbox. Each run needs about 10 MB of memory.',
};

export const WAKES_RUNS = {
  displayName: 'Answers Wake Waiting Runs',
  name: 'answersWakeRuns',
  type: 'boolean',
  default: true,
  description:
    'Whether an answer to a mail of "Send and Wait for Response" (Reply by Mail) goes to the run that waits for it, and starts no run of its own',
} satisfies INodeProperties;

const options = (reading: readonly INodeProperties[]): INodeProperties => ({
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  options: byName([...CONNECTION_OPTIONS, CHECK_EVERY, MOST_RUNS, WAKES_RUNS, ...reading]),
});

export const properties: INodeProperties[] = [
  ...connectionFields([PROVIDER_FIELD]),
  {
    ...folderField({
      displayName: 'Folder',
      name: 'folder',
      default: 'INBOX',
      description: 'Folder to listen to',
    }),
    displayOptions: { show: { protocol: [...MAILBOXES] } },
  },
  ...FILTER_FIELDS,
  ...inVersion1([SIMPLIFY]),
  ...itemFields('none'),
  {
    displayName:
      'The items name the attachments and do not contain them. To download them, use Email Mailbox → Attachment → Download in the run: it uses this session by its name.',
    name: 'attachmentsNotice',
    type: 'notice',
    default: '',
  },
  {
    displayName: 'One Run Per',
    name: 'oneRunPer',
    type: 'options',
    options: [
      {
        name: 'Batch',
        value: 'batch',
        description: 'One run for the messages that arrive together, with an item for each, at most 100',
      },
      { name: 'Message', value: 'message', description: 'One run for each message' },
    ],
    default: 'message',
  },
  ...START_FIELDS,
  ...AFTER_RUN_FIELDS,
  ...REMEMBER_FIELDS,
  ...inVersion1([options([INCLUDE_BODY, INCLUDE_HEADERS])]),
  ...sinceVersion2([options(READING_OPTIONS)]),
];
