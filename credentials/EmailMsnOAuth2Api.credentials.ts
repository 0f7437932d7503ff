import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { cloudField, customServerFields } from './fields/cloud';
import { emailAddress } from './fields/login';
import { grantFields, microsoftOAuth2Fields } from './fields/oauth2';

/** MSN / Outlook.com, OAuth2 with a token that n8n keeps. */
export class EmailMsnOAuth2Api implements ICredentialType {
  name = 'emailMsnOAuth2Api';

  extends = ['oAuth2Api'];

  displayName = 'Email Connect: MSN / Outlook.com OAuth2 API';

  icon = { light: 'file:email-outlook.svg', dark: 'file:email-outlook.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/msn-oauth2.md';

  properties: INodeProperties[] = [
    emailAddress('Address of the account that you connect'),
    cloudField('msn'),
    ...grantFields('authorizationCode'),
    ...microsoftOAuth2Fields('consumers'),
    ...customServerFields('msn'),
  ];
}
