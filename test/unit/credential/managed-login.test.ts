import type { IExecuteFunctions } from 'n8n-workflow';
import { describe, expect, it, vi } from 'vitest';

import { subjectOf } from '../../../mail/auth/id-token';
import type { TokenSource } from '../../../mail/auth/token-source';
import { TokenAuthenticator } from '../../../mail/auth/token-authenticator';
import { ManagedLogin } from '../../../n8n/credential/managed-login';

const HOUR = 3_600_000;
const ADA = 'ada@example.test';

/** A node whose credential n8n has stored a token for, and that asks for another one by `refresh`. */
function login(oauthTokenData: object, refresh: () => Promise<object>, account = ADA) {
  const context = {
    getNode: () => ({ credentials: { mail: { id: '1', name: 'Ada' } } }),
    getCredentials: async () => ({ oauthTokenData }),
    helpers: { refreshOAuth2Token: refresh },
  };
  return new ManagedLogin(account, context as unknown as IExecuteFunctions, 'mail', 0);
}
const expiring = (milliseconds: number) => ({
  access_token: 'kept',
  expires_in: 3600,
  n8n_expires_at: String(Date.now() + milliseconds),
});
const down = async () => await Promise.reject<object>(Object.assign(new Error('down'), { status: 503 }));

describe('the token that n8n keeps', () => {
  it('is used until shortly before it expires, and then replaced', async () => {
    const refresh = vi.fn(async () => ({ access_token: 'new' }));
    expect(await login(expiring(HOUR), refresh).login()).toEqual({ user: ADA, accessToken: 'kept' });
    expect(refresh).not.toHaveBeenCalled();
    expect(await login(expiring(60_000), refresh).login()).toEqual({ user: ADA, accessToken: 'new' });
  });

  it('is used until it expires when no new one is available', async () => {
    expect(await login(expiring(60_000), down).login()).toMatchObject({ accessToken: 'kept' });
    await expect(login(expiring(-1), down).login()).rejects.toMatchObject({ code: 'TOKEN_UNAVAILABLE' });
    const refused = { refused: 'kept' };
    await expect(login(expiring(60_000), down).login(refused)).rejects.toMatchObject({
      code: 'TOKEN_UNAVAILABLE',
    });
    await expect(login(expiring(HOUR), down).login(refused)).rejects.toMatchObject({
      code: 'TOKEN_UNAVAILABLE',
    });
  });

  it.each([
    'The credential "Ada" needs to be reconnected.',
    // A provider that was not asked for lasting access gives no refresh token.
    'OAuth access token expired and no refresh token is available. Please reconnect the credentials.',
  ])('must be connected again when n8n says: %s', async (message) => {
    const refresh = async () => await Promise.reject<object>(new Error(message));
    await expect(login(expiring(-1), refresh).login()).rejects.toMatchObject({
      code: 'RECONNECT_NEEDED',
      description: 'Connect the account again in the credential "Ada".',
    });
  });
});

describe('a token whose lifetime the provider does not give', () => {
  // n8n adds the new answer to the old data, so the expiry time is of the token before.
  it.each([0, -3600, '0', 'never', null])('is used until the server refuses it: %j', async (life) => {
    const refresh = vi.fn(async () => ({ access_token: 'new', expires_in: life }));
    const stored = { ...expiring(-HOUR), expires_in: life };
    expect(await login(stored, refresh).login()).toMatchObject({ accessToken: 'kept' });
    expect(refresh).not.toHaveBeenCalled();
    expect(await login(stored, refresh).login({ refused: 'kept' })).toMatchObject({ accessToken: 'new' });
  });

  it('is known, if it comes as a text', async () => {
    const refresh = vi.fn(async () => ({ access_token: 'new' }));
    const stored = { ...expiring(60_000), expires_in: '3600' };
    expect(await login(stored, refresh).login()).toMatchObject({ accessToken: 'new' });
  });
});

describe('a refresh token that works only once', () => {
  const GONE = 'The credential "Ada" needs to be reconnected.';

  /** A credential that another process refreshes while this one asks. */
  function raced(stored: object) {
    let data: object = expiring(-1);
    const context = {
      getNode: () => ({ credentials: { mail: { id: 'raced', name: 'Ada' } } }),
      getCredentials: async () => await Promise.resolve({ oauthTokenData: data }),
      helpers: {
        refreshOAuth2Token: async () => {
          data = stored;
          return await Promise.reject<object>(new Error(GONE));
        },
      },
    };
    return new ManagedLogin(ADA, context as unknown as IExecuteFunctions, 'mail', 0);
  }

  it('does not end the connection when another process has just used it', async () => {
    const other = { ...expiring(HOUR), access_token: 'theirs' };
    expect(await raced(other).login()).toMatchObject({ accessToken: 'theirs' });
    expect(await raced(other).login({ refused: 'kept' })).toMatchObject({ accessToken: 'theirs' });
  });

  it('has ended when nobody has a newer token', async () => {
    for (const stored of [expiring(-1), { ...expiring(-1), access_token: 'theirs' }]) {
      await expect(raced(stored).login()).rejects.toMatchObject({ code: 'RECONNECT_NEEDED' });
    }
  });
});

describe('a login that n8n keeps the token of', () => {
  it('is not there before the account was connected', async () => {
    await expect(login({}, down).login()).rejects.toMatchObject({
      code: 'RECONNECT_NEEDED',
      message: 'The credential "Ada" is not connected to an account',
      description: 'Open the credential "Ada" and connect the account there.',
    });
  });

  it('does not wait for ever for a new token', async () => {
    vi.useFakeTimers();
    try {
      const never = async () => await new Promise<object>(() => {});
      const failure = expect(login(expiring(-1), never).login()).rejects.toMatchObject({
        code: 'TOKEN_UNAVAILABLE',
        message: 'The token of the credential "Ada" was not refreshed in time',
        description: 'Check the network between n8n and the identity provider, and try again.',
      });
      await vi.advanceTimersByTimeAsync(60_000);
      await failure;
    } finally {
      vi.useRealTimers();
    }
  });

  it('reaches nothing of the run after its session was closed', async () => {
    const managed = login(expiring(HOUR), down);
    const { fingerprint } = managed;
    managed.release();
    await expect(managed.login()).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
    expect(managed.fingerprint).toBe(fingerprint);
  });

  it('uses the token until it expires in an n8n that cannot renew it, and then says so', async () => {
    const missing = undefined as unknown as () => Promise<object>;
    expect(await login(expiring(60_000), missing).login()).toMatchObject({ accessToken: 'kept' });
    await expect(login(expiring(-1), missing).login()).rejects.toMatchObject({
      code: 'TOKEN_UNAVAILABLE',
      message: 'This version of n8n does not refresh the token of the credential "Ada" for a node',
    });
  });
});

describe('a credential that is connected anew while a session is open', () => {
  const idToken = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
  const tokenOf = (sub?: string) => ({
    ...expiring(HOUR),
    id_token: sub && idToken({ sub, email: `${sub}@example.test` }),
  });
  const opened = (token: object, owner?: string) => {
    const context = {
      getNode: () => ({ credentials: { mail: { id: '1', name: 'Mail' } } }),
      getCredentials: async () => await Promise.resolve({ oauthTokenData: token }),
      helpers: {},
    };
    return new ManagedLogin(ADA, context as unknown as IExecuteFunctions, 'mail', 0, owner);
  };
  const ownerOf = (sub: string) => subjectOf(tokenOf(sub).id_token);

  it('does not open the mailbox of somebody else under the name of the first', async () => {
    expect(await opened(tokenOf('ada'), ownerOf('ada')).login()).toMatchObject({ accessToken: 'kept' });
    await expect(opened(tokenOf('bob'), ownerOf('ada')).login()).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      message:
        'The credential "Mail" was connected anew while its session was open, perhaps to another account',
      description: 'Run the workflow again. It then uses the account that is connected now.',
    });
  });

  it('is trusted where the identity provider does not say who it is', async () => {
    expect(await opened(tokenOf(), ownerOf('ada')).login()).toMatchObject({ accessToken: 'kept' });
    expect(await opened(tokenOf('bob')).login()).toMatchObject({ accessToken: 'kept' });
  });

  it('shares no connection with the account before', () => {
    const fingerprints = [ownerOf('ada'), ownerOf('bob')].map((owner) => opened({}, owner).fingerprint);
    expect(new Set(fingerprints).size).toBe(2);
    expect(opened({}, ownerOf('ada')).fingerprint).toBe(fingerprints[0]);
  });
});

describe('a token that n8n keeps for many sessions', () => {
  /** As n8n does: it refreshes the token that it finds stored, and sessions that ask meanwhile share that. */
  function credential() {
    let stored = 'T0';
    let count = 0;
    const context = {
      getNode: () => ({ credentials: { mail: { id: 'of many', name: 'Ada' } } }),
      getCredentials: async () => await Promise.resolve({ oauthTokenData: { access_token: stored } }),
      helpers: {
        refreshOAuth2Token: async () => {
          stored = `T${++count}`;
          return await Promise.resolve({ access_token: stored });
        },
      },
    };
    return {
      login: async () =>
        await new ManagedLogin(ADA, context as unknown as IExecuteFunctions, 'mail', 0).login({
          refused: 'T0',
        }),
      refreshes: () => count,
    };
  }

  it('is replaced once, even when the sessions ask at different moments', async () => {
    const { login, refreshes } = credential();
    const all: Array<ReturnType<typeof login>> = [];
    for (let late = 0; late < 10; late++) {
      all.push(login());
      await Promise.resolve();
    }
    const given = Array.from({ length: 10 }, () => ({ user: ADA, accessToken: 'T1' }));
    expect(await Promise.all(all)).toEqual(given);
    expect(refreshes()).toBe(1);
  });

  it('is requested again when the last request failed', async () => {
    const failing = login(expiring(-1), down);
    await expect(Promise.all([failing.login(), failing.login()])).rejects.toThrow();
    const refresh = async () => await Promise.resolve({ access_token: 'new' });
    expect(await login(expiring(-1), refresh).login()).toMatchObject({ accessToken: 'new' });
  });
});

describe('a mailbox that is opened with a token', () => {
  const source: TokenSource = {
    fingerprint: 'ada',
    fetch: async () => await Promise.reject(new Error('nothing is asked for')),
  };

  // U+0001 separates the fields of XOAUTH2 and OAUTHBEARER, so what follows it would be another token.
  it.each(['ada@example.test\x01auth=Bearer other\x01\x01', 'a\r\nb', 'a\0b', 'a\x7f', ''])(
    'is refused with %j as its address',
    (account) => {
      const code = { code: 'INVALID_INPUT', message: expect.stringMatching(/^Email Address: /) as string };
      expect(() => login(expiring(HOUR), down, account)).toThrow(expect.objectContaining(code));
      expect(() => new TokenAuthenticator(account, source)).toThrow(expect.objectContaining(code));
    },
  );
});
