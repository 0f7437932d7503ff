import { EwsClient } from '../ews/client';
import { assertEws } from '../account/ews-settings';
import { GraphClient } from '../graph/client';
import { assertGraph } from '../account/graph-settings';
import { RememberedLogins, guardedClient } from './guarded-client';
import { ImapClient } from '../imap/client';
import { Pop3Client } from '../pop3/client';
import type { Protocol } from '../account/providers';
import type { OpenClient } from './session';
import { SmtpSubmission } from '../smtp/smtp-submission';

const OPEN: Record<Protocol, OpenClient> = {
  ews: async (settings, signal) => await EwsClient.open(assertEws(settings), signal),
  graph: async (settings, signal) => await GraphClient.open(assertGraph(settings), signal),
  imap: async (settings, signal) => await ImapClient.open(settings, new SmtpSubmission(settings), signal),
  pop3: async (settings, signal) => await Pop3Client.open(settings, new SmtpSubmission(settings), signal),
};

/** Connects and logs in with the protocol that the settings name. No error of the client holds a secret of the login. */
export const openClient: OpenClient = async (settings, signal) => {
  const logins = new RememberedLogins(settings.authenticator, settings.server);
  const client = await OPEN[settings.protocol]({ ...settings, authenticator: logins }, signal);
  return guardedClient(client, logins);
};
