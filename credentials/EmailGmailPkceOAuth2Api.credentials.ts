import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { cloudField, customServerFields } from './fields/cloud';
import { connectedAddress } from './fields/login';
import { GOOGLE_OAUTH2_FIELDS, OPTIONAL_CLIENT_SECRET, grantFields } from './fields/oauth2';

/** Gmail, authorization code with PKCE (RFC 7636), with a token that n8n keeps. */
export class EmailGmailPkceOAuth2Api implements ICredentialType {
  name = 'emailGmailPkceOAuth2Api';

  extends = ['oAuth2Api'];

  displayName = 'Email Connect: Gmail PKCE OAuth2 API';

  icon = { light: 'file:email-gmail.svg', dark: 'file:email-gmail.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/gmail-pkce.md';

  properties: INodeProperties[] = [
    OPTIONAL_CLIENT_SECRET,
    connectedAddress(),
    cloudField('gmail'),
    ...grantFields('pkce'),
    ...GOOGLE_OAUTH2_FIELDS,
    ...customServerFields('gmail'),
  ];
}
