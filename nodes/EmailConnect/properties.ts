import type { INodeProperties } from 'n8n-workflow';

import {
  AUTHENTICATIONS,
  PROTOCOLS,
  PROVIDERS,
  authenticationsOf,
  type ProviderId,
  type ProviderRow,
} from '../../mail/account/providers';
import { DEFAULT_EWS_VERSION, EWS_VERSIONS } from '../../mail/account/ews-settings';
import { DEFAULT_TIMEOUTS } from '../../n8n/credential/connect-options';
import { SESSION_NAME } from '../shared/session-name';

/** Shown below a choice of a provider's. */
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

const options: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  options: [
    {
      displayName: 'Command Timeout',
      name: 'commandTimeout',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: commandTimeout,
      description: 'How long the server may stay silent while it owes an answer, in seconds',
    },
    {
      displayName: 'Connect Timeout',
      name: 'connectTimeout',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: connectTimeout,
      description: 'How long connecting and logging in may take, in seconds',
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
        'Oldest version of Exchange that the server may have. A newer server knows the older ones too.',
      displayOptions: { show: { '/protocol': ['ews'] } },
    },
    {
      displayName: 'Idle Timeout',
      name: 'idleTimeout',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: idleTimeout,
      description:
        'How long an unused connection is kept open, in seconds. It is opened again when a node needs it.',
    },
    {
      displayName: 'If Name Is in Use',
      name: 'ifNameInUse',
      type: 'options',
      options: [
        {
          name: 'Error',
          value: 'error',
          description: 'Fail, even if the session has the same settings',
        },
        {
          name: 'Replace',
          value: 'replace',
          description: 'Close the session that has the name and open this one',
        },
        {
          name: 'Reuse if the Same',
          value: 'reuse',
          description: 'Keep the session that has the name if it has the same settings, else fail',
        },
      ],
      default: 'reuse',
      description: 'What to do when this run already has an open session of this name',
    },
    {
      displayName: 'Impersonate',
      name: 'impersonate',
      type: 'boolean',
      default: true,
      description:
        'Whether to act as the owner of the mailbox, which the role ApplicationImpersonation of the user allows, and not as somebody with access to it',
      displayOptions: { show: { '/provider': ['exchange'] satisfies ProviderId[] } },
    },
    {
      displayName: 'Shared Mailbox',
      name: 'mailbox',
      type: 'string',
      default: '',
      placeholder: 'info@example.com',
      description: "Address of the mailbox to open in place of the credential's own",
      displayOptions: { show: { '/provider': providersOfSharedMailboxes } },
    },
  ],
};

const DEFAULT_PROVIDER: ProviderId = 'other';

export const properties: INodeProperties[] = [
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
  // Only a place: the slot of the credential comes behind what decides which credential it is.
  { displayName: 'Credential', name: 'credentials', type: 'credentials', default: '' },
  options,
];
