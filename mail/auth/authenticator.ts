/** The data for a login: a password, or an OAuth 2.0 access token. */
export type Login = { user: string; pass: string } | { user: string; accessToken: string };

export interface LoginRequest {
  /** Cancels the wait for a token. */
  signal?: AbortSignal;
  /** An access token that the server refused. It will not be returned again. */
  refused?: string;
}

/** Provides a session's login. Called for every connection, so that a token can be refreshed in between. */
export interface Authenticator {
  /** The account's name; shown in the session's handle, so never a secret. */
  readonly account: string;
  /** Changes when the account or its secret does. For comparison only, never shown. */
  readonly fingerprint: string;
  /** @throws {MailError} RECONNECT_NEEDED, TOKEN_REFUSED, TOKEN_UNAVAILABLE if there is no token */
  login(request?: LoginRequest): Promise<Login>;
  /** Call when its session closes: gives back what it borrowed from the run. After that, `login` rejects. */
  release?(): void;
}
