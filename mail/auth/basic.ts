import { invalidInput } from '../errors';
import { fingerprint } from '../fingerprint';
import { assertSingleLine } from '../text';
import type { Authenticator, Login } from './authenticator';

/** User and password, for a server that supports SASL PLAIN or LOGIN. */
export class BasicAuthenticator implements Authenticator {
  // A private field, so that printing or serializing this object does not reveal the password.
  readonly #password: string;

  /** @throws {MailError} INVALID_INPUT for an empty or multi-line user or password */
  constructor(
    readonly account: string,
    password: string,
  ) {
    if (!account) throw invalidInput('User', 'it is empty', 'Enter the user name in the credential.');
    if (!password) throw invalidInput('Password', 'it is empty', 'Enter the password in the credential.');
    assertSingleLine('User', account);
    assertSingleLine('Password', password);
    this.#password = password;
  }

  get fingerprint(): string {
    return fingerprint(this.account, this.#password);
  }

  async login(): Promise<Login> {
    return { user: this.account, pass: this.#password };
  }
}
