import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { connect } from 'node:tls';

import type { ICredentialDataDecryptedObject, ICredentialTestFunctions } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { MailError, MailErrorCode } from '../../../mail/errors';
import { httpsUrl } from '../../../mail/net/https-url';
import { openClient } from '../../../mail/session/open-client';
import { sessionSettings } from '../../../n8n/credential/build-settings';
import { readOptions } from '../../../n8n/credential/connect-options';
import { readCredential } from '../../../n8n/credential/read-credential';
import { credentialTests } from '../../../nodes/shared/connection/credential-test';
import { EWS_PATH, startEwsLogin, type EwsLoginServer } from '../../servers/ews-login';
import { startRubbish, startSilent, type FaultyServer } from '../../servers/faulty';
import { freePorts, listen } from '../../servers/ports';
import { establishedOn } from '../../servers/sockets';

const PASSWORD = 'canary-Pä55 & <word>';
const MECHANISMS = ['basic', 'ntlm'] as const;
type Mechanism = (typeof MECHANISMS)[number];

let exchange: EwsLoginServer;
let rubbish: FaultyServer;
let silent: FaultyServer;

beforeAll(async () => {
  exchange = await startEwsLogin([
    { user: 'ada', domain: 'EXAMPLE', password: PASSWORD },
    { user: 'ada@example.test', domain: '', password: PASSWORD },
    { user: 'jörg', domain: 'EXAMPLE', password: PASSWORD },
  ]);
  rubbish = await startRubbish();
  silent = await startSilent();
});
afterAll(async () => {
  await Promise.all([exchange.stop(), rubbish.stop(), silent.stop()]);
});
beforeEach(() => exchange.reset());

interface ExchangeLogin {
  url: URL;
  mechanism: Mechanism;
  user: string;
  domain: string;
  password: string;
  mailbox?: string;
  impersonate?: boolean;
  trust: { caCertificate?: string; ignoreCertificate?: boolean };
  timeout: number;
}

/** As the credential's test does it. */
async function checkExchangeLogin(settings: ExchangeLogin): Promise<void> {
  const { mechanism, url, trust, timeout, impersonate, ...data } = settings;
  const cell = { provider: 'exchange', protocol: 'ews', authentication: mechanism } as const;
  const credential = readCredential(cell, {
    name: 'Exchange',
    data: { ...data, ...trust, ewsUrl: url.href },
  });
  const seconds = timeout / 1000;
  const timeouts = { connectTimeout: seconds, commandTimeout: seconds, idleTimeout: seconds };
  const options = readOptions({ ...timeouts, impersonate });
  const client = await openClient(sessionSettings(cell, credential, options));
  await client.close();
}

/** Settings that work, unless told otherwise. */
const login = (mechanism: Mechanism, overrides: Partial<ExchangeLogin> = {}): ExchangeLogin => ({
  url: new URL(exchange.origin + EWS_PATH),
  mechanism,
  user: mechanism === 'basic' ? 'EXAMPLE\\ada' : 'ada',
  domain: mechanism === 'basic' ? '' : 'EXAMPLE',
  password: PASSWORD,
  trust: { caCertificate: exchange.ca },
  timeout: 2000,
  ...overrides,
});

async function failure(settings: ExchangeLogin): Promise<MailError> {
  const error = await checkExchangeLogin(settings).then(
    () => Promise.reject(new Error('it logged in')),
    (reason: MailError) => reason,
  );
  const shown = error.message + error.description + String(error.stack) + JSON.stringify(error);
  const credentials = Buffer.from(`${settings.user}:${settings.password}`).toString('base64');
  for (const secret of ['canary', credentials.slice(0, 30)]) expect(shown).not.toContain(secret);
  expect(error).toMatchObject({ name: 'MailError', description: expect.stringMatching(/\w+.*\.$/) });
  return error;
}

describe.each(MECHANISMS)('login to Exchange with %s', (mechanism) => {
  it('opens the inbox of the user, or of the mailbox that is named, and closes its connection', async () => {
    await checkExchangeLogin(login(mechanism));
    await checkExchangeLogin(login(mechanism, { mailbox: 'info@example.test' }));
    expect(exchange.requests.map(({ body }) => body).join()).toContain('info@example.test');
    await expect.poll(() => establishedOn([exchange.port])).toBe(0);
  });

  it('says that the password is wrong', async () => {
    const error = await failure(login(mechanism, { password: 'wrong-canary' }));
    expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    expect(error.message).toMatch(/^localhost:\d+ refused the user and the password$/);
  });

  it.each<[string, string, MailErrorCode, RegExp]>([
    ['no EWS there', '/missing', 'NOT_A_MAIL_SERVER', /no EWS at .*\/missing \(HTTP 404\)$/],
    ['a text', '/text', 'NOT_A_MAIL_SERVER', /no EWS at .*\/text \(HTTP 200\)$/],
    ['a web page', '/page', 'NOT_A_MAIL_SERVER', /answers with a web page/],
    ['a redirect', '/owa', 'NOT_A_MAIL_SERVER', /redirects to https:\S+\/owa\/auth\/logon\.aspx$/],
    ['a prohibition', '/forbidden', 'SERVER_REFUSED', /does not allow EWS \(HTTP 403\)$/],
    ['a busy server', '/busy', 'SERVER_REFUSED', /cannot answer now \(HTTP 503\)$/],
    ['a fault that shows the password', '/echo', 'SERVER_REFUSED', /ErrorInternalServerError/],
    ['a redirect that shows the password', '/echo-redirect', 'NOT_A_MAIL_SERVER', /redirects to/],
    ['silence', '/silent', 'CONNECT_TIMEOUT', /did not complete the login in time/],
    ['a server that hangs up', '/hangs-up', 'CONNECTION_LOST', /was lost \(ECONNRESET\)$/],
    ['another scheme', '/kerberos', 'AUTHENTICATION_FAILED', /, only Negotiate$/],
    ['Office 365', '/bearer', 'AUTHENTICATION_FAILED', /, only Bearer$/],
  ])('says what happened: %s', async (_, path, code, message) => {
    const error = await failure(login(mechanism, { url: new URL(exchange.origin + path), timeout: 700 }));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(error.message).not.toContain('url=secret');
    await expect.poll(() => establishedOn([exchange.port])).toBe(0);
  });

  it('reports why the server could not be reached, or not be trusted', async () => {
    const at = (host: string, port: number) => new URL(`https://${host}:${port}${EWS_PATH}`);
    const [closed = 0] = await freePorts(1);
    const cases: Array<[Partial<ExchangeLogin>, MailErrorCode]> = [
      [{ url: at('no-such-host.invalid', 443) }, 'HOST_NOT_FOUND'],
      [{ url: at('localhost', closed) }, 'CONNECTION_REFUSED'],
      [{ url: at('localhost', silent.port), timeout: 500 }, 'CONNECT_TIMEOUT'],
      [{ url: at('localhost', rubbish.port) }, 'TLS_FAILED'],
      [{ trust: {} }, 'CERTIFICATE_UNTRUSTED'],
    ];
    for (const [overrides, code] of cases) {
      expect(await failure(login(mechanism, overrides))).toMatchObject({ code });
    }
  });

  it('accepts a private certificate authority, and any certificate where told to', async () => {
    await checkExchangeLogin(login(mechanism, { trust: { ignoreCertificate: true } }));
    expect(exchange.connections).toBe(1);
  });

  it('says when there is no such mailbox, and escapes its name', async () => {
    const error = await failure(login(mechanism, { mailbox: 'a&b<c>@elsewhere.test' }));
    expect(error).toMatchObject({ code: 'SERVER_REFUSED' });
    expect(error.message).toContain('(ErrorNonExistentMailbox)');
    expect(error.description).toMatch(/^No mailbox has this address: check .* for typing errors/);
    expect(exchange.requests.at(-1)?.body).toContain('>a&amp;b&lt;c&gt;@elsewhere.test<');
  });

  it('asks for access to a mailbox that the user may not open', async () => {
    const error = await failure(login(mechanism, { mailbox: 'closed@example.test' }));
    expect(error.message).toContain('(ErrorFolderNotFound)');
    expect(error.description).toMatch(/^The user needs the permission "Full Access"/);
  });

  it('asks for an address where the mailbox is none', async () => {
    const error = await failure(login(mechanism, { mailbox: 'ada' }));
    expect(error.message).toContain('(ErrorInvalidSmtpAddress)');
    expect(error.description).toMatch(/^Enter the address of a mailbox on this server/);
  });

  it('cannot impersonate nobody', async () => {
    expect(await failure(login(mechanism, { impersonate: true }))).toMatchObject({
      code: 'INVALID_INPUT',
      message: 'Impersonate: no mailbox is given',
      description:
        'Enter the mailbox in the option "Shared Mailbox", or in "Email Address" in the credential.',
    });
  });

  it('refuses input that cannot be sent', async () => {
    for (const wrong of [{ user: '' }, { password: '' }, { user: 'a\r\nb' }, { mailbox: 'a\nb' }]) {
      expect(await failure(login(mechanism, wrong))).toMatchObject({ code: 'INVALID_INPUT' });
    }
    expect(exchange.connections).toBe(0);
  });
});

describe('Basic', () => {
  it.each(['EXAMPLE\\ada', 'ada', 'ada@example.test', 'jörg'])('takes %s', async (user) => {
    await checkExchangeLogin(login('basic', { user }));
    expect(exchange.requests).toHaveLength(1);
  });

  it('names the right credential for a server that only offers NTLM', async () => {
    const error = await failure(login('basic', { url: new URL(`${exchange.origin}/ntlm`) }));
    expect(error.message).toContain('does not offer Basic, only Negotiate, NTLM');
    expect(error.description).toBe(
      'Set "Authentication" of Email Connect to "NTLM", with a credential for it.',
    );
  });

  it('refuses a user with a colon', async () => {
    expect(await failure(login('basic', { user: 'a:b' }))).toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('NTLM', () => {
  it.each([
    ['ada', 'EXAMPLE'],
    ['EXAMPLE\\ada', ''],
    ['ada@example.test', ''],
    ['JÖRG', 'example'],
  ])('takes %s with the domain "%s"', async (user, domain) => {
    await checkExchangeLogin(login('ntlm', { user, domain }));
  });

  it('sends the password to nobody, and stays on one connection', async () => {
    await checkExchangeLogin(login('ntlm'));
    expect(exchange).toMatchObject({ connections: 1, requests: [{ body: '' }, {}] });
    const sent = exchange.requests.map(({ authorization }) => authorization.replace('NTLM ', ''));
    for (const message of sent) {
      const bytes = Buffer.from(message, 'base64');
      expect(bytes.includes(Buffer.from(PASSWORD, 'utf16le')) || bytes.includes(PASSWORD)).toBe(false);
    }
  });

  it('refuses a domain that is given twice', async () => {
    const twice = login('ntlm', { user: 'EXAMPLE\\ada', domain: 'EXAMPLE' });
    expect(await failure(twice)).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('names the right credential for a server that only offers Basic', async () => {
    const error = await failure(login('ntlm', { url: new URL(`${exchange.origin}/basic`) }));
    expect(error.message).toContain('does not offer NTLM, only Basic');
    expect(error.description).toBe(
      'Set "Authentication" of Email Connect to "Basic (User and Password)", with a credential for it.',
    );
  });

  it.each<[string, MailErrorCode]>([
    ['/closing', 'CONNECTION_LOST'],
    ['/rubbish', 'SERVER_REFUSED'],
  ])('says what went wrong during the exchange: %s', async (path, code) => {
    expect(await failure(login('ntlm', { url: new URL(exchange.origin + path) }))).toMatchObject({ code });
  });

  describe('with Extended Protection', () => {
    let between: Server;
    let betweenPort: number;
    const sockets = new Set<Socket>();

    // Decrypts and passes on, as an attacker does and as some proxies do.
    beforeAll(async () => {
      const attacker = await startEwsLogin([]);
      between = createServer(attacker.certificate);
      await attacker.stop();
      between.removeAllListeners('secureConnection').on('secureConnection', (client) => {
        const server = connect({ port: exchange.port, host: 'localhost', ca: exchange.ca });
        for (const socket of [client, server]) {
          sockets.add(socket);
          socket.on('error', () => undefined);
        }
        client.pipe(server).pipe(client);
      });
      betweenPort = await listen(between);
    });
    afterAll(async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => between.close(resolve));
    });
    const through = (path: string): Partial<ExchangeLogin> => ({
      url: new URL(`https://localhost:${betweenPort}${path}`),
      trust: { ignoreCertificate: true },
    });

    it('logs in', async () => {
      await checkExchangeLogin(login('ntlm', { url: new URL(`${exchange.origin}/protected`) }));
    });

    it('gives an attacker in the middle nothing that this server would accept', async () => {
      await checkExchangeLogin(login('ntlm', through(EWS_PATH)));
      const error = await failure(login('ntlm', through('/protected')));
      expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
      expect(error.description).toContain('Extended Protection');
    });
  });
});

describe('the test of the credential', () => {
  const test = (type: keyof typeof credentialTests, overrides: ICredentialDataDecryptedObject = {}) =>
    credentialTests[type].call({} as ICredentialTestFunctions, {
      id: '1',
      name: 'Exchange',
      type,
      data: {
        ewsUrl: ` ${exchange.origin}${EWS_PATH} `,
        user: ' EXAMPLE\\ada ',
        password: PASSWORD,
        domain: '',
        mailbox: '',
        caCertificate: exchange.ca,
        ignoreCertificate: false,
        ...overrides,
      },
    });

  it.each(['emailExchangeBasicApiTest', 'emailExchangeNtlmApiTest'] as const)('%s', async (type) => {
    expect(await test(type)).toEqual({ status: 'OK', message: 'Connection successful' });
    const wrong = await test(type, { password: 'wrong-canary' });
    expect(wrong).toMatchObject({ status: 'Error', message: expect.stringContaining('Check "User"') });
    expect(wrong.message).not.toContain('wrong-canary');
  });

  it.each<[ICredentialDataDecryptedObject, string]>([
    [{ ewsUrl: '' }, 'EWS URL: it is empty, and there is no email address to find it from'],
    [{ ewsUrl: '', user: 'ada@no-such-domain.invalid' }, 'No Exchange Server was found for no-such-domain.'],
    [{ ewsUrl: 'mail.example.com' }, 'EWS URL: it is not a URL'],
    [{ ewsUrl: 'http://localhost/EWS/Exchange.asmx' }, 'EWS URL: it is not an https URL'],
    [{ ewsUrl: 'https://ada:canary@localhost/' }, 'EWS URL: it contains a user or a password'],
    [{ caCertificate: 'canary' }, 'CA Certificate: it is not in PEM format'],
    [{ user: undefined as never }, 'User: it is empty'],
  ])('refuses %o', async (overrides, expected) => {
    const { status, message } = await test('emailExchangeBasicApiTest', overrides);
    expect({ status, message }).toEqual({ status: 'Error', message: expect.stringContaining(expected) });
    expect(message).not.toContain('canary');
    expect(exchange.connections).toBe(0);
  });

  it('connects nowhere where this n8n limits outbound connections', async () => {
    process.env.N8N_SSRF_PROTECTION_ENABLED = 'true';
    try {
      expect(await test('emailExchangeNtlmApiTest')).toMatchObject({
        status: 'Error',
        message: expect.stringContaining('limits outbound connections'),
      });
    } finally {
      delete process.env.N8N_SSRF_PROTECTION_ENABLED;
    }
    expect(exchange.connections).toBe(0);
  });
});

it('normalizes the URL that was typed', () => {
  expect(httpsUrl('EWS URL', ' https://Mail.Example.com/EWS/Exchange.asmx\n').href).toBe(
    'https://mail.example.com/EWS/Exchange.asmx',
  );
});
