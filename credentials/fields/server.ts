import type { INodeProperties } from 'n8n-workflow';

import type { Protocol } from '../../mail/account/providers';
import { behindSwitch, type Arrange, type Show } from './behind-switch';

const CLEARTEXT =
  'Without encryption, anyone on the network between n8n and the server can read the password and the mail. Use this only for a server on a network that you trust.';

const security = (name: string, displayName: string): INodeProperties[] => [
  {
    displayName,
    name,
    type: 'options',
    options: [
      { name: 'TLS', value: 'tls', description: 'Encrypted from the start' },
      { name: 'STARTTLS', value: 'starttls', description: 'Must switch to encryption before the login' },
      { name: 'None', value: 'none', description: 'Not encrypted' },
    ],
    default: 'tls',
  },
  {
    displayName: CLEARTEXT,
    name: `${name}Notice`,
    type: 'notice',
    default: '',
    displayOptions: { show: { [name]: ['none'] } },
  },
];

/**
 * The servers for reading by these protocols, and for sending. Always shown, or as `show` says; POP3 and SMTP behind a
 * switch, because few need the one, and many only read.
 */
export const serverFields = (
  show: Show = {},
  protocols: readonly Protocol[] = ['imap', 'pop3'],
  arrange: Arrange = behindSwitch,
): INodeProperties[] => [
  ...(protocols.includes('imap') ? imapFields(protocols.includes('pop3')) : []).map((field) => ({
    ...field,
    displayOptions: { show: { ...show, ...field.displayOptions?.show } },
  })),
  ...(protocols.includes('pop3') ? arrange(USE_POP3, POP_FIELDS, show, 'popHost') : []),
  ...arrange(SEND_MAIL, SUBMISSION_FIELDS, show, 'smtpHost'),
];

const USE_POP3 = {
  name: 'usePop3',
  displayName: 'Use POP3',
  description: 'Whether to read mail by POP3: choose this protocol in Email Connect too',
};

const SEND_MAIL = {
  name: 'useSmtp',
  displayName: 'Send Mail (SMTP)',
  description: 'Whether to send mail as well. The server for it is another one than that for reading.',
};

const imapFields = (orPop3: boolean): INodeProperties[] => [
  {
    displayName: 'IMAP Host',
    name: 'host',
    type: 'string',
    default: '',
    placeholder: 'e.g. imap.example.com',
    description: `Name of the IMAP server to read mail from${orPop3 ? '. Leave it empty if the server offers only POP3.' : ''}`,
  },
  {
    displayName: 'IMAP Port',
    name: 'port',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 65535 },
    default: 993,
    required: true,
    description: 'IMAP uses 993 with TLS and 143 with STARTTLS',
  },
  ...security('security', 'IMAP Security'),
];

const POP_FIELDS: readonly INodeProperties[] = [
  {
    displayName: 'POP3 Host',
    name: 'popHost',
    type: 'string',
    default: '',
    placeholder: 'e.g. pop.example.com',
    description: 'Name of the POP3 server',
  },
  {
    displayName: 'POP3 Port',
    name: 'popPort',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 65535 },
    default: 995,
    description: 'POP3 uses 995 with TLS and 110 with STARTTLS',
  },
  ...security('popSecurity', 'POP3 Security'),
];

const SUBMISSION_FIELDS: readonly INodeProperties[] = [
  {
    displayName: 'SMTP Host',
    name: 'smtpHost',
    type: 'string',
    default: '',
    placeholder: 'e.g. smtp.example.com',
    description: 'Name of the server that sends your mail',
  },
  {
    displayName: 'SMTP Port',
    name: 'smtpPort',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 65535 },
    default: 465,
    description: 'SMTP uses 465 with TLS and 587 with STARTTLS',
  },
  ...security('smtpSecurity', 'SMTP Security'),
  {
    displayName: 'SMTP Authentication',
    name: 'smtpAuthentication',
    type: 'options',
    options: [
      { name: 'Same as Incoming', value: 'same', description: 'The same login as for reading mail' },
      { name: 'None', value: 'none', description: 'For a relay that takes mail without a login' },
    ],
    default: 'same',
  },
  {
    displayName: 'Client Name (EHLO)',
    name: 'smtpClientName',
    type: 'string',
    default: '',
    placeholder: 'e.g. n8n.example.com',
    description:
      'What n8n calls itself to the SMTP server. Only needed where the server refuses the name of the machine.',
  },
];

const pem = (displayName: string, name: string, label: string, description: string): INodeProperties => ({
  displayName,
  name,
  type: 'string',
  typeOptions: { rows: 4, ...(label.includes('KEY') && { password: true }) },
  default: '',
  placeholder: `e.g. -----BEGIN ${label}-----`,
  description,
});

/** How the server is trusted and reached. Rarely needed, so they come last. */
export const networkFields = (show: Show = {}, arrange: Arrange = behindSwitch): INodeProperties[] =>
  arrange(CERTIFICATES_AND_PROXY, NETWORK_FIELDS, show);

const CERTIFICATES_AND_PROXY = {
  name: 'useNetwork',
  displayName: 'Certificates and Proxy',
  description: 'Whether to set certificates of your own, or a proxy',
};

const NETWORK_FIELDS: readonly INodeProperties[] = [
  pem(
    'CA Certificate',
    'caCertificate',
    'CERTIFICATE',
    "Certificate (PEM) of the private authority that issued the server's certificate. It is trusted in addition to the public authorities.",
  ),
  {
    displayName: 'Ignore Certificate',
    name: 'ignoreCertificate',
    type: 'boolean',
    default: false,
    description:
      'Whether to accept any certificate. Dangerous: an attacker on the network can then pretend to be the server.',
  },
  pem(
    'Client Certificate',
    'clientCertificate',
    'CERTIFICATE',
    'Certificate (PEM) that n8n sends to a server that asks for one',
  ),
  pem('Client Key', 'clientKey', 'PRIVATE KEY', 'Private key (PEM) of the client certificate'),
  {
    displayName: 'Client Key Passphrase',
    name: 'clientKeyPassphrase',
    type: 'string',
    typeOptions: { password: true },
    default: '',
  },
  {
    displayName: 'Proxy',
    name: 'proxy',
    type: 'string',
    typeOptions: { password: true },
    default: '',
    placeholder: 'e.g. socks5://user:password@proxy.example.com:1080',
    description: 'URL of a SOCKS or HTTP proxy to connect through',
  },
];

/** Which certificates are trusted, for servers that are reached by https. */
export const TRUST_FIELDS: readonly INodeProperties[] = NETWORK_FIELDS.filter(({ name }) =>
  ['caCertificate', 'ignoreCertificate'].includes(name),
);
