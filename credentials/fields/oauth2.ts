import type { INodeProperties } from 'n8n-workflow';

import { MICROSOFT_CLOUDS, type MicrosoftCloud } from '../../mail/account/microsoft-clouds';
import {
  MICROSOFT_ACCESS,
  MICROSOFT_PARAMETERS,
  delegatedScope,
  microsoftPath,
  type MicrosoftAccess,
} from '../../mail/account/microsoft-access';
import { GOOGLE } from '../../mail/auth/google-endpoints';
import { CUSTOM, CUSTOM_TOKEN_URL } from './cloud';

type GrantType = 'authorizationCode' | 'pkce';

const hidden = (name: string, value: string): INodeProperties => ({
  displayName: name,
  name,
  type: 'hidden',
  default: value,
});

const query = (parameters: Readonly<Record<string, string>>): string =>
  new URLSearchParams(parameters).toString();

/** Which of n8n's own flows runs behind "Connect my account". */
export const grantFields = (grantType: GrantType): INodeProperties[] => [
  hidden('grantType', grantType),
  hidden('authentication', 'body'),
];

export const GRANT_TYPE_FIELD: INodeProperties = {
  displayName: 'Grant Type',
  name: 'grantType',
  type: 'options',
  options: [
    { name: 'Authorization Code', value: 'authorizationCode' },
    { name: 'PKCE', value: 'pkce' },
  ],
  default: 'authorizationCode',
};

/** Replaces n8n's field, which requires a secret. A public client has none. */
export const OPTIONAL_CLIENT_SECRET: INodeProperties = {
  displayName: 'Client Secret',
  name: 'clientSecret',
  type: 'string',
  typeOptions: { password: true },
  default: '',
  description: 'Leave it empty for a public client, such as a desktop app',
};

export const TENANT_FIELD: INodeProperties = {
  displayName: 'Tenant',
  name: 'tenant',
  type: 'string',
  default: '',
  required: true,
  placeholder: 'e.g. example.onmicrosoft.com',
  description:
    'Directory (tenant) ID or domain, or "organizations" for an app that is open to all organizations',
  displayOptions: { hide: CUSTOM },
};

/** Asked for if the cloud is a custom one. */
const CUSTOM_OAUTH2_FIELDS: INodeProperties[] = [
  {
    displayName: 'Custom Authorization URL',
    name: 'customAuthUrl',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. https://login.example.com/authorize',
    displayOptions: { show: CUSTOM },
  },
  CUSTOM_TOKEN_URL,
  {
    displayName: 'Custom Scope',
    name: 'customScope',
    type: 'string',
    default: 'openid email offline_access',
    required: true,
    description: 'Permissions to ask for, separated by spaces',
    displayOptions: { show: CUSTOM },
  },
];

/**
 * n8n resolves this when it needs the value; `$self` holds the credential's own fields.
 *
 * @param values a flat table: n8n would read two closing braces as the end of the expression
 * @param change changes the value, as the rest of an expression
 * @param key the key of the value, as an expression
 */
const byCloud = (
  values: Record<string, string>,
  custom: string,
  change = '',
  key = '$self["cloud"]',
): string =>
  `={{ $self["cloud"] === "custom" ? $self["${custom}"] : (${JSON.stringify(values)})[${key}]${change} }}`;

/** What the token gives access to: Microsoft issues each token for a single resource. */
const ACCESS_FIELD: INodeProperties = {
  displayName: 'Access',
  name: 'access',
  type: 'options',
  options: Object.entries(MICROSOFT_ACCESS).map(([value, { name }]) => ({ name, value })),
  default: 'mail' satisfies MicrosoftAccess,
  description:
    'Permission to ask for: choose the protocol that Email Connect uses. Connect the account again after you change it.',
  displayOptions: { hide: CUSTOM },
};

/** The key of the permissions to ask for. Credentials that were saved before this choice existed are for mail. */
const ACCESS_AND_CLOUD = '($self["access"] || "mail") + " " + $self["cloud"]';

/** @param tenant set if the user has no choice; its accounts are personal, and only have mail */
export function microsoftOAuth2Fields(tenant?: string): INodeProperties[] {
  const perCloud = (value: (cloud: MicrosoftCloud) => string) =>
    Object.fromEntries(Object.entries(MICROSOFT_CLOUDS).map(([id, cloud]) => [id, value(cloud)]));
  const endpoint = (path: string, custom: string) =>
    tenant
      ? byCloud(
          perCloud(({ login }) => `${login}/${tenant}/${path}`),
          custom,
        )
      : byCloud(
          perCloud(({ login }) => login),
          custom,
          ` + "/" + $self["tenant"] + "/${path}"`,
        );
  const accesses = Object.keys(MICROSOFT_ACCESS) as MicrosoftAccess[];
  const scopes = Object.entries(MICROSOFT_CLOUDS).flatMap(([id, cloud]) =>
    accesses.map((access) => [`${access} ${id}`, delegatedScope(cloud, access)] as const),
  );
  return [
    ...(tenant ? [] : [TENANT_FIELD, ACCESS_FIELD]),
    ...CUSTOM_OAUTH2_FIELDS,
    hidden('authUrl', endpoint(microsoftPath('authorize'), 'customAuthUrl')),
    hidden('accessTokenUrl', endpoint(microsoftPath('token'), 'customAccessTokenUrl')),
    hidden(
      'scope',
      tenant
        ? byCloud(
            perCloud((cloud) => delegatedScope(cloud, 'mail')),
            'customScope',
          )
        : byCloud(Object.fromEntries(scopes), 'customScope', '', ACCESS_AND_CLOUD),
    ),
    hidden('authQueryParameters', query(MICROSOFT_PARAMETERS)),
  ];
}

export const GOOGLE_OAUTH2_FIELDS: INodeProperties[] = [
  ...CUSTOM_OAUTH2_FIELDS,
  hidden('authUrl', byCloud({ global: GOOGLE.authUrl }, 'customAuthUrl')),
  hidden('accessTokenUrl', byCloud({ global: GOOGLE.tokenUrl }, 'customAccessTokenUrl')),
  hidden('scope', byCloud({ global: GOOGLE.delegatedScope }, 'customScope')),
  hidden('authQueryParameters', query(GOOGLE.parameters)),
];
