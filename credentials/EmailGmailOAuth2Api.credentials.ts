import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { cloudField, customServerFields } from './fields/cloud';
import { connectedAddress } from './fields/login';
import { GOOGLE_OAUTH2_FIELDS, grantFields } from './fields/oauth2';

/** Gmail, OAuth2 with a token that n8n keeps. */
export class EmailGmailOAuth2Api implements ICredentialType {
  name = 'emailGmailOAuth2Api';

  extends = ['oAuth2Api'];

  displayName = 'Email Connect: Gmail OAuth2 API';

  icon = { light: 'file:email-gmail.svg', dark: 'file:email-gmail.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/gmail-oauth2.md';

  properties: INodeProperties[] = [
    connectedAddress(),
    cloudField('gmail'),
    ...grantFields('authorizationCode'),
    ...GOOGLE_OAUTH2_FIELDS,
    ...customServerFields('gmail'),
  ];
}
