import { EwsClient } from '../../mail/ews/client';
import { AUTHENTICATORS } from '../../n8n/authenticators';
import { ewsSettings } from '../../n8n/ews-settings';
import { identityTrust, serversOf } from '../../n8n/servers';
import { verdictOf, type CredentialTest } from './verdict';

/** Shorter than at run time: somebody is looking at the dialog. */
const TIMEOUTS = { connect: 15_000, command: 15_000, idle: 15_000 };

/** Logs in with what stands in the credential dialog, and opens the inbox. */
const logsIn = (authentication: 'basic' | 'ntlm'): CredentialTest =>
  verdictOf(async ({ name, data: credential = {} }) => {
    const offer = { provider: 'exchange', protocol: 'ews', authentication } as const;
    const { server } = serversOf(offer, credential);
    const mailbox = String(credential.user ?? '').trim();
    const trust = identityTrust(server);
    const client = await EwsClient.open({
      ...offer,
      server,
      authenticator: AUTHENTICATORS[authentication]({ ...offer, credential, name, mailbox, trust }),
      ews: ewsSettings(offer, credential, {}),
      timeouts: TIMEOUTS,
    });
    await client.close();
  });

export const exchangeCredentialTests = {
  emailExchangeBasicApiTest: logsIn('basic'),
  emailExchangeNtlmApiTest: logsIn('ntlm'),
};
