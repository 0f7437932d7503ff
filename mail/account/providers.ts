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

/** The credential types of all cells with one of these authentications. */
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

/** The providers that offer this authentication. */
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

/** A provider's row, with every property that a row can have. */
export const providerRow = (id: string): ((typeof PROVIDERS)[number] & ProviderRow) | undefined =>
  PROVIDERS.find((row) => row.id === id);

/** The cells of a row, in display order. */
export const authenticationsOf = (row: ProviderRow): Array<[Authentication, AuthMethod]> =>
  Object.entries(row.authentications) as Array<[Authentication, AuthMethod]>;

/** The cell that an account begins with: one that most people can use at once, and never a retired one. */
export function defaultOf(row: ProviderRow): [Authentication, AuthMethod] {
  const cells = authenticationsOf(row).filter(([, { retired }]) => !retired);
  return cells.find(([, { easiest }]) => easiest) ?? cells[0]!;
}

/** All cells of the matrix, for all protocols. */
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

/** The cell for a provider's authentication, if it exists. */
export const methodOf = (provider: string, authentication: Authentication): AuthMethod | undefined =>
  (providerRow(provider) as ProviderRow | undefined)?.authentications[authentication];

/** A provider's servers, by the cloud that a credential names; empty if the credential contains the server. */
export const cloudsOf = ({ name, endpoints, clouds }: ProviderRow): Readonly<Record<string, Cloud>> =>
  clouds ?? (endpoints ? { global: { name, endpoints } } : {});

/**
 * The value of the editor's choice for a cell. That of a retired one is its own: when the provider is changed, the editor
 * keeps a value that the new provider has too, and would so choose what nobody should.
 */
export const choiceOf = (authentication: Authentication, { retired }: AuthMethod): string =>
  retired ? `${authentication}Retired` : authentication;

const list = (values: readonly string[]): string => values.join(', ');

/**
 * The cell for a node's parameters. Parameters can be expressions, so they may have any value.
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
  const [mode, cell] =
    cells.find(([id, method]) => [id, choiceOf(id, method)].includes(authentication)) ?? [];
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
