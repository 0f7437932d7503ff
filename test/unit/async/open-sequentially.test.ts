import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { MailError, isMailError } from '../../../mail/errors';
import { openSequentially } from '../../../mail/async/open-sequentially';

/** Counts what is open, and how much of it there was at the same time. */
class Desk {
  readonly started: string[] = [];
  most = 0;
  private readonly open = new Set<Readable>();

  readonly give = async (name: string) => {
    this.started.push(name);
    const content = Readable.from([Buffer.from(name)]);
    this.open.add(content);
    this.most = Math.max(this.most, this.nowOpen());
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (name === 'gone') throw new MailError('MESSAGE_NOT_FOUND', 'gone', 'x');
    if (name === 'lost') throw new MailError('CONNECTION_LOST', 'lost', 'x');
    return { content };
  };

  async stillOpen(): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return this.nowOpen();
  }

  private nowOpen(): number {
    return [...this.open].filter(({ destroyed }) => !destroyed).length;
  }
}

const NAMES = ['a', 'b', 'gone', 'c', 'd', 'e'];

describe.each([0, 2])('opening one by one, with %i ahead', (ahead) => {
  it('gives each in order, or why it failed', async () => {
    const desk = new Desk();
    const given: string[] = [];
    for await (const [name, opened] of openSequentially(NAMES, desk.give, ahead)) {
      given.push(isMailError(opened) ? `no ${name}` : String((await opened.content.toArray())[0]));
    }
    expect(given).toEqual(['a', 'b', 'no gone', 'c', 'd', 'e']);
    expect(desk.started).toEqual(NAMES);
  });

  it('closes what nobody reads, and never opens more than allowed', async () => {
    const desk = new Desk();
    for await (const [name] of openSequentially(['a', 'b', 'c', 'd', 'e'], desk.give, ahead)) {
      if (name === 'd') break;
    }
    expect(desk.most).toBeLessThanOrEqual(1 + ahead);
    expect(desk.started).toHaveLength(Math.min(4 + ahead, 5));
    expect(await desk.stillOpen()).toBe(0);
  });

  it('stops, in order, when the connection is lost', async () => {
    const desk = new Desk();
    const given: string[] = [];
    const reading = (async () => {
      for await (const [name] of openSequentially(['a', 'lost', 'b', 'c'], desk.give, ahead))
        given.push(name);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(given).toEqual(['a']);
  });
});
