import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { cloudField, customServerFields } from './fields/cloud';
import { appPasswordFields } from './fields/login';

/** Zoho, app password, or the account's password if it has no second factor. */
export class EmailZohoAppPasswordApi implements ICredentialType {
  name = 'emailZohoAppPasswordApi';

  displayName = 'Email Connect: Zoho App Password API';

  icon = { light: 'file:email-server.svg', dark: 'file:email-server.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/zoho-app-password.md';

  properties: INodeProperties[] = [
    ...appPasswordFields('The letters and digits that Zoho shows at accounts.zoho.com under App Passwords'),
    cloudField('zoho'),
    ...customServerFields('zoho'),
  ];
}
