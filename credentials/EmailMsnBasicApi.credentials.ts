import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { cloudField, customServerFields } from './fields/cloud';
import { appPasswordFields } from './fields/login';
import { retiredNotice } from './fields/notice';

/** MSN / Outlook.com, Basic, which Microsoft has retired for most accounts. */
export class EmailMsnBasicApi implements ICredentialType {
  name = 'emailMsnBasicApi';

  displayName = 'Email Connect: MSN / Outlook.com Basic API';

  icon = { light: 'file:email-outlook.svg', dark: 'file:email-outlook.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/msn-basic.md';

  properties: INodeProperties[] = [
    retiredNotice('msn', 'basic'),
    ...appPasswordFields('App password of the Microsoft account'),
    cloudField('msn'),
    ...customServerFields('msn'),
  ];
}
