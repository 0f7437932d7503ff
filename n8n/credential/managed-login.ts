import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { isLate, withDeadline } from '../../mail/async/deadline';
import { withAbort } from '../../mail/async/with-abort';
import type { Authentication } from '../../mail/account/providers';
import type { Authenticator, Login, LoginRequest } from '../../mail/auth/authenticator';
import { assertMailbox } from '../../mail/auth/mailbox';
import { subjectOf } from '../../mail/auth/id-token';
import { describeOAuthError } from '../../mail/auth/oauth-errors';
import { refreshTime } from '../../mail/auth/token-source';
import { MailError, isMailError } from '../../mail/errors';
import { fingerprint } from '../../mail/fingerprint';
import { KeyedMutex } from '../../mail/async/keyed-mutex';
import { textOf } from '../expression-values';

const MANAGED = ['oAuth2', 'pkce'] as const satisfies readonly Authentication[];

/** The ways to sign in for which n8n keeps the token. */
export type Managed = (typeof MANAGED)[number];

export const isManaged = (authentication: Authentication): authentication is Managed =>
  MANAGED.some((one) => one === authentication);

/** n8n limits the time of its own token request. This also covers its wait for the lock. */
const REFRESH_TIMEOUT = 45_000;

/** Shared by all credentials of this process. */
const refreshes = new KeyedMutex(REFRESH_TIMEOUT);

/** The answer of a token endpoint, as n8n keeps it (RFC 6749 section 5.1). */
interface TokenData {
  access_token?: string;
  expires_in?: number | string;
  /** Milliseconds since the epoch; added by n8n. */
  n8n_expires_at?: number | string;
  /** OpenID Connect Core section 3.1.3.3. */
  id_token?: unknown;
}
type ConnectedToken = TokenData & { access_token: string };

/** The parts of a node's context that its credential needs, for nodes that execute and for triggers. */
export type CredentialContext = Pick<IExecuteFunctions, 'getCredentials' | 'getNode'> & {
  helpers: Pick<IExecuteFunctions['helpers'], 'refreshOAuth2Token'>;
};

/**
 * Logs in to a mailbox with the token that n8n keeps in its credential. n8n refreshes the token, stores the answer
 * (with a rotated refresh token too), and sends a single request when many ask at once.
 *
 * It borrows the node's context and gives it back by `release`: whoever holds a context holds all data of its run.
 */
export class ManagedLogin implements Authenticator {
  /** Identifies the credential, not the token, which changes with every refresh. */
  readonly fingerprint: string;
  private readonly credentialName: string;
  // A #private field, because a context gives access to everything in its run.
  #context?: CredentialContext;

  /**
   * @param owner who had connected the account when the credential was read, as `subjectOf` tells it
   * @throws {MailError} INVALID_INPUT for an account without a name, or with control characters in the name
   */
  constructor(
    readonly account: string,
    context: CredentialContext,
    private readonly credentialType: string,
    private readonly itemIndex?: number,
    private readonly owner?: string,
  ) {
    assertMailbox(account);
    const { id, name } = context.getNode().credentials?.[credentialType] ?? {};
    this.fingerprint = fingerprint(account, credentialType, id ?? name, owner);
    this.credentialName = credentialName(context, credentialType);
    this.#context = context;
  }

  release(): void {
    this.#context = undefined;
  }

  async login({ signal, refused }: LoginRequest = {}): Promise<Login> {
    const accessToken = await withDeadline(
      { timeout: REFRESH_TIMEOUT, signals: [signal] },
      async (stop) =>
        await withAbort(this.token(refused), stop).catch((error: unknown) => {
          throw isLate(stop) && !signal?.aborted ? this.tooLate() : error;
        }),
    );
    return { user: this.account, accessToken };
  }

  private async token(refused: string | undefined): Promise<string> {
    const kept = await this.kept();
    if (kept.access_token !== refused && !isOld(kept)) return kept.access_token;
    // n8n always refreshes the stored token, even if another session got it a moment ago.
    return await refreshes.run(this.fingerprint, async () => await this.replacement(refused));
  }

  private async kept(): Promise<ConnectedToken> {
    const stored = tokenData(await this.context.getCredentials(this.credentialType, this.itemIndex));
    const token = this.connected(stored);
    this.assertSameOwner(token);
    return token;
  }

  /**
   * Graph and EWS open the mailbox of whoever the token is for, whatever its name. The error makes a session log in again,
   * so that a trigger reads the credential anew.
   */
  private assertSameOwner({ id_token: idToken }: TokenData): void {
    const now = subjectOf(textOf(idToken));
    if (this.owner === undefined || now === undefined || now === this.owner) return;
    throw new MailError(
      'CONNECTION_LOST',
      `The credential "${this.credentialName}" was connected anew while its session was open, perhaps to another account`,
      'Run the workflow again. It then uses the account that is connected now.',
    );
  }

  private async replacement(refused: string | undefined): Promise<string> {
    const kept = await this.kept();
    const mayServe = kept.access_token !== refused;
    if (mayServe && !isOld(kept)) return kept.access_token;
    const refreshed = await this.refresh().catch(async (error: unknown) => {
      if (isMailError(error, 'RECONNECT_NEEDED')) return await this.renewedElsewhere(kept, error);
      // A token is replaced before it expires, so the old one may work for some more minutes.
      if (!mayServe || !isMailError(error, 'TOKEN_UNAVAILABLE')) throw error;
      if (Date.now() >= Number(kept.n8n_expires_at)) throw error;
      return kept;
    });
    return this.connected(refreshed).access_token;
  }

  /**
   * A refresh token often works only once. If another process of n8n uses it at the same moment, its request succeeds
   * and this one is refused, although the account is still connected.
   *
   * @throws the error, if there is no other token
   */
  private async renewedElsewhere(before: ConnectedToken, error: MailError): Promise<ConnectedToken> {
    const now = await this.kept();
    if (now.access_token === before.access_token || isOld(now)) throw error;
    return now;
  }

  private connected(token: TokenData | undefined): ConnectedToken {
    if (!token?.access_token) throw notConnected(this.credentialName);
    return token as ConnectedToken;
  }

  private async refresh(): Promise<TokenData> {
    const context = this.context as IExecuteFunctions;
    // The types know only a newer n8n.
    if ((typeof context.helpers.refreshOAuth2Token as unknown) !== 'function') throw this.tooOld();
    try {
      return (await context.helpers.refreshOAuth2Token.call(context, this.credentialType)) as TokenData;
    } catch (error) {
      throw toMailError(error, this.credentialName);
    }
  }

  private tooOld(): MailError {
    return new MailError(
      'TOKEN_UNAVAILABLE',
      `This version of n8n does not refresh the token of the credential "${this.credentialName}" for a node`,
      'Update n8n to version 1.123 or later, or use another kind of authentication.',
    );
  }

  private tooLate(): MailError {
    return new MailError(
      'TOKEN_UNAVAILABLE',
      `The token of the credential "${this.credentialName}" was not refreshed in time`,
      'Check the network between n8n and the identity provider, and try again.',
    );
  }

  private get context(): CredentialContext {
    if (this.#context) return this.#context;
    throw new MailError(
      'SESSION_CLOSED',
      `The email session of the credential "${this.credentialName}" was closed`,
      'Open it again with Email Connect.',
    );
  }
}

/** The name that the user gave the credential. */
export const credentialName = (context: Pick<CredentialContext, 'getNode'>, credentialType: string): string =>
  context.getNode().credentials?.[credentialType]?.name ?? credentialType;

const tokenData = (credential: ICredentialDataDecryptedObject): TokenData | undefined =>
  credential.oauthTokenData as TokenData | undefined;

function isOld({ expires_in: life, n8n_expires_at: expiresAt }: TokenData): boolean {
  // An older n8n did not store the expiry time, and a provider may give no lifetime: then n8n keeps the expiry time of the
  // token before, and each login would ask for another token. The server will refuse the token when it has expired.
  if (!Number(expiresAt) || !(Number(life) > 0)) return false;
  return Date.now() >= refreshTime(Number(expiresAt), Number(life) * 1000);
}

export const notConnected = (name: string): MailError =>
  new MailError(
    'RECONNECT_NEEDED',
    `The credential "${name}" is not connected to an account`,
    `Open the credential "${name}" and connect the account there.`,
  );

/** Converts n8n's errors: a missing grant is known by its text (2.30 and later), the rest comes from its OAuth client. */
function toMailError(thrown: unknown, name: string): MailError {
  const error = thrown as Error & { body?: { error?: string; error_description?: string }; status?: number };
  if (/needs? to be reconnected|reconnect the credential/i.test(error.message)) {
    return describeOAuthError({ error: 'invalid_grant' }, name);
  }
  return describeOAuthError(
    {
      error: error.body?.error,
      error_description: error.body?.error_description ?? (error.body ? undefined : error.message),
      status: error.status,
    },
    name,
  );
}
