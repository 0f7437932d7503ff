import { invalidInput } from './errors';

/**
 * The connection matrix: which provider speaks which protocol with which authentication, and the credential
 * type that holds what is needed. The editor's choices, the checks at run time and the docs derive from it.
 */
export const PROVIDERS = [
  {
    id: 'other',
    name: 'Other Server',
    protocols: ['imap'],
    authentications: { basic: { credentialType: 'emailServerBasicApi' } },
  },
] as const satisfies readonly ProviderRow[];

export const PROTOCOLS = { imap: { name: 'IMAP' } } as const;

export const AUTHENTICATIONS = { basic: { name: 'Basic (User and Password)' } } as const;

export type Protocol = keyof typeof PROTOCOLS;
export type Authentication = keyof typeof AUTHENTICATIONS;
export type ProviderId = (typeof PROVIDERS)[number]['id'];

interface ProviderRow {
  readonly id: string;
  readonly name: string;
  readonly protocols: readonly Protocol[];
  readonly authentications: Readonly<Partial<Record<Authentication, { readonly credentialType: string }>>>;
}

/** One cell of the matrix. */
export interface Offer {
  provider: ProviderId;
  protocol: Protocol;
  authentication: Authentication;
  credentialType: string;
}

const list = (values: readonly string[]): string => values.join(', ');

/**
 * The cell for what a node's parameters say. They can be expressions, so anything can stand in them.
 *
 * @throws {MailError} INVALID_INPUT, naming what the provider does offer
 */
export function findOffer(provider: string, protocol: string, authentication: string): Offer {
  const row = PROVIDERS.find(({ id }) => id === provider);
  if (!row) {
    throw invalidInput(
      'Provider',
      `"${provider}" is not known`,
      `Use one of: ${list(PROVIDERS.map(({ id }) => id))}.`,
    );
  }
  const offeredProtocol = row.protocols.find((id) => id === protocol);
  if (!offeredProtocol) {
    throw invalidInput(
      'Protocol',
      `${row.name} does not offer "${protocol}"`,
      `Use one of: ${list(row.protocols)}.`,
    );
  }
  const modes = Object.keys(row.authentications) as Array<keyof typeof row.authentications>;
  const mode = modes.find((id) => id === authentication);
  if (!mode) {
    throw invalidInput(
      'Authentication',
      `${row.name} does not offer "${authentication}"`,
      `Use one of: ${list(modes)}.`,
    );
  }
  return {
    provider: row.id,
    protocol: offeredProtocol,
    authentication: mode,
    credentialType: row.authentications[mode].credentialType,
  };
}
