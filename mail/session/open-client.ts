import type { SessionSettings } from '../account/session-settings';
import type { MailClient } from '../model/client';

/**
 * Connects and logs in with the protocol that the settings name. A protocol is loaded when it is first used: n8n loads
 * this package at its start, and most workflows need one of them.
 *
 * @throws {MailError} what the login failed with
 */
export async function openClient(settings: SessionSettings, signal?: AbortSignal): Promise<MailClient> {
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
