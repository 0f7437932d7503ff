import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { openClient } from '../../mail/session/open-client';
import {
  CELLS,
  providerRow,
  type Connection,
  type CredentialType,
  type CredentialTypeOf,
  type Protocol,
  type ProviderId,
} from '../../mail/account/providers';
import { AUTHENTICATORS, type OwnAuthentication } from '../../n8n/credential/authenticators';
import { identityTrust, isCustom, serversOf } from '../../n8n/credential/servers';
import { webSettings } from '../../n8n/credential/settings';
import { verdictOf, type CredentialTest } from './verdict';

/** Shorter than at run time: somebody is looking at the dialog. */
const TIMEOUTS = { connect: 15_000, command: 15_000, idle: 15_000 };

/**
 * Logs in with what stands in the credential dialog, by each protocol that it may be for. Not for the credentials whose
 * token n8n keeps: n8n tests those itself.
 */
const logsIn = (provider: ProviderId, authentication: OwnAuthentication): CredentialTest =>
  verdictOf(async ({ name, data: credential = {} }) => {
    const protocols = protocolsOf(provider, credential);
    const attempts = await Promise.allSettled(
      protocols.map(
        async (protocol) => await logIn({ provider, protocol, authentication }, name, credential),
      ),
    );
    return protocols.map((protocol, index) => {
      const attempt = attempts[index]!;
      return { protocol, error: attempt.status === 'rejected' ? (attempt.reason as Error) : undefined };
    });
  });

async function logIn(
  offer: Pick<Connection, 'provider' | 'protocol'> & { authentication: OwnAuthentication },
  name: string,
  credential: ICredentialDataDecryptedObject,
): Promise<void> {
  const servers = serversOf(offer, credential);
  const mailbox = String(credential.user ?? '').trim();
  const trust = identityTrust(servers.server);
  const client = await openClient({
    ...offer,
    ...servers,
    ...webSettings(offer, credential, mailbox),
    authenticator: AUTHENTICATORS[offer.authentication]({ ...offer, credential, name, mailbox, trust }),
    timeouts: TIMEOUTS,
  });
  await client.close();
}

/** By which protocols the credential may be meant to be used. */
function protocolsOf(provider: ProviderId, credential: ICredentialDataDecryptedObject): Protocol[] {
  if (provider === 'exchange') return ['ews'];
  const offered = providerRow(provider)!.protocols;
  // POP3 opens what IMAP opens, and many switch it off.
  if (!isCustom(credential) && provider !== 'other') return offered.filter((one) => one !== 'pop3');
  const named = offered.filter((one) => String(credential[SERVER_FIELDS[one]] ?? '').trim() !== '');
  const [first = 'imap', ...rest] = named;
  return provider === 'outlook' ? [first, ...rest.filter((one) => one !== 'pop3')] : [first];
}

/** What names the server of each protocol, for a server or a cloud of one's own. */
const SERVER_FIELDS: Readonly<Record<Protocol, string>> = {
  imap: 'host',
  pop3: 'popHost',
  ews: 'customEwsUrl',
  graph: 'customGraphUrl',
};

/** Not those whose token n8n keeps: it tests them itself. */
const tested = CELLS.filter(
  (
    cell,
  ): cell is (typeof CELLS)[number] & { authentication: OwnAuthentication; credentialType: TestedType } =>
    Object.hasOwn(AUTHENTICATORS, cell.authentication),
);

type TestedType = CredentialTypeOf<OwnAuthentication>;
type TestName = `${TestedType}Test`;

const testName = (credentialType: TestedType): TestName => `${credentialType}Test`;

/** By the names that the slots of Email Connect ask for. */
export const credentialTests = Object.fromEntries(
  tested.map(({ provider, authentication, credentialType }) => [
    testName(credentialType),
    logsIn(provider, authentication),
  ]),
) as Record<TestName, CredentialTest>;

/** Names the test of a credential, where it has one. */
export function testedBy(credentialType: CredentialType): { testedBy?: TestName } {
  const cell = tested.find((one) => one.credentialType === credentialType);
  return cell ? { testedBy: testName(cell.credentialType) } : {};
}
