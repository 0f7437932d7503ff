import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  errorReply,
  redirectAddrReply,
  redirectUrlReply,
  settingsReply,
} from '../../servers/exchange/autodiscover';
import { establishedOn } from '../../servers/sockets';
import { ADA, startAutodiscoverLab, type AutodiscoverLab } from './autodiscover-lab';

const FIRST = 'autodiscover.example.test';
const SECOND = 'example.test';

let lab: AutodiscoverLab;
let hosts: AutodiscoverLab['server']['hosts'];
/** Names the Exchange Server of the organization. */
let here: { body: string };

beforeAll(async () => {
  lab = await startAutodiscoverLab();
  ({ hosts } = lab.server);
  here = { body: settingsReply({ EXPR: lab.ews('mail.example.test') }) };
});
afterAll(async () => {
  await lab.stop();
  expect(lab.exchange.problems).toEqual([]);
});
beforeEach(() => lab.reset());

const hostsAsked = () => [...new Set(lab.server.requests.map(({ host }) => host))];

describe.each(['basic', 'ntlm'] as const)('EWS is found with %s', (authentication) => {
  it('at the first address, and no other server is asked', async () => {
    hosts.set(FIRST, here).set(SECOND, here);
    expect(await lab.found({ authentication })).toBe('mail.example.test');
    expect(hostsAsked()).toEqual([FIRST]);
    expect(lab.server.httpRequests).toEqual([]);
    await expect.poll(() => establishedOn([lab.server.ports.https])).toBe(0);
  });

  it('at the second address', async () => {
    hosts.set(SECOND, here);
    expect(await lab.found({ authentication })).toBe('mail.example.test');
  });

  it('by a redirect over http, and by DNS', async () => {
    hosts.set('owa.example.test', here);
    lab.server.redirects.set(FIRST, lab.autodiscover('owa.example.test'));
    hosts.set(FIRST, { status: 404, open: true });
    expect(await lab.found({ authentication })).toBe('mail.example.test');
    lab.server.redirects.clear();
    lab.dns.srv.set('_autodiscover._tcp.example.test', [
      { target: 'dead.example.test', port: lab.server.ports.https, priority: 1 },
      { target: 'owa.example.test', port: lab.server.ports.https, priority: 2 },
    ]);
    expect(await lab.found({ authentication })).toBe('mail.example.test');
    expect(lab.server.httpRequests).toMatchObject([{ authorization: '', body: '' }, {}]);
  });

  it('where the server points: to another Autodiscover address, or to another user', async () => {
    hosts.set(FIRST, { body: redirectUrlReply(lab.autodiscover('autodiscover.hoster.test')) });
    hosts.set('autodiscover.hoster.test', { body: redirectAddrReply('ada.b@other.test') });
    hosts.set('autodiscover.other.test', { body: settingsReply({ EXPR: lab.ews('mail.hoster.test') }) });
    expect(await lab.found({ authentication })).toBe('mail.hoster.test');
    expect(lab.server.requests.at(-1)).toMatchObject({
      host: 'autodiscover.other.test',
      body: expect.stringContaining('<EMailAddress>ada.b@other.test</EMailAddress>') as string,
    });
  });

  it('and a wrong password ends the search after one try', async () => {
    hosts.set(FIRST, here).set(SECOND, here);
    const error = await lab.failure({ authentication, password: 'wrong-canary' });
    expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    expect(error.message).toMatch(/^autodiscover\.example\.test:\d+ refused the user and the password$/);
    expect(error.description).toMatch(/"Password".*"EWS URL"/);
    expect(hostsAsked()).toEqual([FIRST]);
    expect(lab.shown()).toHaveLength({ basic: 1, ntlm: 2 }[authentication]);
  });
});

describe('an address that does not help', () => {
  it.each<[string, Parameters<typeof hosts.set>[1], RegExp]>([
    ['is not reached', undefined, /not reached/],
    ['is a web site', { open: true, status: 404, body: '<html>' }, /HTTP 404/],
    ['is a web page', { open: true, body: '<!doctype html><html><body>hello' }, /no Autodiscover/],
    ['gives half a reply', { body: '<Autodiscover><Response>' }, /no Autodiscover/],
    ['gives too much', { body: `<a>${'x'.repeat(2_000_000)}</a>` }, /the reply is too long/],
    ['does not know the mailbox', { body: errorReply(500, 'Not found.') }, /\(500 Not found\)/],
    ['names no EWS', { body: settingsReply({ WEB: '' }) }, /names no usable EWS address/],
    [
      'names EWS without TLS',
      { body: settingsReply({ EXPR: 'http://mail.example.test/' }) },
      /no usable EWS address/,
    ],
    ['sends it to itself', { location: '/autodiscover/autodiscover.xml' }, /already asked/],
    ['sends it to http', { location: 'http://mail.example.test/' }, /redirects to an address without https/],
    ['asks for the same user', { body: redirectAddrReply(ADA.toUpperCase()) }, /in a circle/],
    ['asks for none', { body: redirectAddrReply('ada') }, /in a circle/],
  ])('is skipped when it %s, and named when none of them helps', async (_, host, reason) => {
    hosts.set(FIRST, host);
    const error = await lab.failure();
    expect(error).toMatchObject({ code: 'HOST_NOT_FOUND', message: expect.stringMatching(reason) as string });
    expect(error.message).toMatch(
      /^No Exchange Server was found for example\.test: .*, example\.test:\d+ \(name not found\), http:\/\/auto\S+ \(.*\), the SRV record of example\.test \(nothing\)$/,
    );
    expect(error.description).toMatch(/"EWS URL".*"Email Address"/);
    hosts.set(SECOND, here);
    expect(await lab.found()).toBe('mail.example.test');
  });

  it('uses no more than its share of the time when it falls silent', async () => {
    hosts.set(FIRST, { stalls: true }).set(SECOND, here);
    const started = Date.now();
    expect(await lab.found({ timeout: 4000 })).toBe('mail.example.test');
    expect(Date.now() - started).toBeLessThan(4000);
    hosts.set(SECOND, { stalls: true });
    lab.dns.silent = true;
    const again = Date.now();
    expect((await lab.failure({ timeout: 2000 })).message).toMatch(
      /autodiscover.example.test:\d+ \(no answer in time\), example.test:\d+ \(no answer in time\)/,
    );
    expect(Date.now() - again).toBeLessThan(3500);
    await expect.poll(() => establishedOn([lab.server.ports.https])).toBe(0);
  });

  it('does not loop forever on many redirects, or on two that point to each other', async () => {
    const to = (host: string) => ({ body: redirectUrlReply(lab.autodiscover(host)) });
    for (let n = 0; n < 20; n++) hosts.set(`h${n}.example.test`, to(`h${n + 1}.example.test`));
    hosts.set(FIRST, to('h0.example.test')).set(SECOND, { location: lab.autodiscover(FIRST) });
    const { message } = await lab.failure();
    expect(message).toMatch(/one redirect too many/);
    expect(hostsAsked()).toHaveLength(7);
    hosts.set('h0.example.test', to(FIRST));
    expect((await lab.failure()).message).toMatch(/already asked/);
  });
});

it('skips two dead addresses, and uses the third', async () => {
  hosts.set(FIRST, { open: true, status: 503 }).set(SECOND, undefined).set('owa.example.test', here);
  lab.server.redirects.set(FIRST, lab.autodiscover('owa.example.test'));
  expect(await lab.found()).toBe('mail.example.test');
});

describe('when a server gives an internal and an external address', () => {
  const reply = (urls: Record<string, string>) => hosts.set(FIRST, { body: settingsReply(urls) });

  it('the external one is used', async () => {
    reply({ EXCH: lab.ews('mail.example.test'), EXPR: lab.ews('mail.hoster.test') });
    expect(await lab.found()).toBe('mail.hoster.test');
  });

  it('the internal one is used when the external one cannot be reached', async () => {
    reply({ EXCH: lab.ews('mail.example.test'), EXPR: lab.ews('dead.example.test') });
    expect(await lab.found()).toBe('mail.example.test');
    hosts.set('dead.example.test', { stalls: true });
    reply({ EXCH: lab.ews('mail.example.test'), EXPR: lab.autodiscover('dead.example.test') });
    expect(await lab.found()).toBe('mail.example.test');
  });

  it('the error names the external one when neither can be reached', async () => {
    reply({ EXCH: lab.ews('gone.example.test'), EXPR: lab.ews('dead.example.test') });
    const error = await lab.failure();
    expect(error.message).toBe('The server name dead.example.test was not found');
    expect(error.description).toMatch(
      /Autodiscover returned https:\/\/dead\.example\.test\S+: if that is wrong/,
    );
  });
});

describe('a session', () => {
  it('searches once, and again when the server it found is gone', async () => {
    hosts.set(FIRST, here);
    const settings = lab.settings();
    const openAndClose = async () => await (await lab.open(settings)).close();
    await openAndClose();
    const { length } = lab.server.requests;
    await openAndClose();
    expect(lab.server.requests).toHaveLength(length);
    hosts.delete('mail.example.test');
    await expect(openAndClose()).rejects.toMatchObject({ code: 'HOST_NOT_FOUND' });
    hosts.set(FIRST, { body: settingsReply({ EXPR: lab.ews('mail.hoster.test') }) });
    await openAndClose();
    expect(lab.server.requests.length).toBeGreaterThan(length);
  });

  it('that is closed during the search stops searching', async () => {
    hosts.set(FIRST, { stalls: true });
    const closing = new AbortController();
    const opening = lab.open(lab.settings({ timeout: 20_000 }), closing.signal);
    opening.catch(() => {});
    await expect.poll(hostsAsked, { timeout: 10_000 }).toEqual([FIRST]);
    closing.abort();
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
    expect(hostsAsked()).toEqual([FIRST]);
    await expect.poll(() => establishedOn([lab.server.ports.https])).toBe(0);
  });
});
