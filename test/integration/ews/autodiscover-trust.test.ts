import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  redirectAddrReply,
  redirectUrlReply,
  settingsReply,
  type Host,
} from '../../servers/exchange/autodiscover';
import { startAutodiscoverLab, type AutodiscoverLab } from './autodiscover-lab';

// To whom a password goes, and to whom it does not.

const FIRST = 'autodiscover.example.test';
const SECOND = 'example.test';
const MECHANISMS = ['basic', 'ntlm'] as const;

let lab: AutodiscoverLab;
let hosts: AutodiscoverLab['server']['hosts'];
let names: (host: string) => Host;

beforeAll(async () => {
  lab = await startAutodiscoverLab();
  ({ hosts } = lab.server);
  names = (host) => ({ body: settingsReply({ EXPR: lab.ews(host) }) });
});
afterAll(async () => {
  await lab.stop();
  expect(lab.exchange.problems).toEqual([]);
});
beforeEach(() => lab.reset());

describe.each(MECHANISMS)('a password (%s)', (authentication) => {
  it('goes only to a server that asks for it', async () => {
    hosts.set(FIRST, { open: true, body: '<html>welcome</html>' });
    hosts.set(SECOND, { open: true, status: 405 });
    await lab.failure({ authentication });
    expect(lab.server.requests).toHaveLength(2);
    expect(lab.shown()).toEqual([]);
  });

  it.each<[string, () => void]>([
    ['an http redirect', () => lab.server.redirects.set(FIRST, lab.autodiscover('mail.hoster.test'))],
    [
      'DNS',
      () =>
        lab.dns.srv.set('_autodiscover._tcp.example.test', [
          { target: 'mail.hoster.test', port: lab.server.ports.https },
        ]),
    ],
    [
      'a redirect of a server that has not asked who it is',
      () => hosts.set(FIRST, { location: lab.autodiscover('mail.hoster.test') }),
    ],
    [
      'the reply of one',
      () => hosts.set(FIRST, { open: true, body: redirectUrlReply(lab.autodiscover('mail.hoster.test')) }),
    ],
    ['the settings of one', () => hosts.set(FIRST, { open: true, ...names('mail.hoster.test') })],
  ])('does not leave the domain because of %s', async (_, lead) => {
    hosts.set(FIRST, { open: true, status: 404 });
    lead();
    hosts.set('mail.hoster.test', names('mail.hoster.test'));
    const error = await lab.failure({ authentication });
    expect(error).toMatchObject({
      code: 'NOT_A_MAIL_SERVER',
      message: 'Autodiscover of example.test leads to mail.hoster.test, outside of example.test',
    });
    expect(error.description).toContain('https://mail.hoster.test/EWS/Exchange.asmx');
    expect(error.description).toMatch(/"EWS URL".*Tried: autodiscover\.example\.test/);
    expect(lab.server.requests.filter(({ host }) => host === 'mail.hoster.test')).toEqual([]);
    expect(lab.exchange.requests).toEqual([]);
  });

  it('does not go to another domain that such a server redirects to', async () => {
    hosts.set(FIRST, { open: true, body: redirectAddrReply('ada@other.test') });
    hosts.set('autodiscover.other.test', names('mail.hoster.test'));
    const { message } = await lab.failure({ authentication });
    expect(message).toBe('Autodiscover of example.test leads to other.test, outside of example.test');
    expect(lab.shown()).toEqual([]);
  });

  it('does not leave the domain by an open redirect on one of its servers', async () => {
    // Who sits between n8n and port 80 chooses path and query, and knows of a redirector behind a login.
    hosts.set(FIRST, undefined);
    hosts.set(SECOND, undefined);
    hosts.set('owa.example.test', { onward: lab.autodiscover('mail.hoster.test') });
    hosts.set('mail.hoster.test', names('mail.hoster.test'));
    for (const place of ['/owa/redir.aspx?url=x', '/autodiscover/autodiscover.xml?url=x']) {
      lab.server.redirects.set(
        FIRST,
        lab.autodiscover('owa.example.test').replace(/\/autodiscover.*/, place),
      );
      await lab.failure({ authentication });
      expect(lab.shown()).toEqual([]);
      expect(lab.exchange.requests).toEqual([]);
    }
  });

  it('goes to any server within the domain', async () => {
    hosts.set(FIRST, { location: lab.autodiscover('owa.example.test') });
    hosts.set('owa.example.test', { open: true, ...names('mail.example.test') });
    expect(await lab.found({ authentication })).toBe('mail.example.test');
    expect(lab.shown()).toEqual([]);
  });

  it('leaves the domain when a server of the domain that took the password says so', async () => {
    hosts.set(FIRST, { body: redirectUrlReply(lab.autodiscover('autodiscover.hoster.test')) });
    hosts.set('autodiscover.hoster.test', names('mail.hoster.test'));
    expect(await lab.found({ authentication })).toBe('mail.hoster.test');
  });

  it('does not leave the domain for a server whose certificate is not checked', async () => {
    const trust = { ignoreCertificate: true };
    hosts.set(FIRST, names('mail.hoster.test'));
    expect((await lab.failure({ authentication, trust })).message).toMatch(/leads to mail\.hoster\.test/);
    hosts.set(FIRST, names('mail.example.test'));
    expect(await lab.found({ authentication, trust })).toBe('mail.example.test');
  });

  it('does not go to a server whose certificate is not trusted', async () => {
    hosts.set(FIRST, names('mail.example.test'));
    const error = await lab.failure({ authentication, trust: { caCertificate: undefined } });
    expect(error.message).toMatch(/autodiscover\.example\.test:\d+ \(certificate not trusted\)/);
    expect(error.description).toContain('"CA Certificate"');
    // The certificate is for one level of names.
    hosts.clear();
    hosts.set('autodiscover.a.example.test', names('mail.example.test'));
    const other = await lab.failure({ authentication, address: 'ada@a.example.test' });
    expect(other.message).toMatch(/autodiscover\.a\.example\.test:\d+ \(certificate not trusted\)/);
    expect(lab.server.requests).toEqual([]);
  });

  it('does not go to a server that the outbound policy blocks, and the policy is asked about each', async () => {
    hosts.set(FIRST, names('mail.example.test')).set(SECOND, names('mail.example.test'));
    lab.server.outbound.blocked.add(FIRST);
    expect(await lab.found({ authentication })).toBe('mail.example.test');
    const { https } = lab.server.ports;
    const { port } = new URL(lab.ews('mail.example.test'));
    expect([...new Set(lab.server.outbound.asked)]).toEqual([
      `${FIRST}:${https}`,
      `${SECOND}:${https}`,
      `mail.example.test:${port}`,
    ]);
    expect(lab.shown()).not.toContain(FIRST);
    lab.server.outbound.blocked.add(SECOND);
    const error = await lab.failure({ authentication });
    expect(error.message).toMatch(/autodiscover\.example\.test \(not allowed by this n8n\), the SRV/);
    expect(error.description).toContain('outbound network policy');
    lab.server.outbound.blocked.clear();
    lab.server.outbound.blocked.add('mail.example.test');
    expect(await lab.failure({ authentication })).toMatchObject({ code: 'OUTBOUND_BLOCKED' });
  });
});

it('the error for a server that does not accept this kind of login names the credential for it', async () => {
  hosts.set(FIRST, { schemes: ['Negotiate', 'NTLM'] });
  const error = await lab.failure();
  expect(error.message).toMatch(
    /^autodiscover\.example\.test:\d+ does not offer Basic, only Negotiate, NTLM$/,
  );
  expect(error.description).toContain('"NTLM"');
  expect(lab.shown()).toEqual([]);
  hosts.set(SECOND, names('mail.example.test'));
  expect(await lab.found()).toBe('mail.example.test');
});

describe('a mailbox in Office 365', () => {
  it.each<[string, () => void]>([
    [
      'an http redirect',
      () =>
        lab.server.redirects.set(FIRST, 'https://autodiscover-s.outlook.com/autodiscover/autodiscover.xml'),
    ],
    [
      'DNS',
      () =>
        lab.dns.srv.set('_autodiscover._tcp.example.test', [
          { target: 'autodiscover.outlook.com', port: 443 },
        ]),
    ],
    ['another address', () => hosts.set(FIRST, { body: redirectAddrReply('ada@x.mail.onmicrosoft.com') })],
    [
      'the settings',
      () =>
        hosts.set(FIRST, {
          body: settingsReply({ EXPR: 'https://outlook.office365.com/EWS/Exchange.asmx' }),
        }),
    ],
  ])('is recognized by %s', async (_, lead) => {
    hosts.set(FIRST, { open: true, status: 404 });
    lead();
    const error = await lab.failure();
    expect(error.code).toBe('NOT_SUPPORTED');
    expect(error.message).toMatch(/^The mail of example\.test is hosted by Microsoft \(\S+\.com\)/);
    expect(error.description).toMatch(/"Outlook \/ Office 365".*"EWS URL"/);
  });

  it('is recognized by its address before any server is asked', async () => {
    expect((await lab.failure({ address: 'ada@outlook.com' })).code).toBe('NOT_SUPPORTED');
    expect(lab.server.outbound.asked).toEqual([]);
  });
});
