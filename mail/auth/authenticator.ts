/** What is sent to a server at login: a password, or an OAuth 2.0 access token. */
export type Login = { user: string; pass: string } | { user: string; accessToken: string };

export interface LoginRequest {
  /** Gives up the wait for a token. */
  signal?: AbortSignal;
  /** An access token that the server has refused: it is not given again. */
  refused?: string;
}

/**
 * Where a session's login comes from. Asked anew for every connection, so that a token can be refreshed
 * between two of them.
 */
export interface Authenticator {
  /** The account's name; shown in the session's handle, so never a secret. */
  readonly account: string;
  /** Changes whenever the account or its secret does. Compared, never shown. */
  readonly fingerprint: string;
  /** @throws {MailError} RECONNECT_NEEDED, TOKEN_REFUSED, TOKEN_UNAVAILABLE where a token can't be had */
  login(request?: LoginRequest): Promise<Login>;
}
