import { ewsUrlOf } from '../ews/opening';
import { hostAndPort, httpsServer } from '../net/host-and-port';
import type { Session } from './session';
import type { SessionUsage } from './usage';

/** Describes a session, as in the output item of Email Connect. */
export interface SessionHandle {
  name: string;
  provider: string;
  protocol: string;
  authentication: string;
  /** The account's name, never a secret. */
  account: string;
  /** Host and port. */
  server: string;
}

/** Shows which account a run used, but nothing that gives access to it. */
export function sessionHandle({ name, settings }: Session): SessionHandle {
  const { provider, protocol, authentication, server, authenticator } = settings;
  const url = protocol === 'ews' ? ewsUrlOf(settings.ews) : undefined;
  return {
    name,
    provider,
    protocol,
    authentication,
    account: authenticator.account,
    // For Exchange, the server that was found, instead of the domain that was searched.
    server: hostAndPort(url ? httpsServer(url) : server),
  };
}

/** The same of a session that was closed, and what it has cost. */
export const closedHandle = (session: Session): SessionHandle & SessionUsage => ({
  ...sessionHandle(session),
  ...session.usage,
});
