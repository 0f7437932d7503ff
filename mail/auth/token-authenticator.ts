import { fingerprint } from '../fingerprint';
import type { Authenticator, Login, LoginRequest } from './authenticator';
import { assertMailbox } from './mailbox';
import { tokenCache } from './token-cache';
import type { TokenSource } from './token-source';

/** A mailbox opened with access tokens that this process asks for itself. */
export class TokenAuthenticator implements Authenticator {
  readonly #source: TokenSource;

  /** @throws {MailError} INVALID_INPUT for a mailbox without a name, or with control characters in it */
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
