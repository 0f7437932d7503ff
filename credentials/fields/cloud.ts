import type { INodeProperties } from 'n8n-workflow';

import { MICROSOFT_CLOUDS } from '../../mail/account/microsoft-clouds';
import { networkFields, serverFields } from './server';

export const CUSTOM = { cloud: ['custom'] };

const cloud = (options: Array<{ name: string; value: string }>): INodeProperties => ({
  displayName: 'Cloud',
  name: 'cloud',
  type: 'options',
  options: [...options, { name: 'Custom', value: 'custom' }],
  default: 'global',
  description: 'Where the mail servers are. Custom is for private clouds and mail gateways.',
});

/** The provider's own servers, or others that speak for it. */
export const cloudField = (provider: string): INodeProperties => cloud([{ name: provider, value: 'global' }]);

export const MICROSOFT_CLOUD_FIELD: INodeProperties = cloud(
  Object.entries(MICROSOFT_CLOUDS).map(([value, { name }]) => ({ name, value })),
);

/** What the table of clouds knows, asked for where the cloud is a custom one. */
export const CUSTOM_SERVER_FIELDS: INodeProperties[] = [...serverFields(CUSTOM), ...networkFields(CUSTOM)];

const url = (displayName: string, name: string, placeholder: string, protocol: string): INodeProperties => ({
  displayName,
  name,
  type: 'string',
  default: '',
  placeholder,
  description: `Only needed where Email Connect uses ${protocol}`,
  displayOptions: { show: CUSTOM },
});

/** The same for Microsoft's clouds, which have more than mail servers. */
export const CUSTOM_MICROSOFT_FIELDS: INodeProperties[] = [
  url('Custom EWS URL', 'customEwsUrl', 'https://outlook.example.com/EWS/Exchange.asmx', 'EWS'),
  url('Custom Graph URL', 'customGraphUrl', 'https://graph.example.com/v1.0', 'Microsoft Graph'),
  ...CUSTOM_SERVER_FIELDS,
];
