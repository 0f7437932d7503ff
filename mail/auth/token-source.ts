/** An OAuth 2.0 access token (RFC 6749 section 1.4). */
export interface Token {
  accessToken: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Asks an identity provider for tokens of one account. */
export interface TokenSource {
  /** Changes whenever the account or its secret does. Compared, never shown. */
  readonly fingerprint: string;
  /**
   * One token request.
   *
   * @throws {MailError} RECONNECT_NEEDED, TOKEN_REFUSED, TOKEN_UNAVAILABLE
   */
  fetch(signal: AbortSignal): Promise<Token>;
}

/** Refreshed this long before its end, so that none expires between the look at the clock and the login. */
const MARGIN = 5 * 60 * 1000;
/** Of a short life, only this part is kept back. */
const MARGIN_PART = 0.1;

/**
 * When a token should be replaced by a new one.
 *
 * @param expiresAt milliseconds since the epoch
 * @param life milliseconds from its making to its end
 */
export const refreshTime = (expiresAt: number, life: number): number =>
  expiresAt - Math.min(MARGIN, life * MARGIN_PART);
