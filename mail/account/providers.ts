import { invalidInput } from '../errors';
import type { AuthMethod, Authentication, Cloud, Protocol, ProviderRow } from './provider-row';
import { PROVIDERS } from './provider-table';

export { PROVIDERS } from './provider-table';
export { AUTHENTICATIONS, PROTOCOLS } from './provider-row';
export type {
  AppPassword,
  AuthMethod,
  Authentication,
  Cloud,
  Endpoint,
  Endpoints,
  MailServerProtocol,
  Protocol,
  ProviderRow,
} from './provider-row';

export type ProviderId = (typeof PROVIDERS)[number]['id'];

/** The credential types of the cells with one of these authentications. */
export type CredentialTypeOf<Mode extends Authentication> = {
  [Row in (typeof PROVIDERS)[number] as Row['id']]: {
    [Each in keyof Row['authentications'] & Mode]: Row['authentications'][Each] extends {
      credentialType: infer Type;
    }
      ? Type
      : never;
  }[keyof Row['authentications'] & Mode];
}[ProviderId];
export type CredentialType = CredentialTypeOf<Authentication>;

/** The providers that have this authentication. */
export type ProviderWith<Mode extends Authentication> = Extract<
  (typeof PROVIDERS)[number],
  { authentications: Record<Mode, unknown> }
>['id'];

/** One cell of the matrix. */
export interface Connection {
  provider: ProviderId;
  protocol: Protocol;
  authentication: Authentication;
  credentialType: CredentialType;
}

/** The row of a provider, with every property that a row can have. */
export const providerRow = (id: string): ((typeof PROVIDERS)[number] & ProviderRow) | undefined =>
  PROVIDERS.find((row) => row.id === id);

/** The cells of a row, in the order in which they are offered. */
export const authenticationsOf = (row: ProviderRow): Array<[Authentication, AuthMethod]> =>
  Object.entries(row.authentications) as Array<[Authentication, AuthMethod]>;

/** All cells of the matrix, whatever their protocol. */
export const CELLS: ReadonlyArray<Omit<Connection, 'protocol'> & { row: ProviderRow; method: AuthMethod }> =
  PROVIDERS.flatMap((row) =>
    authenticationsOf(row).map(([authentication, method]) => ({
      provider: row.id,
      authentication,
      credentialType: method.credentialType as CredentialType,
      row,
      method,
    })),
  );

/** The cell of a provider's authentication, if it has one. */
export const methodOf = (provider: string, authentication: Authentication): AuthMethod | undefined =>
  (providerRow(provider) as ProviderRow | undefined)?.authentications[authentication];

/** Where a provider's servers are, by the cloud that a credential names; none where the credential says it itself. */
export const cloudsOf = ({ name, endpoints, clouds }: ProviderRow): Readonly<Record<string, Cloud>> =>
  clouds ?? (endpoints ? { global: { name, endpoints } } : {});

const list = (values: readonly string[]): string => values.join(', ');

/**
 * The cell for what a node's parameters say. They can be expressions, so anything can stand in them.
 *
 * @throws {MailError} INVALID_INPUT, naming what the provider does offer
 */
export function findConnection(provider: string, protocol: string, authentication: string): Connection {
  const row = providerRow(provider);
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
  const cells = authenticationsOf(row);
  const [mode, cell] = cells.find(([id]) => id === authentication) ?? [];
  if (!mode || !cell) {
    const reason = new Map(Object.entries(row.refused ?? {})).get(authentication);
    throw invalidInput(
      'Authentication',
      `${row.name} does not offer "${authentication}"`,
      `${reason ? `${reason} ` : ''}${row.name} offers: ${list(cells.map(([id]) => id))}.`,
    );
  }
  return {
    provider: row.id,
    protocol: offeredProtocol,
    authentication: mode,
    credentialType: cell.credentialType as CredentialType,
  };
}
