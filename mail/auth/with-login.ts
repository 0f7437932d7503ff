import { isMailError } from '../errors';
import type { Authenticator, Login } from './authenticator';

/**
 * Runs a login. A server may refuse a token before it expires, so a refused token is replaced once. A refused password
 * is not tried again.
 *
 * @param refused a token that the server refused before
 */
export async function withLogin<T>(
  authenticator: Authenticator,
  signal: AbortSignal | undefined,
  attempt: (login: Login) => Promise<T>,
  refused?: string,
): Promise<T> {
  const first = await authenticator.login({ signal, refused });
  try {
    return await attempt(first);
  } catch (error) {
    if (!('accessToken' in first) || !isMailError(error, 'AUTHENTICATION_FAILED')) throw error;
    const second = await authenticator.login({ signal, refused: first.accessToken });
    if (!('accessToken' in second) || second.accessToken === first.accessToken) throw error;
    return await attempt(second);
  }
}
