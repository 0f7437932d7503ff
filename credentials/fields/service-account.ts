import type { INodeProperties } from 'n8n-workflow';

import { CUSTOM } from './cloud';

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

/** Asked for if the cloud is a custom one. */
export const CUSTOM_TOKEN_URL: INodeProperties = {
  displayName: 'Custom Access Token URL',
  name: 'customAccessTokenUrl',
  type: 'string',
  default: '',
  required: true,
  placeholder: 'e.g. https://login.example.com/token',
  displayOptions: { show: CUSTOM },
};
