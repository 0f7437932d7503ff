import { describe, expect, it } from 'vitest';

import type { Protocol } from '../../../mail/account/providers';
import type { MailError } from '../../../mail/errors';
import { sessionSettings } from '../../../n8n/credential/build-settings';
import { readOptions } from '../../../n8n/credential/connect-options';
import { readCredential } from '../../../n8n/credential/read-credential';

const ADA = 'ada@example.test';
const SHARED = 'info@example.test';
const CUSTOM = {
  cloud: 'custom',
  customEwsUrl: 'https://mail.test:8443/EWS/Exchange.asmx',
  customGraphUrl: 'https://graph.test/v1.0/',
};

const SECRET = { tenant: 'example.test', clientId: 'app', clientSecret: 'secret' };
const CUSTOM_SECRET = { customAuthority: 'https://login.test/tenant', customScope: 'mail' };

const login = async () => await Promise.resolve({ user: ADA, accessToken: 'token' });

/** What a session's settings have beyond those of every session. */
function settings(
  protocol: Protocol,
  {
    authentication = 'oAuth2' as 'oAuth2' | 'clientCredentials',
    mailbox = '',
    options = {},
    credential = {},
  } = {},
) {
  const cell = { provider: 'outlook', protocol, authentication } as const;
  const access = protocol === 'ews' || protocol === 'graph' ? protocol : 'mail';
  const read = readCredential(cell, {
    name: 'Mail of Ada',
    data: { user: ADA, access, ...SECRET, ...CUSTOM_SECRET, ...credential },
    managed: (account) => ({ account, fingerprint: account, login }),
  });
  const all = sessionSettings(cell, read, readOptions({ mailbox, ...options }));
  return {
    all,
    server: all.server,
    ews: all.protocol === 'ews' ? all.ews : undefined,
    graph: all.protocol === 'graph' ? all.graph : undefined,
  };
}

describe('Office 365', () => {
  // https://learn.microsoft.com/graph/deployments
  it.each([
    ['global', 'https://outlook.office365.com/EWS/Exchange.asmx', 'https://graph.microsoft.com/v1.0', true],
    ['usGov', 'https://outlook.office365.us/EWS/Exchange.asmx', 'https://graph.microsoft.us/v1.0', false],
    [
      'china',
      'https://partner.outlook.cn/EWS/Exchange.asmx',
      'https://microsoftgraph.chinacloudapi.cn/v1.0',
      false,
    ],
  ])('in the cloud %s has the URLs that Microsoft documents', (cloud, ewsUrl, graphUrl, permanentDelete) => {
    const { ews, server } = settings('ews', { credential: { cloud } });
    expect(ews?.url?.href).toBe(ewsUrl);
    expect(server).toMatchObject({ host: new URL(ewsUrl).hostname, port: 443, security: 'tls' });
    const { graph } = settings('graph', { credential: { cloud } });
    expect(graph).toMatchObject({ url: new URL(graphUrl), permanentDelete });
  });

  it('can be at another URL, over https only', () => {
    expect(settings('ews', { credential: CUSTOM }).server).toMatchObject({ host: 'mail.test', port: 8443 });
    expect(settings('graph', { credential: CUSTOM }).graph?.url.href).toBe('https://graph.test/v1.0');
    expect(() =>
      settings('graph', { credential: { ...CUSTOM, customGraphUrl: 'http://graph.test' } }),
    ).toThrow(/^Custom Graph URL: /);
    expect(() =>
      settings('graph', { credential: { ...CUSTOM, customGraphUrl: 'https://graph.test/v1.0?x=1' } }),
    ).toThrow(/^Custom Graph URL: it has a query$/);
    expect(() => settings('ews', { credential: { ...CUSTOM, customEwsUrl: '' } })).toThrow(
      /^Custom EWS URL: /,
    );
    expect(() => settings('ews', { options: { ewsVersion: 'Exchange2003' } })).toThrow(
      /^EWS Version: it is not known$/,
    );
    const proxy = 'socks5://proxy.test:1080';
    expect(() => settings('graph', { credential: { ...CUSTOM, proxy } })).toThrow(/^Proxy: /);
  });

  it('opens the mailbox of the signed-in user, and others by name', () => {
    expect(settings('graph').graph?.mailbox).toBeUndefined();
    expect(settings('graph', { mailbox: SHARED }).graph?.mailbox).toBe(SHARED);
    expect(settings('ews').ews).toMatchObject({ mailbox: undefined, impersonate: false });
    expect(settings('ews', { mailbox: SHARED }).ews).toMatchObject({ mailbox: SHARED, impersonate: false });
    const app = { authentication: 'clientCredentials' as const };
    expect(settings('graph', app).graph?.mailbox).toBe(ADA);
    expect(settings('ews', app).ews).toMatchObject({ mailbox: ADA, impersonate: true });
    expect(() => settings('graph', { mailbox: 'a\r\nb' })).toThrow(/^Email Address: /);
  });

  it('has no such settings over IMAP and POP3', () => {
    expect(settings('imap').all).not.toHaveProperty('graph');
    expect(settings('pop3').all).not.toHaveProperty('ews');
  });
});

describe('a token that n8n keeps', () => {
  it.each<[Protocol, string | undefined, boolean]>([
    ['imap', undefined, true],
    ['pop3', 'mail', true],
    ['graph', 'graph', true],
    ['ews', 'ews', true],
    ['graph', undefined, false],
    ['graph', 'ews', false],
    ['ews', 'mail', false],
    ['imap', 'graph', false],
  ])('serves %s with access to %s: %s', (protocol, access, serves) => {
    const check = () => settings(protocol, { credential: { access } });
    if (serves) expect(check).not.toThrow();
    else expect(check).toThrow(/^Protocol: the credential "Mail of Ada" does not allow /);
  });

  it('is refused with advice on how to change it', () => {
    try {
      settings('graph', { credential: { access: undefined } });
      expect.fail('accepted');
    } catch (error) {
      expect((error as MailError).description).toMatch(
        /^Set "Access" in the credential to "Microsoft Graph"/,
      );
    }
  });

  it('of another cloud serves whatever its scope says', () => {
    expect(() => settings('graph', { credential: { ...CUSTOM, access: 'mail' } })).not.toThrow();
  });
});
