import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { cloudField, customServerFields } from './fields/cloud';
import { appPasswordFields } from './fields/login';

/** Fastmail, app password. */
export class EmailFastmailAppPasswordApi implements ICredentialType {
  name = 'emailFastmailAppPasswordApi';

  displayName = 'Email Connect: Fastmail App Password API';

  icon = { light: 'file:email-server.svg', dark: 'file:email-server.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/fastmail-app-password.md';

  properties: INodeProperties[] = [
    ...appPasswordFields(
      'The 16 letters and digits that Fastmail shows under Privacy & Security. The account password does not work.',
    ),
    cloudField('fastmail'),
    ...customServerFields('fastmail'),
  ];
}
