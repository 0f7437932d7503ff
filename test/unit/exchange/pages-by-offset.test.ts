import { describe, expect, it } from 'vitest';

import { pagesByOffset, type OffsetPage } from '../../../mail/exchange/pages-by-offset';
import { random } from '../random';

interface Entry {
  id: string;
  isHidden?: boolean;
}

const entries = (count: number, name = 'e'): Entry[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${name}${index}` }));

/** A server's list, which counts what it does not give. */
class ServerList {
  requests = 0;

  constructor(
    public content: Entry[],
    private readonly size: number,
    private readonly before: (list: ServerList) => void = () => undefined,
  ) {}

  page(offset: number, overlap: number): OffsetPage<Entry> {
    if (this.requests++ > 0) this.before(this);
    const given: Entry[] = [];
    let next = offset;
    while (next < this.content.length && given.length < this.size + overlap) {
      const one = this.content[next++]!;
      if (!one.isHidden) given.push(one);
    }
    return { entries: given, ...(next < this.content.length && { next }) };
  }

  async read(mostIdle = 3): Promise<string[]> {
    const read: string[] = [];
    const pages = pagesByOffset<Entry>({
      ...{ name: 'the list', idOf: ({ id }) => id, mostIdle },
      read: async (offset, overlap) => await Promise.resolve(this.page(offset, overlap)),
    });
    for await (const page of pages) read.push(...page.map(({ id }) => id));
    expect(new Set(read).size).toBe(read.length);
    return read;
  }
}

describe('a list by position', () => {
  it.each([0, 1, 9, 10, 11, 20, 99, 1000])(
    'of %i entries takes no more requests than pages',
    async (count) => {
      const list = new ServerList(entries(count), 10);
      expect(await list.read()).toEqual(entries(count).map(({ id }) => id));
      expect(list.requests).toBe(Math.max(1, Math.ceil(count / 10)));
    },
  );

  it('with pages of one entry is read to its end', async () => {
    expect(await new ServerList(entries(5), 1).read()).toHaveLength(5);
  });

  it('gives what stays exactly once, whatever comes and goes', async () => {
    for (let seed = 0; seed < 2000; seed++) {
      const chance = random(seed);
      const below = (most: number) => Math.floor(chance() * most);
      let added = 0;
      const change = ({ content }: ServerList) => {
        for (let n = below(4); n > 0; n--) {
          const at = below(content.length + 1);
          if (chance() < 0.6) content.splice(at, below(chance() < 0.2 ? 100 : 4));
          else content.splice(at, 0, ...entries(below(3), `new${added++}-`));
        }
      };
      const list = new ServerList(entries(below(300)), 5 + below(20), change);
      const given = new Set(await list.read());
      const stayed = list.content.filter(({ id }) => id.startsWith('e') && !given.has(id));
      expect(stayed, `with seed ${seed}`).toEqual([]);
      expect(list.requests).toBeLessThan(200);
    }
  });

  it('is whole where the server counts entries that it does not give', async () => {
    const next = random(7);
    const content = entries(500).map((one) => ({ ...one, isHidden: next() < 0.5 }));
    const shown = content.filter(({ isHidden }) => !isHidden).map(({ id }) => id);
    const list = new ServerList(content, 10);
    expect(await list.read(100)).toEqual(shown);
  });

  it('is whole where the server gives many empty pages and a long part that it does not give', async () => {
    const hidden = Array.from({ length: 300 }, (_, n) => ({ id: `h${n}`, isHidden: true }));
    const content = [...entries(20), ...hidden, ...entries(30, 'more')];
    const pages = pagesByOffset<Entry>({
      ...{ name: 'the list', idOf: ({ id }) => id, mostIdle: 100 },
      // Ten at a time, whatever of them is given.
      read: async (offset) => {
        const next = offset + 10;
        const given = content.slice(offset, next).filter((one) => !('isHidden' in one));
        return await Promise.resolve({ entries: given, ...(next < content.length && { next }) });
      },
    });
    let count = 0;
    for await (const page of pages) count += page.length;
    expect(count).toBe(50);
  });

  it.each<[string, (offset: number) => OffsetPage<Entry>]>([
    ['repeats itself', (offset) => ({ entries: entries(1), next: offset + 1 })],
    ['leads back', () => ({ entries: entries(2), next: 2 })],
    ['never begins where it should', (offset) => ({ entries: entries(2, `at${offset}-`), next: offset + 2 })],
  ])('ends with an error where the server %s', async (_, page) => {
    let requests = 0;
    const pages = pagesByOffset<Entry>({
      ...{ name: 'the list', idOf: ({ id }) => id, mostIdle: 3 },
      read: async (offset) => {
        requests++;
        return await Promise.resolve(page(offset));
      },
    });
    const reading = (async () => {
      for await (const some of pages) void some;
    })();
    await expect(reading).rejects.toThrow('keeps sending the same part of the list');
    expect(requests).toBeLessThan(100);
  });
});
