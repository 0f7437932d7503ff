import type { SessionSettings } from '../account/session-settings';
import type { MailClient } from '../model/client';
import type { EwsSettings } from '../account/ews-settings';
import { openWithin } from '../async/open-within';
import { shareFoundUrl } from '../ews/opening';
import { isKeepable } from '../model/keepable';
import { RememberedLogins, guardedClient, loginFingerprint } from './guarded-client';

/**
 * Connects and logs in with the protocol from the settings. The client's errors never contain secrets of the login.
 *
 * @throws {MailError} why the login failed
 */
export async function openClient(settings: SessionSettings, signal?: AbortSignal): Promise<MailClient> {
  const logins = new RememberedLogins(settings.authenticator, settings.server);
  const client = guardedClient(await open({ ...settings, authenticator: logins }, signal), logins);
  OPENED.set(client, {
    logins,
    login: logins.latest,
    ...(settings.protocol === 'ews' && { ews: settings.ews }),
  });
  return client;
}

interface Opened {
  logins: RememberedLogins;
  /** The login that the connection was opened with, for comparison. */
  login: string;
  ews?: EwsSettings;
}

const OPENED = new WeakMap<MailClient, Opened>();

/**
 * Separates a client from its session, so that it holds neither the session's authenticator nor what that refers to, such
 * as a workflow run. Takes at most a few seconds, and never rejects.
 *
 * @returns false if its connection cannot be kept; then it must be closed
 */
export async function detachClient(client: MailClient): Promise<boolean> {
  const opened = OPENED.get(client);
  if (!opened || !isKeepable(client) || !(await client.rest())) return false;
  opened.logins.attach(undefined);
  return true;
}

/**
 * Makes a client serve another session with the same settings, if the session would log in in the same way: a token that
 * was renewed since, or a changed password, needs a new connection.
 *
 * @returns false if the connection cannot be used; then it must be closed
 * @throws {MailError} why there is no login
 */
export async function attachClient(
  client: MailClient,
  settings: SessionSettings,
  signal: AbortSignal,
): Promise<boolean> {
  const opened = OPENED.get(client);
  if (!opened || !isKeepable(client) || !client.usable) return false;
  const login = await settings.authenticator.login({ signal });
  if (loginFingerprint(login) !== opened.login) return false;
  opened.logins.attach(settings.authenticator);
  if (settings.protocol === 'ews' && opened.ews) shareFoundUrl(opened.ews, settings.ews);
  return await openWithin({ close: () => void client.close() }, signal, async () => await client.wake()).then(
    () => client.usable,
    () => false,
  );
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
