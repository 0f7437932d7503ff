import type { INodeProperties } from 'n8n-workflow';

import {
  AUTHENTICATIONS,
  PROTOCOLS,
  PROVIDERS,
  authenticationsOf,
  choiceOf,
  defaultOf,
  type Authentication,
  type ProviderId,
  type ProviderRow,
} from '../../../mail/account/providers';
import { DEFAULT_EWS_VERSION, EWS_VERSIONS } from '../../../mail/account/ews-settings';
import { ACCESS_FOR, MICROSOFT_ACCESS } from '../../../mail/account/microsoft-access';
import { DEFAULT_KEEP, DEFAULT_TIMEOUTS, LONGEST_KEEP } from '../../../n8n/credential/connect-options';
import { isManaged } from '../../../n8n/credential/managed-login';
import { SESSION_NAME } from '../session-name';
import { inVersion1, inVersion2, sinceVersion3 } from '../versions';

/** By the value of the field. */
export const PROTOCOL_NAMES = Object.fromEntries(
  Object.entries(PROTOCOLS).map(([value, { name }]) => [value, name]),
);

/** The notice below a choice of a provider. */
const noticeOf = (
  provider: string,
  choice: 'authentication' | 'protocol',
  values: readonly string[],
  displayName: string,
): INodeProperties => ({
  displayName,
  name: `${choice}Notice`,
  type: 'notice',
  default: '',
  displayOptions: { show: { provider: [provider], [choice]: [...values] } },
});

/** What a credential has to allow whose token is for one protocol only; mail servers are what it allows first. */
const accessNotices = ({ id, protocols, authentications }: ProviderRow): INodeProperties[] =>
  protocols
    .filter((protocol) => protocols.some((other) => ACCESS_FOR[other] !== ACCESS_FOR[protocol]))
    .filter((protocol) => ACCESS_FOR[protocol] !== 'mail')
    .map((protocol) => ({
      displayName: `<b>Access</b> in the credential must be <b>${MICROSOFT_ACCESS[ACCESS_FOR[protocol]].name}</b>. If you change it there, connect the account again.`,
      name: 'accessNotice',
      type: 'notice',
      default: '',
      displayOptions: {
        show: {
          ...{ provider: [id], protocol: [protocol] },
          authentication: Object.keys(authentications).filter((one) => isManaged(one as Authentication)),
        },
      },
    }));

type Cell = ReturnType<typeof authenticationsOf>[number];

/**
 * How to log in at a provider.
 *
 * @param preset the cell that the field begins with
 * @param valueOf the value that stands for a cell
 */
const authenticationField = (
  row: ProviderRow,
  preset: Cell,
  valueOf: (...cell: Cell) => string,
): INodeProperties => ({
  displayName: 'Authentication',
  name: 'authentication',
  type: 'options',
  options: authenticationsOf(row).map(([id, method]) => ({
    value: valueOf(id, method),
    name: method.name ?? AUTHENTICATIONS[id].name,
    description: method.when ?? AUTHENTICATIONS[id].when,
  })),
  default: valueOf(...preset),
  description: 'How n8n logs in',
  displayOptions: { show: { provider: [row.id] } },
});

/**
 * Version 1 saves a retired one under its own name. Versions 1 and 2 begin with the first one. The editor does not save
 * what a field begins with, so that this has to stay.
 */
const authenticationFields = (row: ProviderRow): INodeProperties[] => {
  const first = authenticationsOf(row)[0]!;
  return [
    ...inVersion1([authenticationField(row, first, (id) => id)]),
    ...inVersion2([authenticationField(row, first, choiceOf)]),
    ...sinceVersion3([authenticationField(row, defaultOf(row), choiceOf)]),
  ];
};

/** The choices of each provider; the editor shows those of the provider that was picked. */
const choices: INodeProperties[] = PROVIDERS.flatMap((row: ProviderRow): INodeProperties[] => {
  const [firstProtocol] = row.protocols;
  const authentications = authenticationsOf(row);
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
      noticeOf(row.id, 'protocol', [protocol], notice),
    ),
    ...authenticationFields(row),
    ...accessNotices(row),
    ...authentications.flatMap(([value, method]) => {
      const { notice } = method;
      return notice ? [noticeOf(row.id, 'authentication', [value, choiceOf(value, method)], notice)] : [];
    }),
  ];
});

const providersOfSharedMailboxes = PROVIDERS.filter((row) => 'sharedMailboxes' in row).map(({ id }) => id);

const { commandTimeout, connectTimeout, idleTimeout } = DEFAULT_TIMEOUTS;

/** How a connection is made and kept, for every node that opens one. */
export const CONNECTION_OPTIONS: readonly INodeProperties[] = [
  {
    displayName: 'Command Timeout (Seconds)',
    name: 'commandTimeout',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: commandTimeout,
    description: 'How long to wait for an answer from the server',
  },
  {
    displayName: 'Connect Timeout (Seconds)',
    name: 'connectTimeout',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: connectTimeout,
    description: 'How long to wait for the connection and the login',
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
    displayName: 'Idle Timeout (Seconds)',
    name: 'idleTimeout',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: idleTimeout,
    description: 'How long to keep an unused connection open. It opens again when a node needs it.',
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
    displayName: 'Keep Connection For (Seconds)',
    name: 'keepConnectionFor',
    type: 'number',
    typeOptions: { minValue: 0, maxValue: LONGEST_KEEP },
    default: DEFAULT_KEEP,
    description:
      'How long to keep the connection after the run, so that the next run needs no new login. 0 closes it when the run ends. Over POP3 it is always closed.',
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
    placeholder: 'e.g. info@example.com',
    description: 'Address of another mailbox to open instead of the one in the credential',
    displayOptions: { show: { '/provider': providersOfSharedMailboxes } },
  },
];

export const DEFAULT_PROVIDER: ProviderId = 'other';

export const PROVIDER_FIELD: INodeProperties = {
  displayName: 'Provider',
  name: 'provider',
  type: 'options',
  options: PROVIDERS.map(({ id, name }) => ({ name, value: id })),
  default: DEFAULT_PROVIDER,
  description: 'Who runs the mail server',
};

/**
 * Which account, and how to log in.
 *
 * @param providerFields of which the editor shows one
 */
export const connectionFields = (providerFields: readonly INodeProperties[]): INodeProperties[] => [
  SESSION_NAME,
  ...providerFields,
  ...choices,
  // A placeholder that puts the credential slot after the fields that decide which credential it is.
  { displayName: 'Credential', name: 'credentials', type: 'credentials', default: '' },
];
