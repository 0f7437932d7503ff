import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync, symlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { readArguments } from '../../../cli/arguments';
import { signInOptions } from '../../../cli/options';
import { missingPermissions } from '../../../cli/permissions';
import { GOOGLE_ENDPOINTS, findProvider, microsoftEndpoints } from '../../../cli/providers';
import { EmailGmailPkceOAuth2Api } from '../../../credentials/EmailGmailPkceOAuth2Api.credentials';
import { EmailOutlookPkceOAuth2Api } from '../../../credentials/EmailOutlookPkceOAuth2Api.credentials';
import { MICROSOFT_CLOUDS } from '../../../mail/account/microsoft-clouds';
import { MICROSOFT_ACCESS, delegatedScope } from '../../../mail/account/microsoft-access';
import { followSignIn, postForm } from '../../servers/browser';
import { entraError, startIdentity, type Identity } from '../../servers/identity';
import { accepts, freePorts } from '../../servers/ports';
import { startSignIn, type SignInOptions, type SignInRun } from '../../servers/sign-in';
import { waitFor } from '../../servers/wait';
import { ALICE, BOB } from '../fixture';

const SCOPE = delegatedScope(MICROSOFT_CLOUDS.global, 'mail');

let identity: Identity;
let folder: string;
let caFile: string;

beforeAll(async () => {
  identity = await startIdentity({ autoLogin: ALICE });
  folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
  caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, identity.ca);
});

afterAll(async () => {
  await identity.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Started extends SignInRun {
  port: number;
  file: string;
}

let files = 0;

/** The command with the local identity provider in the place of Microsoft or Google. */
async function start(provider: string, args: string[] = [], options?: SignInOptions): Promise<Started> {
  const [port = 0] = await freePorts(1);
  const file = join(folder, `credential-${++files}.json`);
  const app = ['--client-id', provider === 'gmail' ? identity.apps.webApp.id : identity.apps.publicApp.id];
  const cloud = ['--authority', `${identity.issuer}/example.test`, '--ca', caFile, '--scope', SCOPE];
  const place = ['--port', String(port), '--out', file];
  const run = startSignIn([provider, ...app, ...cloud, ...place, ...args], options);
  return { ...run, port, file };
}

/** Signs in as the user would, and opens what the provider leads back to. */
async function signIn(run: SignInRun, forms?: Record<string, string>): Promise<Response> {
  return await fetch(await followSignIn(await run.url(), identity.ca, forms));
}

interface Written {
  id: string;
  name: string;
  type: string;
  data: Record<string, unknown> & { oauthTokenData: Record<string, unknown> };
}

const read = (file: string): Written => {
  const [credential, ...others] = JSON.parse(readFileSync(file, 'utf8')) as Written[];
  expect(others).toEqual([]);
  return credential!;
};

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

/** Nothing of a token's or a secret's may stand in a text that the user or the browser sees. */
function expectNoSecret(text: string, ...secrets: unknown[]): void {
  // A JWT (RFC 7519 section 3). The random texts of a sign-in may begin like one.
  expect(text).not.toMatch(/eyJ[\w-]{5,}\.[\w-]+\.|access_token|refresh_token/);
  for (const secret of secrets) {
    expect(String(secret).length).toBeGreaterThan(10);
    expect(text).not.toContain(secret);
  }
}

test('Outlook: the credential holds what n8n keeps of a sign-in, and only its owner can read it', async () => {
  const servers = ['--host', 'imap.example.test', '--smtp-host', 'smtp.example.test:587'];
  const run = await start('outlook', servers);
  const asked = new URL(await run.url());
  expect(Object.fromEntries(asked.searchParams)).toMatchObject({
    response_type: 'code',
    redirect_uri: `http://localhost:${run.port}/callback`,
    scope: SCOPE,
    code_challenge_method: 'S256',
  });
  expect(asked.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
  expect(asked.searchParams.get('state')).toMatch(/^[\w-]{43}$/);

  const page = await signIn(run);
  expect(page.status).toBe(200);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await run.ended).toBe(0);

  const { id, name, type, data } = read(run.file);
  const { oauthTokenData: token, ...fields } = data;
  expect(modeOf(run.file)).toBe('600');
  expect(id).toMatch(/^[A-Za-z0-9]{16}$/);
  expect([name, type]).toEqual([`Outlook ${ALICE}`, 'emailOutlookPkceOAuth2Api']);
  expect(fields).toEqual({
    user: ALICE,
    clientId: identity.apps.publicApp.id,
    clientSecret: '',
    cloud: 'custom',
    customAuthUrl: `${identity.issuer}/example.test/oauth2/v2.0/authorize`,
    customAccessTokenUrl: `${identity.issuer}/example.test/oauth2/v2.0/token`,
    customScope: SCOPE,
    host: 'imap.example.test',
    port: 993,
    security: 'tls',
    smtpHost: 'smtp.example.test',
    smtpPort: 587,
    smtpSecurity: 'starttls',
    caCertificate: identity.ca.trim(),
    accountIdentifier: ALICE,
  });
  expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: SCOPE });
  const left = Number(token.n8n_expires_at) - Date.now();
  expect(left).toBeGreaterThan(3500_000);
  expect(left).toBeLessThanOrEqual(3600_000);
  // As n8n will ask for the next one.
  const renewal = { grant_type: 'refresh_token', refresh_token: String(token.refresh_token) };
  const form = { ...renewal, client_id: identity.apps.publicApp.id };
  expect(await postForm(String(data.customAccessTokenUrl), identity.ca, form)).toMatchObject({ status: 200 });

  expect(run.output()).toContain(run.file);
  const text = run.output() + (await page.text());
  expectNoSecret(text, token.access_token, token.refresh_token, token.id_token);
  expect(await accepts(run.port)).toBe(false);
});

test('the code works only for the command that asked for it', async () => {
  const [thief, run] = [await start('outlook'), await start('outlook')];
  const stolen = new URL(await followSignIn(await thief.url(), identity.ca));
  const state = new URL(await run.url()).searchParams.get('state') ?? '';
  const target = new URL(`http://localhost:${run.port}/callback`);
  target.search = new URLSearchParams({ code: stolen.searchParams.get('code') ?? '', state }).toString();
  expect((await fetch(target)).status).toBe(400);
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain('refused the sign-in (invalid_grant');
  expect(existsSync(run.file)).toBe(false);
  thief.kill('SIGTERM');
  await thief.ended;
});

test('requests that do not belong to the sign-in are refused, and the real callback still works', async () => {
  const run = await start('outlook');
  const callback = await followSignIn(await run.url(), identity.ca);
  const status = async (change: (url: URL) => void, init?: RequestInit) => {
    const url = new URL(callback);
    change(url);
    return (await fetch(url, init)).status;
  };
  expect(await status((url) => url.searchParams.set('state', 'x'.repeat(43)))).toBe(400);
  expect(await status((url) => url.searchParams.delete('state'))).toBe(400);
  expect(await status((url) => (url.pathname = '/Callback'))).toBe(404);
  expect(await status((url) => (url.pathname = '/favicon.ico'))).toBe(404);
  expect(await status(() => undefined, { method: 'POST' })).toBe(405);
  // The same port under a name that somebody else points at this computer.
  const { pathname, search } = new URL(callback);
  const path = pathname + search;
  expect(await rawRequest(run.port, `GET ${path} HTTP/1.1\r\nHost: evil.example:${run.port}`)).toMatch(
    / 421 /,
  );
  expect(await rawRequest(run.port, `GET ${path} HTTP/1.0`)).toMatch(/ 421 /);
  expect(await rawRequest(run.port, `GET ${path} HTTP/1.1\r\nHost: localhost.evil.example`)).toMatch(/ 421 /);
  expect(await rawRequest(run.port, `GET // HTTP/1.1\r\nHost: localhost:${run.port}`)).toMatch(/ 404 /);
  expect(existsSync(run.file)).toBe(false);
  expect((await fetch(callback)).status).toBe(200);
  expect(await run.ended).toBe(0);
  expect(read(run.file).data.user).toBe(ALICE);
});

/** The status line of an answer to a request that no browser would send. */
const rawRequest = async (port: number, head: string): Promise<string> =>
  await new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${head}\r\n\r\n`));
    socket.on('error', reject).once('data', (data) => {
      socket.destroy();
      resolve(data.toString().split('\r\n')[0] ?? '');
    });
  });

test('only this computer can reach the callback', async () => {
  const run = await start('outlook');
  await run.url();
  // 127.0.0.1 and ::1, as the kernel writes them.
  expect(listeningOn(run.port)).toEqual(['0100007F', '00000000000000000000000001000000']);
  run.kill('SIGTERM');
  await run.ended;
});

const LISTENING = '0A';

/** The addresses on which this machine takes connections to the port. */
const listeningOn = (port: number): string[] =>
  ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === LISTENING)
    .map(([, local = '']) => local.split(':'))
    .filter(([, hex = '']) => parseInt(hex, 16) === port)
    .map(([address = '']) => address);

test('a user who declines at the provider gets advice, and nothing is written', async () => {
  identity.autoLogin = undefined;
  const run = await start('outlook');
  const page = await signIn(run, { email: ALICE, decision: 'deny' }).finally(() => {
    identity.autoLogin = ALICE;
  });
  expect(page.status).toBe(400);
  expect(await page.text()).toContain('access_denied');
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain('The sign-in was declined (access_denied: The user did not allow it).');
  expect(run.output()).toContain('accept the permissions');
  expect(existsSync(run.file)).toBe(false);
});

test('the provider can put neither markup into the page nor commands into the terminal', async () => {
  const run = await start('outlook');
  const state = new URL(await run.url()).searchParams.get('state') ?? '';
  const evil = {
    state,
    error: 'x',
    error_description: '<script>alert("1")</script>\u001b]0;evil\u0007\n\u202ereversed',
  };
  const page = await fetch(`http://127.0.0.1:${run.port}/callback?${new URLSearchParams(evil).toString()}`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).toContain('&lt;script&gt;alert(&quot;1&quot;)');
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain('<script>');
  expect(run.output()).not.toMatch(/[^\P{C}\n]/u);
});

test('a refused token request is reported, and nothing is written', async () => {
  const run = await start('outlook');
  identity.failNext(entraError(7000218, "The request body must contain: 'client_secret'."));
  expect((await signIn(run)).status).toBe(400);
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain('Microsoft needs a client secret');
  expect(run.output()).toContain('AADSTS7000218');
  expect(existsSync(run.file)).toBe(false);
});

test('a sign-in without a refresh token is refused: it would end after an hour', async () => {
  const run = await start('outlook', ['--scope', 'openid email']);
  expect((await signIn(run)).status).toBe(400);
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain('no refresh token');
  expect(existsSync(run.file)).toBe(false);
});

test.each([
  ['nobody signs in in time', ['--timeout', '1'], undefined, 'Nobody signed in within 1 seconds'],
  ['Ctrl-C', [], 'SIGINT', 'The sign-in was cancelled'],
  ['SIGTERM', [], 'SIGTERM', 'The sign-in was cancelled'],
] as const)('%s: the command fails, and its port is closed', async (_, args, signal, message) => {
  const run = await start('outlook', [...args]);
  await run.url();
  expect(await accepts(run.port)).toBe(true);
  // A browser that has opened a connection and keeps it may not keep the command.
  const idle = connect(run.port, '127.0.0.1').on('error', () => undefined);
  if (signal) run.kill(signal);
  expect(await run.ended).toBe(1);
  idle.destroy();
  expect(run.output()).toContain(message);
  expect(await accepts(run.port)).toBe(false);
  expect(existsSync(run.file)).toBe(false);
});

test('Ctrl-C while the provider does not answer the token request', async () => {
  const run = await start('outlook');
  const before = identity.tokenRequests.length;
  identity.stall();
  try {
    const callback = await followSignIn(await run.url(), identity.ca);
    const page = fetch(callback).catch(() => undefined);
    await waitFor('the token request', () => identity.tokenRequests.length > before);
    // A browser that opens the page twice does not have the code redeemed twice.
    expect((await fetch(callback)).status).toBe(400);
    expect(identity.tokenRequests.length).toBe(before + 1);
    run.kill('SIGINT');
    expect(await run.ended).toBe(1);
    await page;
  } finally {
    identity.resume();
  }
  expect(existsSync(run.file)).toBe(false);
});

test.each(['127.0.0.1', '::1'])(
  'the error for a port that is taken at %s names the port',
  async (address) => {
    const other = createServer();
    const run = await start('outlook', [
      '--port',
      await new Promise((resolve) => {
        other.listen(0, address, () => resolve(String((other.address() as { port: number }).port)));
      }),
    ]);
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(/^Port: \d+: another program uses it\.$/m);
    other.close();
  },
);

test('an existing file is replaced only with --force, and never through a link', async () => {
  const [target, link] = [join(folder, 'precious'), join(folder, 'link.json')];
  writeFileSync(target, 'precious', { mode: 0o644 });
  symlinkSync(target, link);
  const refused = await start('outlook', ['--out', target]);
  expect(await refused.ended).toBe(1);
  expect(refused.output()).toMatch(/precious already exists\.\nUse --force/);
  const through = await start('outlook', ['--out', link, '--force']);
  expect(await through.ended).toBe(1);
  expect(readFileSync(target, 'utf8')).toBe('precious');

  const forced = await start('outlook', ['--out', target, '--force']);
  await signIn(forced);
  expect(await forced.ended).toBe(0);
  expect(modeOf(target)).toBe('600');
  expect(read(target).data.user).toBe(ALICE);
});

test('a file that appears while the user signs in is not replaced', async () => {
  const run = await start('outlook');
  const callback = await followSignIn(await run.url(), identity.ca);
  writeFileSync(run.file, 'precious');
  expect((await fetch(callback)).status).toBe(400);
  expect(await run.ended).toBe(1);
  expect(readFileSync(run.file, 'utf8')).toBe('precious');
});

test('Gmail: uses its own path, offline access, and a secret from the environment', async () => {
  const { secret } = identity.apps.webApp;
  const env = { EMAIL_SIGN_IN_CLIENT_SECRET: secret };
  const run = await start('gmail', ['--user', BOB, '--name', 'Mail of Bob', '--id', 'abc123'], { env });
  const asked = new URL(await run.url()).searchParams;
  expect(asked.get('redirect_uri')).toBe(`http://localhost:${run.port}/Callback`);
  expect(asked.get('access_type')).toBe('offline');
  expect(asked.get('prompt')).toBe('consent');
  expect(asked.get('login_hint')).toBe(BOB);
  expect((await signIn(run)).status).toBe(200);
  expect(await run.ended).toBe(0);
  const { data, ...rest } = read(run.file);
  expect(rest).toEqual({ id: 'abc123', name: 'Mail of Bob', type: 'emailGmailPkceOAuth2Api' });
  expect(data).toMatchObject({ user: BOB, clientSecret: secret });
  expect(run.output()).toContain(`${ALICE} signed in, but the credential is for ${BOB}`);
  expectNoSecret(run.output(), secret);
});

test('the secret can be piped in', async () => {
  const { secret } = identity.apps.webApp;
  const run = await start('gmail', ['--client-secret'], { input: `${secret}\n` });
  await signIn(run);
  expect(await run.ended).toBe(0);
  expect(read(run.file).data.clientSecret).toBe(secret);
});

test('at a terminal a Gmail secret is asked for, and not shown', async () => {
  const { secret } = identity.apps.webApp;
  const run = await start('gmail', [], { terminal: true });
  await waitFor('the question', () => run.output().includes('Client secret (not shown'));
  run.type(`${secret}\r`);
  await signIn(run);
  expect(await run.ended).toBe(0);
  expect(read(run.file).data.clientSecret).toBe(secret);
  expectNoSecret(run.output(), secret);
});

test('Ctrl-C at the question for the secret ends the command', async () => {
  const run = await start('outlook', ['--client-secret'], { terminal: true });
  await waitFor('the question', () => run.output().includes('Client secret (not shown'));
  run.type('\u0003');
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain('The sign-in was cancelled');
  expect(run.output()).not.toContain('https:');
});

test('the browser gets the address as one argument, without the secret', async () => {
  const { secret } = identity.apps.webApp;
  const bin = mkdtempSync(join(folder, 'bin-'));
  const opened = join(bin, 'opened');
  const program = `#!/bin/sh\nprintf '%s\\n' "$@" > ${opened}.part; env >> ${opened}.part; mv ${opened}.part ${opened}\n`;
  writeFileSync(join(bin, 'xdg-open'), program, { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env.PATH}`, DISPLAY: ':0', EMAIL_SIGN_IN_CLIENT_SECRET: secret };
  const run = await start('gmail', [], { env });
  await waitFor('the browser', () => existsSync(opened));
  const text = readFileSync(opened, 'utf8');
  expect(text.split('\n')[0]).toBe(await run.url());
  expect(text).toContain('DISPLAY=:0');
  expect(text).not.toContain(secret);
  run.kill('SIGTERM');
  await run.ended;

  rmSync(opened);
  const without = await start('gmail', ['--no-browser'], { env });
  await signIn(without);
  expect(await without.ended).toBe(0);
  expect(existsSync(opened)).toBe(false);
});

test('a wrong secret gives an error that names it', async () => {
  const env = { EMAIL_SIGN_IN_CLIENT_SECRET: 'not-the-secret' };
  const run = await start('gmail', [], { env });
  await signIn(run);
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain('invalid_client');
  expectNoSecret(run.output(), 'not-the-secret');
});

test.each([
  ['outlook', [], 'https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize', '/callback'],
  [
    'outlook',
    ['--cloud', 'usGov', '--tenant', 'example.test'],
    'https://login.microsoftonline.us/example.test/oauth2/v2.0/authorize',
    '/callback',
  ],
  ['gmail', [], 'https://accounts.google.com/o/oauth2/v2/auth', '/Callback'],
] as const)('%s %j asks at the right address', async (provider, args, place, path) => {
  const [port = 0] = await freePorts(1);
  const out = ['--out', join(folder, `never-${++files}.json`)];
  const run = startSignIn([provider, '--client-id', 'x', '--port', String(port), ...out, ...args]);
  const url = new URL(await run.url());
  expect(url.origin + url.pathname).toBe(place);
  expect(url.searchParams.get('redirect_uri')).toBe(`http://localhost:${port}${path}`);
  run.kill('SIGTERM');
  await run.ended;
});

// Not by listening there: something else may on the machine of whoever runs this.
test.each([
  ['outlook', 9999, 'email-outlook.json'],
  ['gmail', 8888, 'email-gmail.json'],
])('%s is received at port %i and goes to %s', (id, port, out) => {
  const { values } = readArguments(['--client-id', 'x']);
  expect(signInOptions(id, values)).toMatchObject({
    port,
    out,
    timeout: 300_000,
    force: false,
    browser: true,
  });
});

test.each([
  [['yahoo'], 'Unknown provider. Use one of: outlook, gmail.'],
  [[], 'The provider is missing'],
  [['outlook'], '--client-id is missing'],
  [['outlook', '--client-id', 'x', '--timeout', '0'], '--timeout'],
  [['outlook', '--client-id', 'x', '--port', '70000'], '--port'],
  [['outlook', '--client-id', 'x', '--cloud', 'mars'], '--cloud: "mars" is not known'],
  [['outlook', '--client-id', 'x', '--tenant', 'a/b?c'], '--tenant'],
  [['gmail', '--client-id', 'x', '--tenant', 'a'], '--tenant is for outlook only'],
  [['gmail', '--client-id', 'x', '--host', 'a'], '--host needs --authority'],
  [
    ['outlook', '--client-id', 'x', '--authority', 'http://plain.test'],
    '--authority: it is not an https URL',
  ],
  [['outlook', '--client-id', 'x', '--ca', '/nowhere'], '--ca: /nowhere contains no certificate'],
  [['outlook', '--client-id', 'x', '--out', '/nowhere/file'], '--out: /nowhere/file cannot be written'],
  [['outlook', '--client-id', 'x', '--client-secret', 'hunter2'], 'no option takes a secret'],
  [['outlook', '--client-id', 'x', '--client-secret=hunter2'], '--client-secret'],
])('%j is refused', async (args, message) => {
  const run = startSignIn(args, { cwd: folder });
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain(message);
  expect(run.output()).not.toContain('hunter2');
  expect(run.output()).not.toContain('    at ');
});

test('--help shows the options', async () => {
  const run = startSignIn(['--help']);
  expect(await run.ended).toBe(0);
  expect(run.output()).toContain('--client-id ID');
});

interface OAuth2Credential {
  properties: Array<{ name: string; default: unknown }>;
}

/** What n8n makes of a hidden field of a credential. */
function resolved({ properties }: OAuth2Credential, name: string, $self: object): string {
  const value = String(properties.find((property) => property.name === name)?.default);
  const [, expression] = /^=\{\{(.*)\}\}$/s.exec(value) ?? [];
  return expression ? String(runInNewContext(expression, { $self })) : value;
}

test.each(['outlook', 'gmail'])(
  "%s: n8n's credential asks the same provider for the same permissions",
  (id) => {
    const credential = id === 'gmail' ? new EmailGmailPkceOAuth2Api() : new EmailOutlookPkceOAuth2Api();
    const provider = findProvider(id);
    expect(provider.credentialType).toBe(credential.name);
    const parameters = new URLSearchParams(resolved(credential, 'authQueryParameters', {}));
    expect(Object.fromEntries(parameters)).toEqual(provider.parameters);
    const clouds = id === 'gmail' ? ['global'] : Object.keys(MICROSOFT_CLOUDS);
    const accesses = id === 'gmail' ? ['mail'] : Object.keys(MICROSOFT_ACCESS);
    for (const [cloud, access] of clouds.flatMap((one) => accesses.map((other) => [one, other] as const))) {
      const values = { cloud, access, tenant: 'example.test' };
      const { authUrl, tokenUrl, scope } =
        id === 'gmail' ? GOOGLE_ENDPOINTS : microsoftEndpoints(cloud, values.tenant, access);
      expect(authUrl).toBe(resolved(credential, 'authUrl', values));
      expect(tokenUrl).toBe(resolved(credential, 'accessTokenUrl', values));
      expect(scope).toBe(resolved(credential, 'scope', values));
    }
  },
);

test('a missing permission is reported, and a sign-in without access to mail is refused', () => {
  expect(missingPermissions('openid a b', 'b A')).toEqual([]);
  expect(missingPermissions('openid a b', undefined)).toEqual([]);
  expect(missingPermissions('openid a b', 'openid b')).toEqual(['a']);
  expect(missingPermissions('openid email', 'openid')).toEqual([]);
  expect(() => missingPermissions('openid a', 'openid')).toThrow('did not allow access to its mail');
});
