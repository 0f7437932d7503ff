import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { cloudField, customServerFields } from './fields/cloud';
import { appPasswordFields } from './fields/login';

/** iCloud, app-specific password. */
export class EmailIcloudAppPasswordApi implements ICredentialType {
  name = 'emailIcloudAppPasswordApi';

  displayName = 'Email Connect: iCloud App Password API';

  icon = { light: 'file:email-server.svg', dark: 'file:email-server.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/icloud-app-password.md';

  properties: INodeProperties[] = [
    ...appPasswordFields(
      'The password like xxxx-xxxx-xxxx-xxxx that Apple shows at account.apple.com. The account password does not work.',
    ),
    cloudField('icloud'),
    ...customServerFields('icloud'),
  ];
}
