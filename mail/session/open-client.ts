import type { SessionSettings } from '../account/session-settings';
import type { MailClient } from '../model/client';
import { RememberedLogins, guardedClient } from './guarded-client';

/**
 * Connects and logs in with the protocol from the settings. The client's errors never contain secrets of the login.
 *
 * @throws {MailError} why the login failed
 */
export async function openClient(settings: SessionSettings, signal?: AbortSignal): Promise<MailClient> {
  const logins = new RememberedLogins(settings.authenticator, settings.server);
  return guardedClient(await open({ ...settings, authenticator: logins }, signal), logins);
}

/** A protocol is loaded on first use: n8n loads this package at startup, and most workflows need only one protocol. */
async function open(settings: SessionSettings, signal?: AbortSignal): Promise<MailClient> {
  switch (settings.protocol) {
    case 'imap': {
      const [{ ImapClient }, { SmtpSubmission }] = await Promise.all([
        import('../imap/client.js'),
        import('../smtp/smtp-submission.js'),
      ]);
      return await ImapClient.open(settings, new SmtpSubmission(settings), signal);
    }
    case 'pop3': {
      const [{ Pop3Client }, { SmtpSubmission }] = await Promise.all([
        import('../pop3/client.js'),
        import('../smtp/smtp-submission.js'),
      ]);
      return await Pop3Client.open(settings, new SmtpSubmission(settings), signal);
    }
    case 'ews': {
      const { EwsClient } = await import('../ews/client.js');
      return await EwsClient.open(settings, signal);
    }
    case 'graph': {
      const { GraphClient } = await import('../graph/client.js');
      return await GraphClient.open(settings, signal);
    }
  }
}
