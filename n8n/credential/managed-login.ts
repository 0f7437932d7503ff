import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { isLate, withDeadline } from '../../mail/async/deadline';
import { withAbort } from '../../mail/async/with-abort';
import type { Authentication } from '../../mail/account/providers';
import type { Authenticator, Login, LoginRequest } from '../../mail/auth/authenticator';
import { assertMailbox } from '../../mail/auth/mailbox';
import { describeOAuthError } from '../../mail/auth/oauth-errors';
import { refreshTime } from '../../mail/auth/token-source';
import { MailError, isMailError } from '../../mail/errors';
import { fingerprint } from '../../mail/fingerprint';
import { KeyedMutex } from '../../mail/async/keyed-mutex';

const MANAGED = ['oAuth2', 'pkce'] as const satisfies readonly Authentication[];

/** Those whose token n8n keeps. */
export type Managed = (typeof MANAGED)[number];

export const isManaged = (authentication: Authentication): authentication is Managed =>
  MANAGED.some((one) => one === authentication);

/** n8n bounds its own request for a token; this is for the lock it may wait for as well. */
const REFRESH_TIMEOUT = 45_000;

/** Of all credentials of this process. */
const refreshes = new KeyedMutex(REFRESH_TIMEOUT);

/** What n8n keeps of a token endpoint's answer (RFC 6749 section 5.1). */
interface TokenData {
  access_token?: string;
  expires_in?: number | string;
  /** Milliseconds since the epoch, of n8n's own. */
  n8n_expires_at?: number | string;
}
type ConnectedToken = TokenData & { access_token: string };

/** What a node's context has to give for its credential, be it one that executes or a trigger. */
export type CredentialContext = Pick<IExecuteFunctions, 'getCredentials' | 'getNode'> & {
  helpers: Pick<IExecuteFunctions['helpers'], 'refreshOAuth2Token'>;
};

/**
 * A mailbox opened with the token that n8n keeps in its credential. n8n refreshes it, stores what comes back
 * (a rotated refresh token too), and makes one request of many that ask at once.
 */
export class ManagedLogin implements Authenticator {
  // Private to the language: a context reaches everything of its run.
  readonly #context: CredentialContext;

  /** @throws {MailError} INVALID_INPUT for an account without a name, or with control characters in it */
  constructor(
    readonly account: string,
    context: CredentialContext,
    private readonly credentialType: string,
    private readonly itemIndex?: number,
  ) {
    assertMailbox(account);
    this.#context = context;
  }

  /** Of the credential, not of the token: that changes with every refresh. */
  get fingerprint(): string {
    const { id, name } = this.#context.getNode().credentials?.[this.credentialType] ?? {};
    return fingerprint(this.account, this.credentialType, id ?? name);
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
    // n8n refreshes whatever token it finds stored, also one that another session got a moment ago.
    return await refreshes.run(this.fingerprint, async () => await this.replacement(refused));
  }

  private async kept(): Promise<ConnectedToken> {
    return this.connected(tokenData(await this.#context.getCredentials(this.credentialType, this.itemIndex)));
  }

  private async replacement(refused: string | undefined): Promise<string> {
    const kept = await this.kept();
    const mayServe = kept.access_token !== refused;
    if (mayServe && !isOld(kept)) return kept.access_token;
    const refreshed = await this.refresh().catch((error: unknown) => {
      // It is replaced before its end, so it may do for some minutes more.
      if (!mayServe || !isMailError(error, 'TOKEN_UNAVAILABLE')) throw error;
      if (Date.now() >= Number(kept.n8n_expires_at)) throw error;
      return kept;
    });
    return this.connected(refreshed).access_token;
  }

  private connected(token: TokenData | undefined): ConnectedToken {
    if (!token?.access_token) throw notConnected(this.credentialName);
    return token as ConnectedToken;
  }

  private async refresh(): Promise<TokenData> {
    try {
      return (await this.#context.helpers.refreshOAuth2Token.call(
        this.#context as IExecuteFunctions,
        this.credentialType,
      )) as TokenData;
    } catch (error) {
      throw toMailError(error, this.credentialName);
    }
  }

  private tooLate(): MailError {
    return new MailError(
      'TOKEN_UNAVAILABLE',
      `The token of the credential "${this.credentialName}" was not refreshed in time`,
      'Check the network between n8n and the identity provider, and run the workflow again.',
    );
  }

  private get credentialName(): string {
    return credentialName(this.#context, this.credentialType);
  }
}

/** The name that the user gave the credential. */
export const credentialName = (context: Pick<CredentialContext, 'getNode'>, credentialType: string): string =>
  context.getNode().credentials?.[credentialType]?.name ?? credentialType;

const tokenData = (credential: ICredentialDataDecryptedObject): TokenData | undefined =>
  credential.oauthTokenData as TokenData | undefined;

function isOld({ expires_in: life, n8n_expires_at: expiresAt }: TokenData): boolean {
  // Kept by an n8n that did not note the end: the server will say.
  if (!Number(expiresAt)) return false;
  return Date.now() >= refreshTime(Number(expiresAt), Number(life) * 1000 || 0);
}

const notConnected = (name: string): MailError =>
  new MailError(
    'RECONNECT_NEEDED',
    `The credential "${name}" is not connected to an account`,
    `Open the credential "${name}" and connect the account there.`,
  );

/** n8n's own errors: a grant that is gone by its text (2.30 and later), anything else as its OAuth client threw it. */
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
