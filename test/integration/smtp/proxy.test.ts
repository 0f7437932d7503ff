import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { BasicAuthenticator } from '../../../mail/auth/basic';
import type { MailError } from '../../../mail/errors';
import { compose } from '../../../mail/mime/compose';
import type { ServerSettings } from '../../../mail/net/server-settings';
import type { MailServerSessionSettings } from '../../../mail/account/session-settings';
import { SmtpSubmission } from '../../../mail/smtp/smtp-submission';
import { freePorts } from '../../servers/ports';
import { startHttpProxy, startSocksProxy, type Proxy } from '../../servers/proxy';
import { waitFor } from '../../servers/wait';
import { ALICE } from '../fixture';
import { startRelay, type Relay } from './fixture';

const LOGIN = { user: 'me', password: 'canary-p@ss%' };
const LETTER = compose({ from: ALICE, to: 'bob@example.test', text: 'x' });

describe.each([
  ['a SOCKS 5 proxy', startSocksProxy],
  ['an HTTP proxy', startHttpProxy],
])('sending through %s', (_, startProxy) => {
  let relay: Relay;
  let proxy: Proxy;

  const send = async (server: Partial<ServerSettings> = {}) => {
    const submission = new SmtpSubmission({
      submission: {
        ...{ host: 'localhost', port: relay.port, security: 'starttls', caCertificate: relay.ca },
        ...{ proxy: proxy.url, ...server },
      },
      authenticator: new BasicAuthenticator(ALICE, 'right'),
      timeouts: { connect: 1000, command: 1000, idle: 60_000 },
    } as Partial<MailServerSessionSettings> as MailServerSessionSettings);
    try {
      return await submission.send(LETTER, { keepContent: false });
    } finally {
      await submission.close();
    }
  };
  const failure = async (server: Partial<ServerSettings>): Promise<MailError> => {
    const error = await send(server).then(
      () => expect.fail('it was sent'),
      (reason: MailError) => reason,
    );
    expect(error.message + error.description).not.toMatch(/canary/);
    return error;
  };

  beforeAll(async () => {
    [relay, proxy] = await Promise.all([
      startRelay({ passwords: { [ALICE]: 'right' } }),
      startProxy({ login: LOGIN }),
    ]);
  });
  afterEach(async () => await waitFor('the connections to end', () => proxy.open + relay.open() === 0, 1000));
  afterAll(async () => {
    await Promise.all([relay.stop(), proxy.stop()]);
  });

  it('passes the name of the server to the proxy, and encrypts up to the server', async () => {
    expect((await send()).accepted).toEqual(['bob@example.test']);
    expect(proxy.connections).toEqual([`localhost:${relay.port}`]);
  });

  it('says when the proxy refused, is not there, or does not answer', async () => {
    const wrong = proxy.url.replace('me:', 'you:');
    expect(await failure({ proxy: wrong })).toMatchObject({
      code: 'CONNECTION_REFUSED',
      message: expect.stringMatching(/^The proxy did not connect to localhost/) as string,
    });
    const [port = 0] = await freePorts(1);
    const absent = proxy.url.replace(/\d+$/, String(port));
    expect(await failure({ proxy: absent })).toMatchObject({
      code: 'CONNECTION_REFUSED',
      message: expect.stringMatching(/^The proxy/) as string,
    });
    const started = Date.now();
    // Takes the connection, and speaks when it is spoken to in its own way.
    const mute = proxy.url.replace(/\d+$/, String(relay.port));
    expect(['CONNECT_TIMEOUT', 'CONNECTION_REFUSED']).toContain((await failure({ proxy: mute })).code);
    expect(Date.now() - started).toBeLessThan(2000);
  });
});
