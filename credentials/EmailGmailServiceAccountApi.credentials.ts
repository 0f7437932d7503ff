import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { CUSTOM_TOKEN_URL, cloudField, customServerFields } from './fields/cloud';
import { emailAddress } from './fields/login';
import { SERVICE_ACCOUNT_FIELDS } from './fields/service-account';

/** Gmail, service account with domain-wide delegation (RFC 7523). */
export class EmailGmailServiceAccountApi implements ICredentialType {
  name = 'emailGmailServiceAccountApi';

  displayName = 'Email Connect: Gmail Service Account API';

  icon = { light: 'file:email-gmail.svg', dark: 'file:email-gmail.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/gmail-service-account.md';

  properties: INodeProperties[] = [
    ...SERVICE_ACCOUNT_FIELDS,
    emailAddress('Address of the mailbox that the service account opens'),
    cloudField('gmail'),
    CUSTOM_TOKEN_URL,
    ...customServerFields('gmail'),
  ];
}
