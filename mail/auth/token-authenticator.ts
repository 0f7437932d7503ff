import { invalidInput } from '../errors';
import { fingerprint } from '../fingerprint';
import { assertSingleLine } from '../text';
import type { Authenticator, Login, LoginRequest } from './authenticator';
import { tokenCache } from './token-cache';
import type { TokenSource } from './token-source';

/** A mailbox opened with access tokens that this process asks for itself. */
export class TokenAuthenticator implements Authenticator {
  readonly #source: TokenSource;

  /** @throws {MailError} INVALID_INPUT for an empty or multi-line mailbox */
  constructor(
    readonly account: string,
    source: TokenSource,
  ) {
    if (!account)
      throw invalidInput(
        'Email Address',
        'it is empty',
        'Enter the address of the mailbox in the credential.',
      );
    assertSingleLine('Email Address', account);
    this.#source = source;
  }

  get fingerprint(): string {
    return fingerprint(this.account, this.#source.fingerprint);
  }

  async login({ refused, signal }: LoginRequest = {}): Promise<Login> {
    return { user: this.account, accessToken: await tokenCache.get(this.#source, refused, signal) };
  }
}
