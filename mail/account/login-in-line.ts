import { serverLines } from '../async/server-lines';
import { hostAndPort } from '../net/host-and-port';
import type { ServerSettings } from '../net/server-settings';
import type { SessionSettings } from './session-settings';

type Account = Pick<SessionSettings, 'authenticator' | 'timeouts'>;

/** Whose connections a server counts. */
export const accountAt = (
  server: ServerSettings,
  { authenticator }: Pick<Account, 'authenticator'>,
): string => `${hostAndPort(server)}/${authenticator.account}`;

/**
 * Logs in during the work of a session: again, or to its second server. If the server is full, it waits in line with the
 * sessions of this process.
 *
 * @throws {MailError} CONNECTION_LIMIT, or what `login` throws
 */
export const loginInLine = async <T>(
  server: ServerSettings,
  account: Account,
  login: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> =>
  await serverLines.enter(accountAt(server, account), login, { timeout: account.timeouts.connect, signal });
