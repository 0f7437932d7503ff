import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { CUSTOM_MICROSOFT_FIELDS, cloudField } from './fields/cloud';
import { connectedAddress } from './fields/login';
import { grantFields, microsoftOAuth2Fields } from './fields/oauth2';

/** Outlook / Office 365, OAuth2 with a token that n8n keeps. */
export class EmailOutlookOAuth2Api implements ICredentialType {
  name = 'emailOutlookOAuth2Api';

  extends = ['oAuth2Api'];

  displayName = 'Email Connect: Outlook / Office 365 OAuth2 API';

  icon = { light: 'file:email-outlook.svg', dark: 'file:email-outlook.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/outlook-oauth2.md';

  properties: INodeProperties[] = [
    connectedAddress('Enter its user name if that is not its mail address.'),
    cloudField('outlook'),
    ...grantFields('authorizationCode'),
    ...microsoftOAuth2Fields(),
    ...CUSTOM_MICROSOFT_FIELDS,
  ];
}
