import type { INodeProperties } from 'n8n-workflow';

/** Where the server is; shared by every credential that names a server. */
export const SERVER_FIELDS: INodeProperties[] = [
  {
    displayName: 'Host',
    name: 'host',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'imap.example.com',
    description: 'Name of the mail server',
  },
  {
    displayName: 'Port',
    name: 'port',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 65535 },
    default: 993,
    required: true,
    description: 'IMAP uses 993 with TLS and 143 with STARTTLS',
  },
  {
    displayName: 'Security',
    name: 'security',
    type: 'options',
    options: [
      { name: 'TLS', value: 'tls', description: 'Encrypted from the start' },
      { name: 'STARTTLS', value: 'starttls', description: 'Must switch to encryption before the login' },
      { name: 'None', value: 'none', description: 'Not encrypted' },
    ],
    default: 'tls',
  },
  {
    displayName:
      'Without encryption, anyone on the network between n8n and the server can read the password and the mail. Use this only for a server on a network that you trust.',
    name: 'cleartextNotice',
    type: 'notice',
    default: '',
    displayOptions: { show: { security: ['none'] } },
  },
];

export const BASIC_LOGIN_FIELDS: INodeProperties[] = [
  {
    displayName: 'User',
    name: 'user',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'ada@example.com',
    description: 'Usually the whole email address',
  },
  {
    displayName: 'Password',
    name: 'password',
    type: 'string',
    typeOptions: { password: true },
    default: '',
    required: true,
  },
];

/** How far the server is trusted. Rarely needed, so it comes last. */
export const TRUST_FIELDS: INodeProperties[] = [
  {
    displayName: 'CA Certificate',
    name: 'caCertificate',
    type: 'string',
    typeOptions: { rows: 4 },
    default: '',
    placeholder: '-----BEGIN CERTIFICATE-----',
    description:
      "Certificate (PEM) of the private authority that issued the server's certificate. It is trusted beside the public authorities.",
    displayOptions: { hide: { security: ['none'] } },
  },
  {
    displayName: 'Ignore Certificate',
    name: 'ignoreCertificate',
    type: 'boolean',
    default: false,
    description:
      'Whether to accept any certificate, which lets an attacker on the network pose as the server',
    displayOptions: { hide: { security: ['none'] } },
  },
];
