import type { INodeProperties } from 'n8n-workflow';

import { CUSTOM } from './cloud';

const CERTIFICATE = { secretType: ['certificate'] };

export const CLIENT_CREDENTIALS_FIELDS: INodeProperties[] = [
  {
    displayName: 'Tenant',
    name: 'tenant',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. example.onmicrosoft.com',
    description: 'Directory (tenant) ID or domain',
    displayOptions: { hide: CUSTOM },
  },
  {
    displayName: 'Client ID',
    name: 'clientId',
    type: 'string',
    default: '',
    required: true,
    description: 'Application (client) ID of the app registration',
  },
  {
    displayName: 'Secret Type',
    name: 'secretType',
    type: 'options',
    options: [
      {
        name: 'Certificate',
        value: 'certificate',
        description: 'The app proves who it is with a certificate instead of a secret',
      },
      { name: 'Client Secret', value: 'clientSecret' },
    ],
    default: 'clientSecret',
  },
  {
    displayName: 'Client Secret',
    name: 'clientSecret',
    type: 'string',
    typeOptions: { password: true },
    default: '',
    required: true,
    description: 'The value of the secret, not its ID',
    displayOptions: { show: { secretType: ['clientSecret'] } },
  },
  {
    displayName: 'Certificate',
    name: 'certificate',
    type: 'string',
    typeOptions: { rows: 4 },
    default: '',
    required: true,
    placeholder: 'e.g. -----BEGIN CERTIFICATE-----',
    description: 'Certificate (PEM) as uploaded to the app registration',
    displayOptions: { show: CERTIFICATE },
  },
  {
    displayName: 'Private Key',
    name: 'privateKey',
    type: 'string',
    typeOptions: { rows: 4, password: true },
    default: '',
    required: true,
    placeholder: 'e.g. -----BEGIN PRIVATE KEY-----',
    description: 'Private key (PEM) of the certificate',
    displayOptions: { show: CERTIFICATE },
  },
];

/** Asked for if the cloud is a custom one. */
export const CUSTOM_AUTHORITY_FIELDS: INodeProperties[] = [
  {
    displayName: 'Custom Authority',
    name: 'customAuthority',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. https://login.example.com/tenant',
    description: 'URL of the identity provider, as its OpenID Connect discovery names it',
    displayOptions: { show: CUSTOM },
  },
  {
    displayName: 'Custom Scope',
    name: 'customScope',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. https://outlook.example.com/.default',
    displayOptions: { show: CUSTOM },
  },
];
