import { isMailError } from '../errors';
import { withDeadline } from '../async/deadline';
import { withAbort } from '../async/with-abort';
import { refreshTime, type Token, type TokenSource } from './token-source';

/** Longer than any working identity provider needs. Milliseconds. */
const FETCH_TIMEOUT = 30_000;

interface Entry {
  token: Token;
  refreshAt: number;
}

/**
 * The access tokens of this process: one per account, shared by all sessions and runs. Callers that ask during a
 * request share its result. Tokens are never stored.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();
  readonly #requests = new Map<string, Promise<string>>();

  /**
   * @param refused a token that the server refused, so it is not returned again
   * @param signal cancels this caller's wait, but not the request, which others may share
   */
  async get(source: TokenSource, refused?: string, signal?: AbortSignal): Promise<string> {
    const entry = this.#entries.get(source.fingerprint);
    if (entry && Date.now() < entry.refreshAt && entry.token.accessToken !== refused) {
      return entry.token.accessToken;
    }
    let request = this.#requests.get(source.fingerprint);
    if (!request) {
      request = this.request(source).finally(() => this.#requests.delete(source.fingerprint));
      this.#requests.set(source.fingerprint, request);
    }
    try {
      return await withAbort(request, signal);
    } catch (error) {
      // Tokens are replaced before they expire, so the old one may still work for some minutes.
      const usable = entry && Date.now() < entry.token.expiresAt && entry.token.accessToken !== refused;
      if (usable && isMailError(error, 'TOKEN_UNAVAILABLE')) return entry.token.accessToken;
      throw error;
    }
  }

  private async request(source: TokenSource): Promise<string> {
    const askedAt = Date.now();
    const token = await withDeadline(
      { timeout: FETCH_TIMEOUT },
      async (signal) => await source.fetch(signal),
    );
    this.forgetExpired();
    this.#entries.set(source.fingerprint, {
      token,
      refreshAt: refreshTime(token.expiresAt, token.expiresAt - askedAt),
    });
    return token.accessToken;
  }

  private forgetExpired(): void {
    for (const [key, { token }] of this.#entries) {
      if (token.expiresAt <= Date.now()) this.#entries.delete(key);
    }
  }
}

const SYMBOL = Symbol.for('n8n-nodes-email-session/tokens@1');

/** Shared by all copies of this module in the process, like the sessions. */
export const tokenCache = ((globalThis as { [SYMBOL]?: TokenCache })[SYMBOL] ??= new TokenCache());
