/**
 * The server refused a token by a challenge (RFC 7628 section 3.2.2), and then closed the connection or fell silent instead
 * of refusing the login.
 */
export class TokenRefused extends Error {
  constructor(
    readonly tokenReason: string,
    cause: unknown,
  ) {
    super('the login was not completed', { cause });
  }
}

/** Adds the reason for a refused token to the error of a login. */
export const withTokenReason = (error: unknown, tokenReason: string): Error =>
  Object.assign(error as Error, { tokenReason });

/** The reason for a refused token, as the server's challenge gives it; empty for any other error. */
export const tokenReasonOf = (error: unknown): string =>
  (error as { tokenReason?: string }).tokenReason ?? '';
