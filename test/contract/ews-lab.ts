import { BasicAuthenticator } from '../../mail/auth/basic';
import { EwsClient } from '../../mail/ews/client';
import type { EwsVersion } from '../../mail/account/ews-settings';
import type { LocatedEwsSettings } from '../../mail/account/session-settings';
import { startEws, type EwsServer } from '../servers/exchange/ews';
import { exchangeLab } from './exchange-lab';
import type { MailLab } from './lab';

/** Settings for the test server, by password. */
export const ewsSettings = (
  server: EwsServer,
  mechanism: 'basic' | 'ntlm' = 'basic',
  user = 'ada',
): LocatedEwsSettings => ({
  ...{ provider: 'exchange', protocol: 'ews', authentication: mechanism },
  server: {
    host: 'localhost',
    port: Number(new URL(server.url).port),
    security: 'tls',
    caCertificate: server.ca,
  },
  authenticator: new BasicAuthenticator(user, 'secret'),
  timeouts: { connect: 10_000, command: 2000, idle: 60_000 },
  ews: { url: new URL(server.url), version: 'Exchange2016' },
});

/** The tests' own Exchange, whose requests and replies are all held to Microsoft's schema. */
export async function startEwsLab(
  mechanism: 'basic' | 'ntlm' = 'basic',
  version: EwsVersion = 'Exchange2016',
): Promise<MailLab & { server: EwsServer }> {
  const server = await startEws({ accounts: [{ user: 'ada', domain: '', password: 'secret' }] });
  return exchangeLab(server, async () => {
    const settings = ewsSettings(server, mechanism);
    const timeouts = { connect: 10_000, command: 10_000, idle: 60_000 };
    return await EwsClient.open({ ...settings, timeouts, ews: { ...settings.ews, version } });
  });
}
