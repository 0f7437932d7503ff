import type { INodeProperties } from 'n8n-workflow';

import { cloudsOf, providerRow, type ProviderId } from '../../mail/account/providers';
import { withoutSwitch } from './behind-switch';
import { networkFields, serverFields } from './server';

export const CUSTOM = { cloud: ['custom'] };

/** Which servers to use: one of the provider's clouds, or custom servers. */
export const cloudField = (provider: ProviderId): INodeProperties => ({
  displayName: 'Cloud',
  name: 'cloud',
  type: 'options',
  options: [
    ...Object.entries(cloudsOf(providerRow(provider)!)).map(([value, { name }]) => ({ name, value })),
    { name: 'Custom', value: 'custom' },
  ],
  default: 'global',
  description: 'Where the mail servers are. Use Custom for private clouds and mail gateways.',
});

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

/** The servers, asked for if the cloud is a custom one. The matrix knows those of the other clouds. */
export const customServerFields = (provider: ProviderId): INodeProperties[] => [
  ...serverFields(CUSTOM, providerRow(provider)!.protocols, withoutSwitch),
  ...networkFields(CUSTOM, withoutSwitch),
];

const url = (displayName: string, name: string, placeholder: string, protocol: string): INodeProperties => ({
  displayName,
  name,
  type: 'string',
  default: '',
  placeholder: `e.g. ${placeholder}`,
  description: `Only needed when Email Connect uses ${protocol}`,
  displayOptions: { show: CUSTOM },
});

/** The same for Microsoft 365, whose clouds have more than mail servers. */
export const CUSTOM_MICROSOFT_FIELDS: INodeProperties[] = [
  url('Custom EWS URL', 'customEwsUrl', 'https://outlook.example.com/EWS/Exchange.asmx', 'EWS'),
  url('Custom Graph URL', 'customGraphUrl', 'https://graph.example.com/v1.0', 'Microsoft Graph'),
  ...customServerFields('outlook'),
];
