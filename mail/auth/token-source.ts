/** An OAuth 2.0 access token (RFC 6749 section 1.4). */
export interface Token {
  accessToken: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Requests tokens for one account from an identity provider. */
export interface TokenSource {
  /** Changes when the account or its secret does. For comparison only, never shown. */
  readonly fingerprint: string;
  /**
   * One token request.
   *
   * @throws {MailError} RECONNECT_NEEDED, TOKEN_REFUSED, TOKEN_UNAVAILABLE
   */
  fetch(signal: AbortSignal): Promise<Token>;
}

/** Refreshed this long before it expires, so that it cannot expire between the check and the login. Milliseconds. */
const MARGIN = 5 * 60 * 1000;
/** For a short-lived token, the margin is this part of its lifetime. */
const MARGIN_PART = 0.1;

/**
 * When to replace a token with a new one.
 *
 * @param expiresAt milliseconds since the epoch
 * @param life the token's lifetime in milliseconds
 */
export const refreshTime = (expiresAt: number, life: number): number =>
  expiresAt - Math.min(MARGIN, life * MARGIN_PART);
