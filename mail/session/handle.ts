import { ewsUrlOf } from '../ews/opening';
import { hostAndPort, httpsServer } from '../net/host-and-port';
import type { Session } from './session';

/** A session's name tag, as Email Connect's item shows it. */
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

/** Enough to see which account a run used, and nothing that opens it. */
export function sessionHandle({ name, settings }: Session): SessionHandle {
  const { provider, protocol, authentication, server, authenticator } = settings;
  const url = protocol === 'ews' ? ewsUrlOf(settings.ews) : undefined;
  return {
    name,
    provider,
    protocol,
    authentication,
    account: authenticator.account,
    // Where Exchange was found, in place of the domain that it was looked for in.
    server: hostAndPort(url ? httpsServer(url) : server),
  };
}
