import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { cloudField, customServerFields } from './fields/cloud';
import { appPasswordFields } from './fields/login';

/** Yahoo, app password. */
export class EmailYahooAppPasswordApi implements ICredentialType {
  name = 'emailYahooAppPasswordApi';

  displayName = 'Email Connect: Yahoo App Password API';

  icon = { light: 'file:email-yahoo.svg', dark: 'file:email-yahoo.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/yahoo-app-password.md';

  properties: INodeProperties[] = [
    ...appPasswordFields(
      'The 16 letters that Yahoo shows under Account Security. The account password does not work.',
    ),
    cloudField('yahoo'),
    ...customServerFields('yahoo'),
  ];
}
