import type { INodeProperties } from 'n8n-workflow';

import {
  AUTHENTICATIONS,
  PROTOCOLS,
  PROVIDERS,
  authenticationsOf,
  type ProviderId,
  type ProviderRow,
} from '../../../mail/account/providers';
import { DEFAULT_EWS_VERSION, EWS_VERSIONS } from '../../../mail/account/ews-settings';
import { DEFAULT_KEEP, DEFAULT_TIMEOUTS, LONGEST_KEEP } from '../../../n8n/credential/connect-options';
import { SESSION_NAME } from '../session-name';

/** The notice below a choice of a provider. */
const noticeOf = (
  provider: string,
  choice: 'authentication' | 'protocol',
  value: string,
  displayName: string,
): INodeProperties => ({
  displayName,
  name: `${choice}Notice`,
  type: 'notice',
  default: '',
  displayOptions: { show: { provider: [provider], [choice]: [value] } },
});

/** The choices of each provider; the editor shows those of the provider that was picked. */
const choices: INodeProperties[] = PROVIDERS.flatMap((row: ProviderRow): INodeProperties[] => {
  const [firstProtocol] = row.protocols;
  const authentications = authenticationsOf(row);
  const [firstAuthentication] = authentications.map(([id]) => id);
  const displayOptions = { show: { provider: [row.id] } };
  return [
    {
      displayName: 'Protocol',
      name: 'protocol',
      type: 'options',
      options: row.protocols.map((value) => ({ value, ...PROTOCOLS[value] })),
      default: firstProtocol,
      description: 'How n8n talks to the mail server',
      displayOptions,
    },
    ...Object.entries(row.protocolNotices ?? {}).map(([protocol, notice]) =>
      noticeOf(row.id, 'protocol', protocol, notice),
    ),
    {
      displayName: 'Authentication',
      name: 'authentication',
      type: 'options',
      options: authentications.map(([value, cell]) => ({
        value,
        name: cell.name ?? AUTHENTICATIONS[value].name,
      })),
      default: firstAuthentication,
      description: 'How n8n logs in',
      displayOptions,
    },
    ...authentications.flatMap(([value, { notice }]) =>
      notice ? [noticeOf(row.id, 'authentication', value, notice)] : [],
    ),
  ];
});

const providersOfSharedMailboxes = PROVIDERS.filter((row) => 'sharedMailboxes' in row).map(({ id }) => id);

const { commandTimeout, connectTimeout, idleTimeout } = DEFAULT_TIMEOUTS;

/** How a connection is made and kept, for every node that opens one. */
export const CONNECTION_OPTIONS: readonly INodeProperties[] = [
  {
    displayName: 'Command Timeout',
    name: 'commandTimeout',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: commandTimeout,
    description: 'How long to wait for an answer from the server, in seconds',
  },
  {
    displayName: 'Connect Timeout',
    name: 'connectTimeout',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: connectTimeout,
    description: 'How long to wait for the connection and the login, in seconds',
  },
  {
    displayName: 'EWS Version',
    name: 'ewsVersion',
    type: 'options',
    options: EWS_VERSIONS.map((value) => ({
      name: value.replace('Exchange', 'Exchange ').replace('_', ' '),
      value,
    })),
    default: DEFAULT_EWS_VERSION,
    description:
      'Oldest Exchange version that the server may be. Newer servers also support the older versions.',
    displayOptions: { show: { '/protocol': ['ews'] } },
  },
  {
    displayName: 'Idle Timeout',
    name: 'idleTimeout',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: idleTimeout,
    description:
      'How long to keep an unused connection open, in seconds. It opens again when a node needs it.',
  },
  {
    displayName: 'Impersonate',
    name: 'impersonate',
    type: 'boolean',
    default: true,
    description:
      'Whether to act as the owner of the mailbox. The user needs the role ApplicationImpersonation. Switch it off to use "Full Access" instead.',
    displayOptions: { show: { '/provider': ['exchange'] satisfies ProviderId[] } },
  },
  {
    displayName: 'Keep Connection For',
    name: 'keepConnectionFor',
    type: 'number',
    typeOptions: { minValue: 0, maxValue: LONGEST_KEEP },
    default: DEFAULT_KEEP,
    description:
      'How long to keep the connection after the run, in seconds, so that the next run needs no new login. 0 closes it when the run ends. Over POP3 it is always closed.',
    displayOptions: { hide: { '/protocol': ['pop3'] } },
  },
  {
    displayName: 'Read Only',
    name: 'readOnly',
    type: 'boolean',
    default: true,
    description:
      'Whether the session only reads: every change and every sending is refused, for example in a report or an AI agent',
  },
  {
    displayName: 'Shared Mailbox',
    name: 'mailbox',
    type: 'string',
    default: '',
    placeholder: 'info@example.com',
    description: 'Address of another mailbox to open instead of the one in the credential',
    displayOptions: { show: { '/provider': providersOfSharedMailboxes } },
  },
];

const DEFAULT_PROVIDER: ProviderId = 'other';

/** Which account, and how to log in. */
export const CONNECTION_FIELDS: readonly INodeProperties[] = [
  SESSION_NAME,
  {
    displayName: 'Provider',
    name: 'provider',
    type: 'options',
    options: PROVIDERS.map(({ id, name }) => ({ name, value: id })),
    default: DEFAULT_PROVIDER,
    description: 'Who runs the mail server',
  },
  ...choices,
  // A placeholder that puts the credential slot after the fields that decide which credential it is.
  { displayName: 'Credential', name: 'credentials', type: 'credentials', default: '' },
];
