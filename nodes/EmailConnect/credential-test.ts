import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { openClient } from '../../mail/open';
import type { Protocol, ProviderId } from '../../mail/providers';
import { AUTHENTICATORS, type OwnAuthentication } from '../../n8n/authenticators';
import { ewsSettings } from '../../n8n/ews-settings';
import { identityTrust, serversOf } from '../../n8n/servers';
import { verdictOf, type CredentialTest } from './verdict';

/** Shorter than at run time: somebody is looking at the dialog. */
const TIMEOUTS = { connect: 15_000, command: 15_000, idle: 15_000 };

/**
 * Logs in with what stands in the credential dialog. Not for the credentials whose token n8n keeps: n8n tests
 * those itself.
 */
const logsIn = (provider: ProviderId, authentication: OwnAuthentication): CredentialTest =>
  verdictOf(async ({ name, data: credential = {} }) => {
    const protocol = protocolOf(provider, credential);
    const servers = serversOf({ provider, protocol }, credential);
    const mailbox = String(credential.user ?? '').trim();
    const trust = identityTrust(servers.server);
    const client = await openClient({
      provider,
      protocol,
      authentication,
      ...servers,
      ews: protocol === 'ews' ? ewsSettings({ authentication }, credential, {}) : undefined,
      authenticator: AUTHENTICATORS[authentication]({ provider, credential, name, mailbox, trust }),
      timeouts: TIMEOUTS,
    });
    await client.close();
  });

function protocolOf(provider: ProviderId, credential: ICredentialDataDecryptedObject): Protocol {
  if (provider === 'exchange') return 'ews';
  return onlyPop3(credential) ? 'pop3' : 'imap';
}

/** A server of one's own may offer nothing else. */
const onlyPop3 = ({ host, popHost }: ICredentialDataDecryptedObject): boolean =>
  !String(host ?? '').trim() && String(popHost ?? '').trim() !== '';

export const credentialTests = {
  emailExchangeBasicApiTest: logsIn('exchange', 'basic'),
  emailExchangeNtlmApiTest: logsIn('exchange', 'ntlm'),
  emailGmailAppPasswordApiTest: logsIn('gmail', 'basic'),
  emailGmailServiceAccountApiTest: logsIn('gmail', 'serviceAccount'),
  emailMsnBasicApiTest: logsIn('msn', 'basic'),
  emailOutlookClientCredentialsApiTest: logsIn('outlook', 'clientCredentials'),
  emailServerBasicApiTest: logsIn('other', 'basic'),
  emailYahooAppPasswordApiTest: logsIn('yahoo', 'basic'),
};
