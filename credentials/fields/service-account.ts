import type { INodeProperties } from 'n8n-workflow';

export const SERVICE_ACCOUNT_FIELDS: INodeProperties[] = [
  {
    displayName: 'Service Account Email',
    name: 'serviceAccountEmail',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. mail@project.iam.gserviceaccount.com',
    description: 'The value of "client_email" in the key file from Google',
  },
  {
    displayName: 'Private Key',
    name: 'privateKey',
    type: 'string',
    typeOptions: { rows: 4, password: true },
    default: '',
    required: true,
    placeholder: 'e.g. -----BEGIN PRIVATE KEY-----',
    description: 'The value of "private_key" in the key file from Google',
  },
];
