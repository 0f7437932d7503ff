import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { cloudField, customServerFields } from './fields/cloud';
import { appPasswordFields } from './fields/login';

/** Gmail, app password. */
export class EmailGmailAppPasswordApi implements ICredentialType {
  name = 'emailGmailAppPasswordApi';

  displayName = 'Email Connect: Gmail App Password API';

  icon = { light: 'file:email-gmail.svg', dark: 'file:email-gmail.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/gmail-app-password.md';

  properties: INodeProperties[] = [
    ...appPasswordFields(
      'The 16 letters that Google shows at myaccount.google.com/apppasswords. The account password does not work.',
    ),
    cloudField('gmail'),
    ...customServerFields('gmail'),
  ];
}
