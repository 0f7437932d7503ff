import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { EWS_URL_FIELD, EXCHANGE_TRUST_FIELDS, MAILBOX_FIELD, exchangeLoginFields } from './fields/exchange';

/** Exchange Server (on-premises), Basic. Tested by Email Connect with a real login. */
export class EmailExchangeBasicApi implements ICredentialType {
  name = 'emailExchangeBasicApi';

  displayName = 'Email Connect: Exchange Server Basic API';

  icon = { light: 'file:email-exchange.svg', dark: 'file:email-exchange.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/exchange-server.md';

  properties: INodeProperties[] = [
    ...exchangeLoginFields(
      'EXAMPLE\\ada',
      'The Windows user name: EXAMPLE\\ada, ada@example.com or just ada',
    ),
    MAILBOX_FIELD,
    EWS_URL_FIELD,
    ...EXCHANGE_TRUST_FIELDS,
  ];
}
