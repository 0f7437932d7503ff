import type { ICredentialType, INodeProperties } from 'n8n-workflow';

import { emailAddress } from './fields/login';
import { GRANT_TYPE_FIELD, OPTIONAL_CLIENT_SECRET } from './fields/oauth2';
import { withoutSwitch } from './fields/behind-switch';
import { networkFields, serverFields } from './fields/server';

/** Other server, OAuth2: SASL OAUTHBEARER (RFC 7628) or XOAUTH2 with a token that n8n keeps. */
export class EmailServerOAuth2Api implements ICredentialType {
  name = 'emailServerOAuth2Api';

  extends = ['oAuth2Api'];

  displayName = 'Email Connect: Other Server OAuth2 API';

  icon = { light: 'file:email-server.svg', dark: 'file:email-server.dark.svg' } as const;

  documentationUrl =
    'https://github.com/n8n-nodes-email-session/n8n-nodes-email-session/blob/main/docs/other-server-oauth2.md';

  properties: INodeProperties[] = [
    GRANT_TYPE_FIELD,
    OPTIONAL_CLIENT_SECRET,
    emailAddress('Name of the mailbox on the server, usually the email address'),
    ...serverFields({}, ['imap', 'pop3'], withoutSwitch),
    ...networkFields({}, withoutSwitch),
  ];
}
