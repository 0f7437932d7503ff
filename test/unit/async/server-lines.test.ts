import { describe, expect, it } from 'vitest';

import { ServerLines } from '../../../mail/async/server-lines';
import { MailError } from '../../../mail/errors';
import { sleep } from '../../servers/wait';

const ACCOUNT = 'mail.example.test:993/ada';

/** A server that takes a limited number of connections, and counts who asks. */
class Server {
  asked: string[] = [];
  open = 0;

  constructor(public max: number) {}

  readonly login = (name: string) => async (): Promise<string> => {
    this.asked.push(name);
    await sleep(1);
    if (this.open >= this.max)
      throw new MailError('CONNECTION_LIMIT', 'mail.example.test allows no more', 'Close other programs.');
    this.open++;
    return name;
  };
}

describe('a server that is full', () => {
  it('is not waited for when it has room', async () => {
    const server = new Server(2);
    const lines = new ServerLines();
    expect(await lines.enter(ACCOUNT, server.login('ada'), { timeout: 0 })).toBe('ada');
    expect(lines.waiting(ACCOUNT)).toBe(0);
  });

  it('is asked again until it has room', async () => {
    const server = new Server(0);
    const lines = new ServerLines();
    const waiting = lines.enter(ACCOUNT, server.login('ada'), { timeout: 5000 });
    await sleep(50);
    expect(lines.waiting(ACCOUNT)).toBe(1);
    server.max = 1;
    expect(await waiting).toBe('ada');
    expect(server.asked).toEqual(['ada', 'ada']);
    expect(lines.waiting(ACCOUNT)).toBe(0);
  });

  it('is asked only by the first in line, at once when a connection has ended, and lets in all in their order', async () => {
    const server = new Server(0);
    const lines = new ServerLines();
    const entered: string[] = [];
    const names = ['ada', 'bob', 'cleo', 'dan', 'eve'];
    const all = names.map(async (name) => {
      entered.push(await lines.enter(ACCOUNT, server.login(name), { timeout: 5000 }));
    });
    await sleep(100);
    // Those who came before the first refusal have asked once, and nobody again within the first pause.
    expect(server.asked).toHaveLength(5);
    const late = lines.enter(ACCOUNT, server.login('late'), { timeout: 5000 });
    await sleep(20);
    expect(server.asked).not.toContain('late');
    server.max = 1;
    const started = Date.now();
    for (const count of [1, 2, 3, 4, 5]) {
      lines.freed(ACCOUNT);
      await sleep(15);
      expect(entered).toHaveLength(count);
      server.max++;
    }
    lines.freed(ACCOUNT);
    await Promise.all([...all, late]);
    expect(entered).toEqual(names);
    expect(Date.now() - started).toBeLessThan(1000);
  });

  it('fails in time, and says what was waited for and how long', async () => {
    const server = new Server(0);
    const lines = new ServerLines();
    const started = Date.now();
    const [first, second] = await Promise.allSettled(
      ['ada', 'bob'].map(async (name) => await lines.enter(ACCOUNT, server.login(name), { timeout: 1200 })),
    );
    expect(Date.now() - started).toBeGreaterThanOrEqual(1190);
    expect(Date.now() - started).toBeLessThan(2000);
    for (const result of [first, second])
      expect(result).toMatchObject({
        reason: {
          code: 'CONNECTION_LIMIT',
          message: 'mail.example.test allows no more',
          description: 'n8n waited 1 second for a connection. Close other programs.',
        },
      });
    // Asked with longer and longer pauses, not without end.
    expect(server.asked.length).toBeLessThanOrEqual(6);
    expect(lines.waiting(ACCOUNT)).toBe(0);
  });

  it('is left alone for as long as it asks, even if a connection has ended', async () => {
    const lines = new ServerLines();
    let asked = 0;
    const busy = new MailError('CONNECTION_LIMIT', 'busy', 'Later.', 300);
    const login = async () => await (asked++ === 0 ? Promise.reject(busy) : Promise.resolve('ada'));
    const started = Date.now();
    const waiting = lines.enter(ACCOUNT, login, { timeout: 5000 });
    await sleep(20);
    lines.freed(ACCOUNT);
    expect(await waiting).toBe('ada');
    expect(Date.now() - started).toBeGreaterThanOrEqual(295);
    expect(asked).toBe(2);
  });

  it('is left alone for the longest time that it asked for', async () => {
    const lines = new ServerLines();
    const refusals = [new MailError('CONNECTION_LIMIT', 'busy', 'Later.', 400), undefined];
    const logins = refusals.map(async (_, index) => {
      let asked = 0;
      const refusal = index === 0 ? refusals[0]! : new MailError('CONNECTION_LIMIT', 'full', 'Later.');
      const login = async () => {
        await sleep(index * 5);
        return await (asked++ === 0 ? Promise.reject(refusal) : Promise.resolve('in'));
      };
      return await lines.enter(ACCOUNT, login, { timeout: 5000 });
    });
    const started = Date.now();
    await sleep(50);
    lines.freed(ACCOUNT);
    await Promise.race(logins);
    expect(Date.now() - started).toBeGreaterThanOrEqual(350);
    await Promise.all(logins);
  });

  it('is not waited for any longer by who was cancelled while the server refused', async () => {
    const stop = new AbortController();
    const login = async () => {
      stop.abort(new Error('closed'));
      return await Promise.reject(new MailError('CONNECTION_LIMIT', 'full', 'Later.', 2000));
    };
    const lines = new ServerLines();
    let asked = 0;
    const second = async () =>
      await (asked++ === 0 ? Promise.reject(new MailError('CONNECTION_LIMIT', 'full', 'Later.')) : login());
    const started = Date.now();
    await expect(lines.enter(ACCOUNT, second, { timeout: 5000, signal: stop.signal })).rejects.toThrow(
      'closed',
    );
    expect(Date.now() - started).toBeLessThan(1500);
  });

  it('asks everybody with a connection to make room, until they have left', async () => {
    const lines = new ServerLines();
    const server = new Server(0);
    const asked: string[] = [];
    const leave = ['ada', 'bob'].map((name) =>
      lines.join(ACCOUNT, () => {
        asked.push(name);
        if (name === 'ada') return;
        server.max = 1;
        lines.freed(ACCOUNT);
      }),
    );
    lines.join('mail.example.test:993/other', () => asked.push('other'));
    const started = Date.now();
    expect(await lines.enter(ACCOUNT, server.login('eve'), { timeout: 5000 })).toBe('eve');
    expect(Date.now() - started).toBeLessThan(200);
    expect(asked).toEqual(['ada', 'bob']);
    leave.forEach((one) => one());
    await expect(lines.enter(ACCOUNT, server.login('dan'), { timeout: 50 })).rejects.toThrow();
    expect(asked).toHaveLength(2);
  });

  it('is not waited for if it asks for more time than there is', async () => {
    const busy = new MailError('CONNECTION_LIMIT', 'busy', 'Later.', 60_000);
    const started = Date.now();
    await expect(
      new ServerLines().enter(ACCOUNT, async () => await Promise.reject(busy), { timeout: 5000 }),
    ).rejects.toMatchObject({ code: 'CONNECTION_LIMIT' });
    expect(Date.now() - started).toBeLessThan(1000);
  });

  it('lets go of a wait that is cancelled, and of a login that fails for another reason', async () => {
    const server = new Server(0);
    const lines = new ServerLines();
    const stop = new AbortController();
    const cancelled = lines.enter(ACCOUNT, server.login('ada'), { timeout: 5000, signal: stop.signal });
    await sleep(20);
    const refused = lines.enter(
      ACCOUNT,
      async () => await Promise.reject(new MailError('AUTHENTICATION_FAILED', 'no', 'no')),
      { timeout: 5000 },
    );
    const next = lines.enter(ACCOUNT, server.login('eve'), { timeout: 5000 });
    stop.abort(new Error('closed'));
    await expect(cancelled).rejects.toThrow('closed');
    await expect(refused).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    server.max = 1;
    expect(await next).toBe('eve');
  });

  it('is a matter of one account only', async () => {
    const lines = new ServerLines();
    const stop = new AbortController();
    const full = lines.enter(ACCOUNT, new Server(0).login('ada'), { timeout: 5000, signal: stop.signal });
    await sleep(20);
    expect(await lines.enter('mail.example.test:993/bob', new Server(1).login('bob'), { timeout: 0 })).toBe(
      'bob',
    );
    stop.abort(new Error('closed'));
    await expect(full).rejects.toThrow('closed');
  });
});
