import type { SessionSettings } from '../account/session-settings';
import { EwsClient } from '../ews/client';
import { GraphClient } from '../graph/client';
import { ImapClient } from '../imap/client';
import type { MailClient } from '../model/client';
import { Pop3Client } from '../pop3/client';
import { SmtpSubmission } from '../smtp/smtp-submission';
import { RememberedLogins, guardedClient } from './guarded-client';

/** Connects and logs in with the protocol that the settings name. No error of the client shows a secret of the login. */
export async function openClient(settings: SessionSettings, signal?: AbortSignal): Promise<MailClient> {
  const logins = new RememberedLogins(settings.authenticator, settings.server);
  return guardedClient(await open({ ...settings, authenticator: logins }, signal), logins);
}

async function open(settings: SessionSettings, signal?: AbortSignal): Promise<MailClient> {
  switch (settings.protocol) {
    case 'imap':
      return await ImapClient.open(settings, new SmtpSubmission(settings), signal);
    case 'pop3':
      return await Pop3Client.open(settings, new SmtpSubmission(settings), signal);
    case 'ews':
      return await EwsClient.open(settings, signal);
    case 'graph':
      return await GraphClient.open(settings, signal);
  }
}
