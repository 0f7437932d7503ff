import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { BASIC_LOGIN_FIELDS } from './fields/login';
import { networkFields, serverFields } from './fields/server';

/** Other server, Basic. Tested by Email Connect with a real login. */
export class EmailServerBasicApi implements ICredentialType {
  name = 'emailServerBasicApi';

  displayName = 'Email Connect: Other Server Basic API';

  icon = { light: 'file:email-server.svg', dark: 'file:email-server.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/other-server-basic.md';

  properties: INodeProperties[] = [...BASIC_LOGIN_FIELDS, ...serverFields(), ...networkFields()];
}
