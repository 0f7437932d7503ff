import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { TokenCache } from '../../../mail/auth/token-cache';
import type { TokenSource } from '../../../mail/auth/token-source';
import { withLogin } from '../../../mail/auth/with-login';
import { MailError } from '../../../mail/errors';

const HOUR = 3_600_000;

/** Gives token 1, 2, 3 …, each with the life that is set. */
class Source implements TokenSource {
  requests = 0;
  life = HOUR;
  release: (() => void) | undefined;

  constructor(readonly fingerprint = 'alice') {}

  async fetch() {
    const accessToken = `token ${++this.requests}`;
    if (this.release) await new Promise<void>((resolve) => (this.release = resolve));
    return { accessToken, expiresAt: Date.now() + this.life };
  }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

describe('the tokens of a process', () => {
  it('are requested once, whatever the number of callers', async () => {
    const [cache, source] = [new TokenCache(), new Source()];
    const tokens = await Promise.all(Array.from({ length: 10 }, async () => await cache.get(source)));
    expect(new Set(tokens)).toEqual(new Set(['token 1']));
    // Another object of the same account, as another session has.
    const other = new Source();
    expect(await cache.get(other)).toBe('token 1');
    expect([source.requests, other.requests]).toEqual([1, 0]);
  });

  it('are not shared between accounts', async () => {
    const [cache, alice, bob] = [new TokenCache(), new Source('alice'), new Source('bob')];
    await cache.get(alice);
    await cache.get(bob);
    expect([alice.requests, bob.requests]).toEqual([1, 1]);
  });

  it.each([
    ['an hour', HOUR, HOUR - 5 * 60_000],
    ['half a minute', 30_000, 27_000],
  ])('are replaced before they expire, when they live for %s', async (_, life, refreshAfter) => {
    const [cache, source] = [new TokenCache(), new Source()];
    source.life = life;
    await cache.get(source);
    vi.setSystemTime(Date.now() + refreshAfter - 100);
    expect(await cache.get(source)).toBe('token 1');
    vi.setSystemTime(Date.now() + 200);
    expect(await cache.get(source)).toBe('token 2');
  });

  it('are replaced once, when ten sessions find the same one refused', async () => {
    const [cache, source] = [new TokenCache(), new Source()];
    const refused = await cache.get(source);
    const tokens = await Promise.all(
      Array.from({ length: 10 }, async () => await cache.get(source, refused)),
    );
    expect(new Set(tokens)).toEqual(new Set(['token 2']));
    // A latecomer that was refused the first one as well takes the second.
    expect(await cache.get(source, refused)).toBe('token 2');
    expect(source.requests).toBe(2);
  });

  it('can be cancelled by one caller without being lost to another', async () => {
    const [cache, source] = [new TokenCache(), new Source()];
    source.release = () => {};
    const leaving = new AbortController();
    const [first, second] = [cache.get(source, undefined, leaving.signal), cache.get(source)];
    leaving.abort();
    await expect(first).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
    source.release();
    expect(await second).toBe('token 1');
  });

  it('are used until they expire when no new one is available', async () => {
    const [cache, source] = [new TokenCache(), new Source()];
    const refused = await cache.get(source);
    vi.setSystemTime(Date.now() + HOUR - 60_000);
    vi.spyOn(source, 'fetch').mockRejectedValue(new MailError('TOKEN_UNAVAILABLE', 'down', 'wait'));
    expect(await cache.get(source)).toBe('token 1');
    await expect(cache.get(source, refused)).rejects.toMatchObject({ code: 'TOKEN_UNAVAILABLE' });
    vi.setSystemTime(Date.now() + 60_000);
    await expect(cache.get(source)).rejects.toMatchObject({ code: 'TOKEN_UNAVAILABLE' });
  });

  it('are no longer used when their provider refuses to give a new one', async () => {
    const [cache, source] = [new TokenCache(), new Source()];
    await cache.get(source);
    vi.setSystemTime(Date.now() + HOUR - 60_000);
    vi.spyOn(source, 'fetch').mockRejectedValue(new MailError('TOKEN_REFUSED', 'disabled', 'enable it'));
    await expect(cache.get(source)).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
  });

  it('are requested again after a failure', async () => {
    const [cache, source] = [new TokenCache(), new Source()];
    vi.spyOn(source, 'fetch').mockRejectedValueOnce(new MailError('TOKEN_UNAVAILABLE', 'down', 'wait'));
    await expect(cache.get(source)).rejects.toMatchObject({ code: 'TOKEN_UNAVAILABLE' });
    expect(await cache.get(source)).toBe('token 1');
  });
});

describe('a login that the server refuses', () => {
  const refusal = new MailError('AUTHENTICATION_FAILED', 'refused', 'check');
  const account = { account: 'alice', fingerprint: 'alice' };

  it('is tried once more with a new token', async () => {
    const asked: Array<string | undefined> = [];
    const login = async ({ refused }: { refused?: string } = {}) => {
      asked.push(refused);
      return { user: 'alice', accessToken: refused ? 'new' : 'old' };
    };
    const attempt = vi.fn(async (given: object) => {
      if ('accessToken' in given && given.accessToken === 'old') throw refusal;
      return 'in';
    });
    expect(await withLogin({ ...account, login }, undefined, attempt)).toBe('in');
    expect(asked).toEqual([undefined, 'old']);
  });

  it.each([
    ['a password', async () => ({ user: 'alice', pass: 'secret' }), 1],
    ['a token that cannot be replaced', async () => ({ user: 'alice', accessToken: 'same' }), 1],
    [
      'a second token',
      async ({ refused }: { refused?: string } = {}) => ({ user: 'alice', accessToken: `${refused}+` }),
      2,
    ],
  ])('stays refused with %s', async (_, login, attempts) => {
    const attempt = vi.fn(async () => await Promise.reject<string>(refusal));
    await expect(withLogin({ ...account, login }, undefined, attempt)).rejects.toBe(refusal);
    expect(attempt).toHaveBeenCalledTimes(attempts);
  });
});
