import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { EwsClient } from '../../../mail/ews/client';
import { GraphClient } from '../../../mail/graph/client';
import type { MailClient } from '../../../mail/model/client';
import type { Sort } from '../../../mail/model/message-search';
import { ewsSettings } from '../../contract/ews-lab';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph } from '../../contract/graph-lab';
import { startEws } from '../../servers/exchange/ews';
import type { ExchangeMailbox, StoredItem } from '../../servers/exchange/mailbox';
import { mail } from '../../servers/mime';

// A list that someone else changes between two pages. Nobody may miss a message that was there all the time.

const PAGE = 10;
const COUNT = 45;

interface ChangingLab {
  server: {
    mailbox(address: string): ExchangeMailbox;
    meanwhile: Array<(() => unknown) | undefined>;
    problems: string[];
    stop(): Promise<void>;
  };
  open(): Promise<MailClient>;
  /** The number of requests so far. */
  requests(): number;
}

const LABS: Record<string, () => Promise<ChangingLab>> = {
  EWS: async () => {
    const accounts = [{ user: 'ada', domain: '', password: 'secret' }];
    const server = await startEws({ accounts, findLimit: PAGE });
    const open = async () => await EwsClient.open(ewsSettings(server));
    return { server, open, requests: () => server.operations.length };
  },
  Graph: async () => {
    const server = await startAdasGraph({ pageSize: PAGE });
    const open = async () => await GraphClient.open(graphSettings(server));
    return { server, open, requests: () => server.requests.length };
  },
};

describe.each(Object.keys(LABS))('a list that changes while it is read, over %s', (protocol) => {
  let lab: ChangingLab;
  let client: MailClient;
  let folder: string;
  let box: ExchangeMailbox;
  let number = 0;

  beforeAll(async () => {
    lab = await LABS[protocol]!();
    client = await lab.open();
    box = lab.server.mailbox(ADA);
  });
  afterAll(async () => {
    await client?.close();
    await lab?.server.stop();
    expect(lab.server.problems).toEqual([]);
  });
  beforeEach(async () => {
    lab.server.meanwhile.length = 0;
    folder = `Changing ${(number += 1)}`;
    await box.deliver(
      folder,
      Array.from({ length: COUNT }, (_, index) => ({ mime: mail({ subject: `m${index}` }) })),
    );
    // The list of folders is read once.
    await client.getFolder(folder);
    await client.findMessages(folder, {}, 1);
  });

  /** Oldest first. */
  const items = (): StoredItem[] => box.itemsIn(box.folderAt(folder).id);
  const inOrder = (sort: Sort): StoredItem[] => (sort === 'newest' ? items().reverse() : items());
  const remove = (some: readonly StoredItem[]) => some.forEach(({ id }) => box.items.delete(id));
  const arrive = async (count = 1) =>
    await box.deliver(
      folder,
      Array.from({ length: count }, () => ({ mime: mail({ subject: 'new' }) })),
    );

  const list = async (sort: Sort) =>
    (
      await client.searchMessages({
        ...{ where: [folder], query: {}, wanted: { content: false } },
        ...{ limit: Infinity, sort },
      })
    ).map(({ subject }) => subject);

  /** @returns what was there from beginning to end, and what was given */
  async function read(sort: Sort, ...meanwhile: Array<(() => unknown) | undefined>) {
    const before = items();
    lab.server.meanwhile.push(...meanwhile);
    const given = await list(sort);
    const now = new Set(items().map(({ immutableId }) => immutableId));
    const stayed = before.filter(({ immutableId }) => now.has(immutableId));
    return { stayed: stayed.map(({ parsed }) => parsed.subject ?? ''), given };
  }

  const assertWhole = ({ stayed, given }: Awaited<ReturnType<typeof read>>) => {
    expect(stayed.filter((subject) => !given.includes(subject))).toEqual([]);
    const old = given.filter((subject) => subject !== 'new');
    expect(new Set(old).size).toBe(old.length);
  };

  describe.each<Sort>(['newest', 'oldest'])('%s first', (sort) => {
    const trash = () => box.distinguished('deleteditems')!.id;

    it.each<[string, (known: StoredItem[]) => StoredItem[]]>([
      ['one message that was given', (known) => known.slice(3, 4)],
      ['the last message that was given', (known) => known.slice(-1)],
      ['all messages that were given', (known) => known],
      ['more than one page', () => inOrder(sort).slice(5, 2 * PAGE + 3)],
    ])('misses nothing when someone deletes %s', async (_, chosen) => {
      const known = inOrder(sort).slice(0, PAGE);
      assertWhole(await read(sort, undefined, () => remove(chosen(known))));
    });

    it('misses nothing when all that was read is moved away before the last page', async () => {
      const moveAll = () =>
        inOrder(sort)
          .slice(0, 3 * PAGE)
          .forEach((one) => box.move(one, trash()));
      assertWhole(await read(sort, undefined, undefined, undefined, moveAll));
    });

    it('misses nothing when a message goes and another one comes', async () => {
      const swap = async () => {
        remove(inOrder(sort).slice(2, 3));
        await arrive();
      };
      assertWhole(await read(sort, undefined, swap, swap, swap));
    });

    it('misses nothing when a message goes before each page', async () => {
      const one = () => remove(inOrder(sort).slice(1, 2));
      assertWhole(await read(sort, undefined, ...Array.from({ length: 60 }, () => one)));
    });

    it('ends, and misses nothing, when new messages arrive before each page', async () => {
      const result = await read(
        sort,
        undefined,
        ...Array.from({ length: 60 }, () => async () => await arrive(3)),
      );
      assertWhole(result);
      expect(result.given.length).toBeLessThan(3 * COUNT);
    });

    it('takes no more requests than pages when nothing changes', async () => {
      const before = lab.requests();
      expect(await list(sort)).toHaveLength(COUNT);
      // Over EWS, those that read what was found come too: 45 ids in one.
      const reading = protocol === 'EWS' ? 1 : 0;
      expect(lab.requests() - before - reading).toBe(Math.ceil(COUNT / PAGE));
    });
  });

  it('gives a message once that moves to another folder of the search', async () => {
    const other = `${folder} other`;
    await box.deliver(other, [{ mime: mail({ subject: 'newest' }) }]);
    // Older than the rest, so that its new place was not read yet.
    const [old] = items();
    await client.getFolder(other);
    await client.findMessages(other, {}, 1);
    await box.deliver(
      other,
      Array.from({ length: PAGE }, () => ({
        mime: mail({ subject: 'filler' }),
        receivedAt: new Date('2020-01-01'),
      })),
    );
    const move = () => box.move(old!, box.folderAt(other).id);
    lab.server.meanwhile.push(...Array.from({ length: 5 }, () => undefined), move);
    const found = await client.searchMessages({
      ...{ where: [folder, other], query: {}, wanted: { content: false } },
      ...{ limit: Infinity, sort: 'newest' },
    });
    const ids = found.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(found.filter(({ subject }) => subject === 'm0').length).toBeLessThan(2);
  });

  it('ends with nothing more when the folder is emptied', async () => {
    const result = await read('newest', undefined, undefined, () => remove(items()));
    expect(result.given.length).toBeLessThanOrEqual(COUNT);
  });

  it('finds all that match for a bulk change, though another program moves them', async () => {
    const moved: string[] = [];
    const move = () => {
      const [one] = inOrder('newest');
      moved.push(one!.id);
      box.move(one!, box.distinguished('deleteditems')!.id);
    };
    lab.server.meanwhile.push(undefined, move, move, move);
    const all = items().map(({ id }) => id);
    const ids = await client.findMessages(folder, { subject: ['m'] }, Infinity);
    const stayed = all.filter((id) => !moved.includes(id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(stayed.length);
  });

  it('knows every folder, though others are deleted while the list is read', async () => {
    const old = Array.from({ length: 2 * PAGE }, (_, n) => box.folderAt(`Old ${n}`));
    const names = Array.from({ length: 3 * PAGE }, (_, n) => `Kept ${n}`);
    for (const name of names) box.folderAt(`${name}/Within`);
    const removeOne = () => box.removeFolder(old.shift()!.id);
    // Known names first.
    lab.server.meanwhile.push(undefined, ...Array.from({ length: 8 }, () => removeOne));
    const paths = (await client.listFolders({ counts: false })).map(({ path }) => path);
    expect(names.filter((name) => !paths.includes(`${name}/Within`))).toEqual([]);
    expect(new Set(paths).size).toBe(paths.length);
    for (const { id } of old) box.removeFolder(id);
  });
});
