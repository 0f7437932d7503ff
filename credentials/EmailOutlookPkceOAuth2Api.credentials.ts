import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { CUSTOM_MICROSOFT_FIELDS, cloudField } from './fields/cloud';
import { connectedAddress } from './fields/login';
import { OPTIONAL_CLIENT_SECRET, grantFields, microsoftOAuth2Fields } from './fields/oauth2';

/** Outlook / Office 365, authorization code with PKCE (RFC 7636), with a token that n8n keeps. */
export class EmailOutlookPkceOAuth2Api implements ICredentialType {
  name = 'emailOutlookPkceOAuth2Api';

  extends = ['oAuth2Api'];

  displayName = 'Email Connect: Outlook / Office 365 PKCE OAuth2 API';

  icon = { light: 'file:email-outlook.svg', dark: 'file:email-outlook.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/outlook-pkce.md';

  properties: INodeProperties[] = [
    OPTIONAL_CLIENT_SECRET,
    connectedAddress('Enter its user name if that is not its mail address.'),
    cloudField('outlook'),
    ...grantFields('pkce'),
    ...microsoftOAuth2Fields(),
    ...CUSTOM_MICROSOFT_FIELDS,
  ];
}
