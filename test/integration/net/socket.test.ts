import type { LookupFunction } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { MailError } from '../../../mail/errors';
import { openSocket } from '../../../mail/net/socket';
import { startSilent, type FaultyServer } from '../../servers/faulty';
import { LOOPBACK } from '../../servers/ports';
import { startHttpProxy, startSocksProxy, type Proxy } from '../../servers/proxy';
import { establishedOn } from '../../servers/sockets';
import { waitFor } from '../../servers/wait';

/** A policy that lets a name pass, and then gives these addresses for it. */
const resolving = (...addresses: string[]) => ({
  assertAllowed: async () => {},
  lookup: ((_, __, found) => {
    found(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as LookupFunction,
});
const BLOCKED = new MailError('OUTBOUND_BLOCKED', 'not allowed', 'ask the administrator');
/** A name that led elsewhere when the policy was asked for it leads to a forbidden place now. */
const rebound = {
  assertAllowed: async () => {},
  lookup: ((_, __, found) => found(BLOCKED, [])) as LookupFunction,
};

describe.each([
  ['a SOCKS 5 proxy', startSocksProxy],
  ['an HTTP proxy', startHttpProxy],
])('a connection through %s', (_, startProxy) => {
  let proxy: Proxy | undefined;
  let silent: FaultyServer | undefined;

  afterEach(async () => {
    await proxy?.stop();
    await silent?.stop();
    proxy = silent = undefined;
  });

  it('goes to the address of the proxy that the policy gives', async () => {
    proxy = await startProxy();
    silent = await startSilent();
    const server = { host: 'mail.test', port: silent.port, security: 'none' as const };
    const url = proxy.url.replace('localhost', 'proxy.invalid');
    // The proxy listens on IPv4 only.
    const outbound = resolving('::1', LOOPBACK);
    const socket = await openSocket({ ...server, proxy: url, outbound }, AbortSignal.timeout(2000), 2000);
    expect(proxy.connections).toEqual([`mail.test:${silent.port}`]);
    socket.destroy();
  });

  it('is not opened where the policy refuses the address of the proxy', async () => {
    proxy = await startProxy();
    const server = { host: 'mail.test', port: 993, security: 'none' as const };
    await expect(
      openSocket({ ...server, proxy: proxy.url, outbound: rebound }, AbortSignal.timeout(2000), 2000),
    ).rejects.toBe(BLOCKED);
    expect(proxy.connections).toEqual([]);
  });

  it('is closed soon when the proxy says nothing', async () => {
    silent = await startSilent();
    const { port } = silent;
    const url = `${startProxy === startSocksProxy ? 'socks5' : 'http'}://${LOOPBACK}:${port}`;
    const server = { host: 'mail.test', port: 993, security: 'none' as const, proxy: url };
    await expect(openSocket(server, AbortSignal.timeout(200), 200)).rejects.toBeInstanceOf(Error);
    await waitFor('the connection to end', () => establishedOn([port]) === 0, 1000);
  });
});
