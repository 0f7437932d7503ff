import { openClient } from '../../../mail/session/open-client';
import {
  CELLS,
  providerRow,
  type Authentication,
  type CredentialType,
  type CredentialTypeOf,
  type Protocol,
  type ProviderId,
} from '../../../mail/account/providers';
import { sessionSettings } from '../../../n8n/credential/build-settings';
import { readOptions } from '../../../n8n/credential/connect-options';
import type { TypedCredential } from '../../../n8n/credential/typed-credential';
import { isManaged, type Managed } from '../../../n8n/credential/managed-login';
import { readCredential } from '../../../n8n/credential/read-credential';
import { verdictOf, type CredentialTest } from './verdict';

/** Shorter than at run time, because the user waits in front of the dialog. */
const OPTIONS = readOptions({ connectTimeout: 15, commandTimeout: 15, idleTimeout: 15 });

/**
 * Logs in with the values of the credential dialog, over each protocol that it may be for. Not for credentials whose
 * token n8n keeps: n8n tests those itself.
 */
const logsIn = (provider: ProviderId, authentication: Authentication): CredentialTest =>
  verdictOf(async ({ name, data = {} }) => {
    const credential = readCredential({ provider, authentication }, { name, data });
    const protocols = protocolsOf(provider, credential);
    const attempts = await Promise.allSettled(
      protocols.map(async (protocol) => {
        const settings = sessionSettings({ provider, protocol, authentication }, credential, OPTIONS);
        await (await openClient(settings)).close();
      }),
    );
    return protocols.map((protocol, index) => {
      const attempt = attempts[index]!;
      return { protocol, error: attempt.status === 'rejected' ? (attempt.reason as Error) : undefined };
    });
  });

/** The protocols that the credential may be used for. */
function protocolsOf(provider: ProviderId, { hosting }: TypedCredential): Protocol[] {
  const offered = providerRow(provider)!.protocols;
  // POP3 opens the same mailbox as IMAP, and is often switched off.
  if (hosting.at !== 'custom') return offered.filter((one) => one !== 'pop3');
  const { servers, ewsUrl, graphUrl } = hosting;
  const named = { imap: servers.imap.host, pop3: servers.pop3.host, ews: ewsUrl, graph: graphUrl };
  const [first = 'imap', ...rest] = offered.filter((one) => named[one].trim() !== '');
  return provider === 'outlook' ? [first, ...rest.filter((one) => one !== 'pop3')] : [first];
}

type TestedType = CredentialTypeOf<Exclude<Authentication, Managed>>;
type TestName = `${TestedType}Test`;

/** n8n itself tests the credentials whose token it keeps. */
const tested = CELLS.filter(
  (cell): cell is (typeof CELLS)[number] & { credentialType: TestedType } => !isManaged(cell.authentication),
);

const testName = (credentialType: TestedType): TestName => `${credentialType}Test`;

/** By the names that the slots of Email Connect refer to. */
export const credentialTests = Object.fromEntries(
  tested.map(({ provider, authentication, credentialType }) => [
    testName(credentialType),
    logsIn(provider, authentication),
  ]),
) as Record<TestName, CredentialTest>;

/** The name of a credential's test, if it has one. */
export function testedBy(credentialType: CredentialType): { testedBy?: TestName } {
  const cell = tested.find((one) => one.credentialType === credentialType);
  return cell ? { testedBy: testName(cell.credentialType) } : {};
}
