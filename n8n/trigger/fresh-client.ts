import { mailboxOf, type SessionSettings } from '../../mail/account/session-settings';
import { hostAndPort } from '../../mail/net/host-and-port';
import { openClient } from '../../mail/session/open-client';
import type { OpenClient } from '../../mail/session/session';

/** The credential now opens another account, so that the old session is of no use. */
export class AccountChanged extends Error {
  constructor() {
    super('the credential opens another account now');
  }
}

/** Names the mailbox that the settings open, without a secret. */
export const accountOf = (settings: SessionSettings): string =>
  `${settings.protocol} ${hostAndPort(settings.server)} ${settings.authenticator.account} ${mailboxOf(settings)}`;

/**
 * Opens the connections of a session that lasts for weeks: at each login with the credential as it is then.
 *
 * @param read reads the credential again
 * @param opened is called after each login
 */
export function freshClient(read: () => Promise<SessionSettings>, opened: () => void = () => {}): OpenClient {
  let isFirst = true;
  return async (first, signal) => {
    const settings = isFirst ? first : await read();
    isFirst = false;
    if (accountOf(settings) !== accountOf(first)) throw new AccountChanged();
    const client = await openClient(settings, signal);
    opened();
    return client;
  };
}
