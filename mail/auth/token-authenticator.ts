import { fingerprint } from '../fingerprint';
import type { Authenticator, Login, LoginRequest } from './authenticator';
import { assertMailbox } from './mailbox';
import { tokenCache } from './token-cache';
import type { TokenSource } from './token-source';

/** Login with access tokens that this process requests itself. */
export class TokenAuthenticator implements Authenticator {
  readonly #source: TokenSource;

  /** @throws {MailError} INVALID_INPUT for a mailbox name that is empty or has control characters */
  constructor(
    readonly account: string,
    source: TokenSource,
  ) {
    assertMailbox(account);
    this.#source = source;
  }

  get fingerprint(): string {
    return fingerprint(this.account, this.#source.fingerprint);
  }

  async login({ refused, signal }: LoginRequest = {}): Promise<Login> {
    return { user: this.account, accessToken: await tokenCache.get(this.#source, refused, signal) };
  }
}
