import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { CUSTOM_MICROSOFT_FIELDS, cloudField } from './fields/cloud';
import { emailAddress } from './fields/login';
import { CLIENT_CREDENTIALS_FIELDS, CUSTOM_AUTHORITY_FIELDS } from './fields/client-credentials';

/** Outlook / Office 365, client credentials (RFC 6749 section 4.4): an app that no user signs in to. */
export class EmailOutlookClientCredentialsApi implements ICredentialType {
  name = 'emailOutlookClientCredentialsApi';

  displayName = 'Email Connect: Outlook / Office 365 App Only API';

  icon = { light: 'file:email-outlook.svg', dark: 'file:email-outlook.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/outlook-client-credentials.md';

  properties: INodeProperties[] = [
    ...CLIENT_CREDENTIALS_FIELDS,
    emailAddress('Address of the mailbox that the app opens'),
    cloudField('outlook'),
    ...CUSTOM_AUTHORITY_FIELDS,
    ...CUSTOM_MICROSOFT_FIELDS,
  ];
}
