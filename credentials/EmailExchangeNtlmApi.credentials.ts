import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import {
  DOMAIN_FIELD,
  EWS_URL_FIELD,
  EXCHANGE_TRUST_FIELDS,
  MAILBOX_FIELD,
  exchangeLoginFields,
} from './fields/exchange';

/** Exchange Server (on-premises), NTLM (MS-NLMP). Tested by Email Connect with a real login. */
export class EmailExchangeNtlmApi implements ICredentialType {
  name = 'emailExchangeNtlmApi';

  displayName = 'Email Connect: Exchange Server NTLM API';

  icon = { light: 'file:email-exchange.svg', dark: 'file:email-exchange.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/exchange-server.md';

  properties: INodeProperties[] = [
    ...exchangeLoginFields('ada', 'The name used to sign in to Windows'),
    DOMAIN_FIELD,
    MAILBOX_FIELD,
    EWS_URL_FIELD,
    ...EXCHANGE_TRUST_FIELDS,
  ];
}
