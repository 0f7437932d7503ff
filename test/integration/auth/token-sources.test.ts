import { inspect } from 'node:util';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { googleServiceAccount, type ServiceAccountSettings } from '../../../mail/auth/google';
import { microsoftClientCredentials, type ClientCredentialsSettings } from '../../../mail/auth/microsoft';
import { MICROSOFT_CLOUDS } from '../../../mail/account/microsoft-clouds';
import { appScope } from '../../../mail/account/microsoft-access';
import type { TokenSource } from '../../../mail/auth/token-source';
import { MailError } from '../../../mail/errors';
import type { OutboundPolicy } from '../../../mail/net/outbound-policy';
import {
  GOOGLE_MAIL_SCOPE,
  UNAVAILABLE,
  entraError,
  googleError,
  startIdentity,
  type Identity,
} from '../../servers/identity';
import { appCertificate } from '../../servers/identity/keys';

const ALICE = 'alice@example.test';
const SCOPE = appScope(MICROSOFT_CLOUDS.global, 'imap');

let identity: Identity;
/** What the token endpoint was asked since the test began. */
let asked = 0;
const requests = () => identity.tokenRequests.slice(asked);

beforeAll(async () => {
  identity = await startIdentity({ delegated: [ALICE] });
});
afterAll(async () => await identity.stop());
beforeEach(() => {
  asked = identity.tokenRequests.length;
});

const app = (change: Partial<ClientCredentialsSettings> = {}): TokenSource =>
  microsoftClientCredentials({
    credentialName: 'Office',
    clientId: identity.apps.secretApp.id,
    authority: `${identity.issuer}/example.test/v2.0`,
    customAuthority: true,
    scope: SCOPE,
    secret: { clientSecret: identity.apps.secretApp.secret },
    trust: { caCertificate: identity.ca },
    ...change,
  });

const certificateApp = (): TokenSource => {
  const { id, certificate, privateKey } = identity.apps.certificateApp;
  return app({ clientId: id, secret: { certificate, privateKey } });
};

const robot = (change: Partial<ServiceAccountSettings> = {}): TokenSource =>
  googleServiceAccount({
    credentialName: 'Workspace',
    email: identity.serviceAccount.client_email,
    privateKey: identity.serviceAccount.private_key,
    subject: ALICE,
    scope: GOOGLE_MAIL_SCOPE,
    tokenUrl: identity.serviceAccount.token_uri,
    trust: { caCertificate: identity.ca },
    ...change,
  });

const fetch = async (source: TokenSource, signal = AbortSignal.timeout(10_000)) => await source.fetch(signal);

/** The error of a fetch, with everything that could be printed of it. */
async function failure(source: TokenSource, signal?: AbortSignal) {
  const error = await fetch(source, signal).then(
    () => undefined,
    (thrown: MailError) => thrown,
  );
  expect(error).toBeInstanceOf(MailError);
  expect(error).not.toHaveProperty('cause');
  const { code, message, description } = error!;
  return { code, message, description, printed: inspect(error, { showHidden: true, depth: 9 }) };
}

/** The key without its first and last line and without line ends, so that a part of it is found as well. */
const partOf = (pem: string): string => pem.split('\n')[5]!;

const secretsOf = (): string[] => [
  identity.apps.secretApp.secret,
  partOf(identity.apps.certificateApp.privateKey),
  partOf(identity.serviceAccount.private_key),
];

describe.each([
  ['an app with a secret', () => app(), 'client_credentials'],
  ['an app with a certificate', () => certificateApp(), 'client_credentials'],
  ['a service account', () => robot(), 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
])('%s', (_, source, grantType) => {
  it('gets a new token with each request', async () => {
    identity.accessTokenTtl = 600;
    const same = source();
    const [first, second] = [await fetch(same), await fetch(same)];
    expect(requests()).toMatchObject([
      { grantType, status: 200 },
      { grantType, status: 200 },
    ]);
    expect(identity.issued).toContain(first.accessToken);
    expect(first.accessToken).not.toBe(second.accessToken);
    expect(Math.abs(first.expiresAt - Date.now() - 600_000)).toBeLessThan(5000);
  });

  it('shows no secret and no token when it is printed', async () => {
    const printable = source();
    const { accessToken } = await fetch(printable);
    const printed = inspect(printable, { showHidden: true, depth: 9 }) + JSON.stringify(printable);
    for (const secret of [...secretsOf(), accessToken]) expect(printed).not.toContain(secret);
  });

  it('can be cancelled in the middle of a request', async () => {
    identity.stall();
    try {
      const controller = new AbortController();
      const given = failure(source(), controller.signal);
      await expect.poll(requests).toHaveLength(1);
      const start = performance.now();
      controller.abort();
      expect((await given).code).toBe('TOKEN_UNAVAILABLE');
      // Its own patience is longer.
      expect(performance.now() - start).toBeLessThan(5000);
    } finally {
      identity.resume();
    }
  });

  it('does not wait for a silent provider beyond the time limit', async () => {
    identity.stall();
    try {
      const { code, message } = await failure(source(), AbortSignal.timeout(300));
      expect([code, message]).toEqual([
        'TOKEN_UNAVAILABLE',
        `localhost:${identity.port} could not be reached (it did not answer in time)`,
      ]);
    } finally {
      identity.resume();
    }
  });

  it.each([
    ['a text', '3600', 3600],
    ['a fraction', 599.9, 599],
    ['nothing', undefined, 300],
    ['null', null, 300],
    ['zero', 0, 300],
    ['a time that is over', -3600, 300],
    ['no number', 'soon', 300],
    ['more than a day', 1e15, 86_400],
  ])('lives for a known time when the provider says %s', async (__, life, expected) => {
    identity.failNext({
      status: 200,
      body: { access_token: 'x.y.z', token_type: 'bearer', expires_in: life },
    });
    const { accessToken, expiresAt } = await fetch(source());
    expect(accessToken).toBe('x.y.z');
    expect(Math.abs(expiresAt - Date.now() - expected * 1000)).toBeLessThan(5000);
  });

  it('is not given a token of another type as if it were its own', async () => {
    const body = { access_token: 'canary', token_type: 'DPoP', expires_in: 3600 };
    identity.failNext({ status: 200, body });
    const { code, message, printed } = await failure(source());
    expect(code).toBe('TOKEN_UNAVAILABLE');
    expect(message).toMatch(/an answer that makes no sense \(it gave a token of the type DPoP\)$/);
    expect(printed).not.toContain('canary');
  });

  it('hears the reason, also if it comes with a status of success', async () => {
    identity.failNext({ status: 200, body: { error: 'invalid_client', error_description: 'Expired' } });
    const { code, message } = await failure(source());
    expect(code).toBe('TOKEN_REFUSED');
    expect(message).toMatch(/\(invalid_client: Expired\)$/);
  });

  it.each([
    ['a page', '<html>Sign in to the hotel</html>'],
    ['JSON without a token', { token_type: 'Bearer' }],
    ['a token that would break a login', { access_token: 'canary\r\nA2 LOGOUT', expires_in: 3600 }],
  ])('reports %s as an answer that makes no sense', async (__, body) => {
    identity.failNext({ status: 200, body });
    const { code, message, printed } = await failure(source());
    expect(code).toBe('TOKEN_UNAVAILABLE');
    expect(message).toMatch(/an answer that makes no sense \(HTTP status 200\)$/);
    expect(printed).not.toContain('canary');
  });
});

describe('a provider with a private authority', () => {
  it.each([
    ['Microsoft', () => app({ trust: {} })],
    ['Google', () => robot({ trust: {} })],
  ])('gets no request from %s unless its certificate authority is trusted', async (_, source) => {
    const { code, message } = await failure(source());
    expect(code).toBe('TOKEN_UNAVAILABLE');
    expect(message).toMatch(/CERT|SELF_SIGNED|UNABLE_TO_/);
    expect(requests()).toEqual([]);
  });
});

describe('an app', () => {
  it.each(['', '/'])('finds a provider by its issuer%s', async (end) => {
    const { accessToken } = await fetch(app({ authority: `${identity.issuer}${end}` }));
    expect(identity.issued).toContain(accessToken);
    expect(requests().map(({ path }) => path)).toEqual(['/token']);
  });

  it('keeps upper and lower case in the path, as a Keycloak realm needs', async () => {
    await fetch(app({ authority: `${identity.issuer}/MyRealm/v2.0` }));
    expect(requests().map(({ path }) => path)).toEqual(['/MyRealm/oauth2/v2.0/token']);
  });

  it('names the field when the authority has no discovery document', async () => {
    const { code, message } = await failure(app({ authority: `${identity.issuer}/a/b` }));
    expect(code).toBe('INVALID_INPUT');
    expect(message).toMatch(/^Custom Authority: there is no OpenID Connect discovery document at /);
  });

  it('says what to do about a wrong secret, without showing it', async () => {
    const { code, message, description, printed } = await failure(
      app({ secret: { clientSecret: 'canary-9c1f' } }),
    );
    expect([code, description]).toEqual(['TOKEN_REFUSED', expect.stringContaining('Check the client ID')]);
    expect(message).toContain('"Office"');
    expect(printed).not.toContain('canary-9c1f');
    expect(requests()).toMatchObject([{ status: 401, error: 'invalid_client' }]);
  });

  it('is refused with a certificate that the provider does not know', async () => {
    const { id } = identity.apps.certificateApp;
    const { code } = await failure(app({ clientId: id, secret: await appCertificate() }));
    expect(code).toBe('TOKEN_REFUSED');
    expect(requests()).toMatchObject([{ error: 'invalid_client' }]);
  });

  it("explains Microsoft's refusals, and removes secrets that they repeat", async () => {
    const { secret } = identity.apps.secretApp;
    const assertion = 'eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJjYW5hcnkifQ.c2lnbmF0dXJl';
    identity.failNext(entraError(700027, `The secret ${secret} and the assertion ${assertion} are invalid.`));
    const { code, message, description, printed } = await failure(app());
    expect(code).toBe('TOKEN_REFUSED');
    expect(message).toBe(
      'Microsoft does not accept the certificate of the credential "Office" (AADSTS700027: The secret *** and the assertion *** are invalid)',
    );
    expect(description).toContain('Certificates & secrets');
    for (const hidden of [secret, 'eyJ']) expect(printed).not.toContain(hidden);
  });

  it('asks once, and advises to try later, when the provider is down', async () => {
    identity.failNext(UNAVAILABLE);
    const { code, message } = await failure(app());
    expect(code).toBe('TOKEN_UNAVAILABLE');
    expect(message).toMatch(/"Office" at the moment \(HTTP status 503\)$/);
    expect(requests()).toHaveLength(1);
  });

  it.each(Object.values(MICROSOFT_CLOUDS))('asks only the login host of $name', async (cloud) => {
    const hosts: string[] = [];
    const outbound: OutboundPolicy = {
      lookup: (_, __, done) => done(new Error('nothing may be looked up'), ''),
      assertAllowed: async (host, port) => {
        hosts.push(`https://${host}:${port}`);
        throw new MailError('OUTBOUND_BLOCKED', 'blocked', 'ask');
      },
    };
    const authority = `${cloud.login}/example.test`;
    const source = app({
      authority,
      customAuthority: false,
      scope: appScope(cloud, 'imap'),
      trust: { outbound },
    });
    expect((await failure(source)).code).toBe('OUTBOUND_BLOCKED');
    expect(hosts).toEqual([`${cloud.login}:443`]);
  });
});

describe('a service account', () => {
  it("accepts the key as it stands in Google's file, or with the line breaks changed by a form", async () => {
    const key = identity.serviceAccount.private_key;
    for (const privateKey of [JSON.stringify(key), key.replaceAll('\n', ' '), key.replaceAll('\n', '\r\n')]) {
      expect(identity.issued).toContain((await fetch(robot({ privateKey }))).accessToken);
    }
  });

  it('says what the administrator has to do when it may not act for a mailbox', async () => {
    const { code, message, description } = await failure(robot({ subject: 'bob@example.test' }));
    expect(code).toBe('TOKEN_REFUSED');
    expect(message).toMatch(/"Workspace" open mailboxes \(unauthorized_client\)$/);
    expect(description).toContain('Domain Wide Delegation');
    expect(requests()).toHaveLength(1);
    identity.delegated.add('bob@example.test');
    await fetch(robot({ subject: 'bob@example.test' }));
    identity.delegated.delete('bob@example.test');
  });

  it.each<[string, () => Partial<ServiceAccountSettings>, string]>([
    [
      'a key of another account',
      () => ({ privateKey: identity.apps.certificateApp.privateKey }),
      'Google does not accept the private key of the credential "Workspace" (invalid_grant: Invalid JWT Signature)',
    ],
    [
      'an unknown account',
      () => ({ email: 'nobody@example.test' }),
      'Google does not know the service account of the credential "Workspace" (invalid_grant: Invalid grant: account not found)',
    ],
  ])('is refused with %s', async (_, change, expected) => {
    const { code, message, printed } = await failure(robot(change()));
    expect([code, message]).toEqual(['TOKEN_REFUSED', expected]);
    for (const secret of secretsOf()) expect(printed).not.toContain(secret);
  });

  it('tries once more after a fault of the provider, and not a third time', async () => {
    identity.failNext(UNAVAILABLE);
    expect(identity.issued).toContain((await fetch(robot())).accessToken);
    expect(requests()).toMatchObject([{ status: 503 }, { status: 200 }]);
    identity.failNext(UNAVAILABLE, 2);
    expect((await failure(robot())).code).toBe('TOKEN_UNAVAILABLE');
    expect(requests()).toHaveLength(4);
  });

  it('does not try again after a refusal', async () => {
    identity.failNext(googleError('invalid_grant', 'Invalid email or User ID'));
    const { code, message } = await failure(robot());
    expect([code, message]).toEqual([
      'TOKEN_REFUSED',
      'Google does not know the mailbox of the credential "Workspace" (invalid_grant: Invalid email or User ID)',
    ]);
    expect(requests()).toHaveLength(1);
  });

  it("asks Google's own address when no other one is set", async () => {
    const hosts: string[] = [];
    const outbound: OutboundPolicy = {
      lookup: (_, __, done) => done(new Error('nothing may be looked up'), ''),
      assertAllowed: async (host) => {
        hosts.push(host);
        throw new MailError('OUTBOUND_BLOCKED', 'blocked', 'ask');
      },
    };
    expect((await failure(robot({ tokenUrl: undefined, trust: { outbound } }))).code).toBe(
      'OUTBOUND_BLOCKED',
    );
    expect(hosts).toEqual(['oauth2.googleapis.com']);
  });
});
