import { ConfidentialClientApplication, ProtocolMode, type INetworkModule } from '@azure/msal-node';
import { JWT } from 'google-auth-library';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { json } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followSignIn, postForm } from '../../servers/browser';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import {
  entraError,
  GOOGLE_MAIL_SCOPE,
  startIdentity,
  UNAVAILABLE,
  type Identity,
} from '../../servers/identity';
import { appToken, askForTokens, refreshed, userTokens } from '../../servers/identity-client';
import { mail } from '../../servers/mailbox';
import { startRelay, type Relay } from '../../servers/relay';
import { sleep, waitFor } from '../../servers/wait';

const ALICE = 'alice@example.test';
const BOB = 'bob@example.test';
const SHARED = 'shared@example.test';
const OUTLOOK = 'https://outlook.office365.com';
const MICROSOFT_SCOPE = `openid offline_access ${OUTLOOK}/IMAP.AccessAsUser.All ${OUTLOOK}/SMTP.Send`;

let identity: Identity;
let dovecot: Dovecot;
let relay: Relay;

beforeAll(async () => {
  [identity, relay] = await Promise.all([
    startIdentity({ delegates: { [ALICE]: SHARED }, delegated: [BOB] }),
    startRelay(),
  ]);
  dovecot = await startDovecot({
    users: { [ALICE]: 'alice-secret', [BOB]: 'bob-secret', [SHARED]: 'shared-secret' },
    certificate: identity.certificate,
    oauth: identity.introspection,
    submission: { relayPort: relay.port },
  });
  relay.deliverTo(dovecot);
});
afterAll(async () => {
  await Promise.all([dovecot?.stop(), relay?.stop(), identity?.stop()]);
});

type Mechanism = 'XOAUTH2' | 'OAUTHBEARER';

const initialResponse = (mechanism: Mechanism, user: string, token: string): string =>
  mechanism === 'XOAUTH2'
    ? `user=${user}\x01auth=Bearer ${token}\x01\x01`
    : `n,a=${user},\x01auth=Bearer ${token}\x01\x01`;

/** What a bare IMAP client is told: the server's last word on the login. */
async function login(user: string, token: string, mechanism: Mechanism = 'XOAUTH2'): Promise<string> {
  const socket: TLSSocket = connect({ host: 'localhost', port: dovecot.ports.imaps, ca: dovecot.ca });
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
    // A refusal comes as a challenge first, which has to be answered.
    if (/^\+ \S/m.test(text)) socket.write('\r\n');
  });
  await once(socket, 'secureConnect');
  const response = Buffer.from(initialResponse(mechanism, user, token)).toString('base64');
  socket.write(`a AUTHENTICATE ${mechanism} ${response}\r\n`);
  const word = await waitFor('the answer', () => /^a (OK|NO \[\w+\])/m.exec(heard)?.[1], 5000, 5);
  socket.destroy();
  return word;
}

const REFUSED = 'NO [AUTHENTICATIONFAILED]';

describe.each<Mechanism>(['XOAUTH2', 'OAUTHBEARER'])('a mailbox, by %s', (mechanism) => {
  test('opens for its user, and for nobody else', async () => {
    const { access_token: token } = await userTokens(identity, BOB);
    const logins = dovecot.logins();
    expect(await login(BOB, token, mechanism)).toBe('OK');
    expect(await login(ALICE, token, mechanism)).toBe(REFUSED);
    await waitFor('the login', () => dovecot.logins() === logins + 1);
  });

  test('opens for an app of its domain', async () => {
    const { access_token: token } = await appToken(identity);
    expect(await Promise.all([ALICE, BOB].map((user) => login(user, token, mechanism)))).toEqual([
      'OK',
      'OK',
    ]);
    expect(await login('alice@elsewhere.test', token, mechanism)).toBe(REFUSED);
  });

  test('opens, where it is shared, for users with access', async () => {
    const [alice, bob] = await Promise.all([userTokens(identity, ALICE), userTokens(identity, BOB)]);
    expect(await login(SHARED, alice.access_token, mechanism)).toBe('OK');
    expect(await login(SHARED, bob.access_token, mechanism)).toBe(REFUSED);
  });
});

describe('a token', () => {
  test.each([
    ['of nobody', async () => 'made-up'],
    [
      'for Graph',
      async () => (await appToken(identity, 'https://graph.microsoft.com/.default')).access_token,
    ],
    [
      'of another provider',
      async () => {
        const other = await startIdentity({ certificate: identity.certificate });
        const { access_token: token } = await userTokens(other, ALICE);
        await other.stop();
        return token;
      },
    ],
    [
      'that was revoked',
      async () => {
        const { access_token: token } = await userTokens(identity, ALICE);
        identity.revokeAccessTokens(ALICE);
        return token;
      },
    ],
    [
      'that has expired',
      async () => {
        identity.accessTokenTtl = 1;
        const { access_token: token, expires_in: lifetime } = await userTokens(identity, ALICE);
        identity.accessTokenTtl = 3600;
        expect([lifetime, await login(ALICE, token)]).toEqual([1, 'OK']);
        await sleep(2000);
        return token;
      },
    ],
  ])('%s opens nothing', async (_, token) => {
    expect(await login(ALICE, await token())).toBe(REFUSED);
  });

  test('is refreshed, and each refresh token works once', async () => {
    const first = await userTokens(identity, ALICE, { scope: MICROSOFT_SCOPE });
    const second = await refreshed(identity, first.refresh_token);
    const third = await refreshed(identity, second.refresh_token);
    expect(await login(ALICE, third.access_token)).toBe('OK');
    expect(new Set([first, second, third].map((tokens) => tokens.refresh_token)).size).toBe(3);
    expect((await refreshed(identity, first.refresh_token)).error).toBe('invalid_grant');
    expect(identity.issued).toEqual(expect.arrayContaining([third.access_token, third.refresh_token]));
  });

  test('still works after the grant is revoked, but cannot be refreshed', async () => {
    const tokens = await userTokens(identity, BOB);
    identity.revokeGrants(BOB);
    expect(await login(BOB, tokens.access_token)).toBe('OK');
    expect((await refreshed(identity, tokens.refresh_token)).error).toBe('invalid_grant');
  });
});

describe('signing in', () => {
  const authorize = (query: Record<string, string>, decision = 'allow') => {
    const all = {
      response_type: 'code',
      redirect_uri: 'http://localhost:8888/Callback',
      state: 'x',
      ...query,
    };
    const url = `${identity.issuer}/example.test/oauth2/v2.0/authorize?${new URLSearchParams(all)}`;
    return followSignIn(url, identity.ca, { email: ALICE, decision });
  };

  test('ends with a refusal where the user does not allow it', async () => {
    const query = { client_id: identity.apps.webApp.id, scope: MICROSOFT_SCOPE };
    const landed = new URL(await authorize({ ...query, prompt: 'select_account' }, 'deny'));
    expect(Object.fromEntries(landed.searchParams)).toMatchObject({ error: 'access_denied', state: 'x' });
  });

  test('needs PKCE where there is no secret, and a redirect address that is registered', async () => {
    const query = { client_id: identity.apps.publicApp.id, scope: MICROSOFT_SCOPE };
    expect(new URL(await authorize(query)).searchParams.get('error')).toBe('invalid_request');
    await expect(authorize({ ...query, redirect_uri: 'http://localhost:8888/elsewhere' })).rejects.toThrow(
      'redirect_uri',
    );
  });

  test('gives the web app its tokens, with the secret in the body or in the header, and counts the sign-in', async () => {
    const { webApp } = identity.apps;
    const before = identity.authorizations;
    const { refresh_token: token } = await userTokens(identity, ALICE, { app: webApp });
    expect(identity.authorizations).toBe(before + 1);
    expect((await refreshed(identity, token, { ...webApp, secret: 'wrong' })).error).toBe('invalid_client');
    const basic = Buffer.from(`${webApp.id}:${webApp.secret}`).toString('base64');
    const answer = await new Promise<{ access_token?: string }>((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${basic}`,
      };
      request(`${identity.issuer}/token`, { method: 'POST', ca: identity.ca, headers })
        .once('error', reject)
        .once('response', (response) => void json(response).then(resolve as never, reject))
        .end(new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token ?? '' }).toString());
    });
    expect(await login(ALICE, answer.access_token ?? '')).toBe('OK');
  });

  test('needs no page when autoLogin is on', async () => {
    identity.autoLogin = BOB;
    const tokens = await userTokens(identity, ALICE);
    identity.autoLogin = undefined;
    expect(await login(BOB, tokens.access_token)).toBe('OK');
  });
});

describe("Microsoft's library", () => {
  const send: INetworkModule['sendPostRequestAsync'] = (url, options) =>
    new Promise((resolve, reject) => {
      request(url, { method: options?.body ? 'POST' : 'GET', ca: identity.ca, headers: options?.headers })
        .once('error', reject)
        .once('response', (answer) => {
          const { statusCode: status = 0 } = answer;
          json(answer).then((body) => resolve({ status, headers: {}, body: body as never }), reject);
        })
        .end(options?.body);
    });

  const certificate = (thumbprint: object) => ({
    clientId: identity.apps.certificateApp.id,
    clientCertificate: { privateKey: identity.apps.certificateApp.privateKey, ...thumbprint } as never,
  });
  const fingerprint = (algorithm: string) =>
    createHash(algorithm)
      .update(new X509Certificate(identity.apps.certificateApp.certificate).raw)
      .digest('hex');

  test.each([
    [
      'a secret',
      () => ({ clientId: identity.apps.secretApp.id, clientSecret: identity.apps.secretApp.secret }),
    ],
    ['a certificate (PS256)', () => certificate({ thumbprintSha256: fingerprint('sha256') })],
    ['a certificate (RS256)', () => certificate({ thumbprint: fingerprint('sha1') })],
  ])('gets a token for an app with %s', async (_, proof) => {
    for (const protocolMode of [ProtocolMode.AAD, ProtocolMode.OIDC]) {
      const app = new ConfidentialClientApplication({
        auth: {
          authority: `${identity.issuer}/example.test${protocolMode === ProtocolMode.OIDC ? '/v2.0' : ''}`,
          knownAuthorities: [`localhost:${identity.port}`],
          ...proof(),
        },
        system: { protocolMode, networkClient: { sendGetRequestAsync: send, sendPostRequestAsync: send } },
      });
      const result = await app.acquireTokenByClientCredential({ scopes: [`${OUTLOOK}/.default`] });
      expect(await login(ALICE, result?.accessToken ?? '')).toBe('OK');
    }
    expect(identity.tokenRequests.at(-1)).toMatchObject({
      grantType: 'client_credentials',
      clientId: proof().clientId,
      path: '/example.test/oauth2/v2.0/token',
      status: 200,
    });
  });
});

describe("Google's service account", () => {
  const robot = (
    subject: string,
    { key, scope = GOOGLE_MAIL_SCOPE }: { key?: string; scope?: string } = {},
  ) => {
    const { client_email: email, private_key, token_uri } = identity.serviceAccount;
    const jwt = new JWT({ email, key: key ?? private_key, subject, scopes: [scope] });
    jwt.transporter.defaults.agent = new Agent({ ca: identity.ca });
    jwt.transporter.interceptors.request.add({
      resolved: async (options) => ({ ...options, url: new URL(token_uri) }),
    });
    return jwt.authorize().then(
      ({ access_token: token }) => ({ token: token ?? '', error: undefined }),
      (error: { response?: { data?: { error?: string; error_description?: string } } }) => ({
        token: '',
        error: error.response?.data ?? { error: String(error) },
      }),
    );
  };

  test('opens the mailbox of a user it was given, and no other', async () => {
    const { token, error } = await robot(BOB);
    expect(error).toBeUndefined();
    expect(await login(BOB, token)).toBe('OK');
    expect(await login(ALICE, token)).toBe(REFUSED);
  });

  test("is refused with Google's own error texts", async () => {
    const unauthorized = {
      error: 'unauthorized_client',
      error_description: expect.stringMatching(/^Client is/),
    };
    expect((await robot(ALICE)).error).toEqual(unauthorized);
    expect((await robot(BOB, { scope: 'https://www.googleapis.com/auth/drive' })).error).toEqual(
      unauthorized,
    );
    const key = identity.apps.certificateApp.privateKey;
    expect((await robot(BOB, { key })).error).toMatchObject({ error_description: 'Invalid JWT Signature.' });
    identity.delegated.add(ALICE);
    expect((await robot(ALICE)).error).toBeUndefined();
    identity.delegated.delete(ALICE);
  });
});

describe('the token endpoint', () => {
  test('fails as the test sets it up, as often as set up, and records each request', async () => {
    identity.failNext(entraError(7000215, 'Invalid client secret provided.'), 2);
    identity.failNext(UNAVAILABLE);
    const before = identity.tokenRequests.length;
    const form = { grant_type: 'client_credentials', client_id: 'x' };
    const ask = () => postForm(`${identity.issuer}/common/oauth2/v2.0/token`, identity.ca, form);
    const answers = [await ask(), await ask(), await ask(), await ask()];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 503, 401]);
    expect(answers[1]?.body).toContain('AADSTS7000215: Invalid client secret provided. Trace ID');
    expect(answers[3]?.body).toContain('client authentication failed');
    const recorded = identity.tokenRequests.slice(before);
    expect(recorded.map(({ clientId, status }) => [clientId, status])).toEqual(
      answers.map(({ status }) => ['x', status]),
    );
  });

  test('does not answer while it is stalled', async () => {
    identity.stall();
    const answer = askForTokens(identity, { grant_type: 'client_credentials' });
    expect(await Promise.race([answer.catch(() => 'an error'), sleep(200).then(() => 'nothing')])).toBe(
      'nothing',
    );
    identity.resume();
    expect((await appToken(identity)).error).toBeUndefined();
  });
});

describe('submission', () => {
  test.each(['submission', 'submissions'] as const)(
    'takes a message with a token on the port for %s, and it arrives',
    async (port) => {
      const { access_token: accessToken } = await userTokens(identity, ALICE, { scope: MICROSOFT_SCOPE });
      const before = [dovecot.logins(), dovecot.smtpLogins(), relay.messages.length];
      const transport = createTransport({
        host: 'localhost',
        port: dovecot.ports[port],
        secure: port === 'submissions',
        requireTLS: true,
        tls: { ca: dovecot.ca },
        auth: { type: 'OAuth2', user: ALICE, accessToken },
      });
      const raw = mail({ from: ALICE, to: BOB, subject: `through ${port}` });
      await transport.sendMail({ envelope: { from: ALICE, to: [BOB] }, raw });
      transport.close();
      await waitFor('the login', () => dovecot.smtpLogins() === before[1]! + 1);
      expect([dovecot.logins(), relay.messages.length]).toEqual([before[0], before[2]! + 1]);
      expect(relay.messages.at(-1)).toMatchObject({ from: ALICE, to: [BOB] });
      expect(relay.messages.at(-1)?.raw.toString()).toContain(`Subject: through ${port}`);
    },
  );
});
