import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MailClient } from '../../mail/model/client';
import { LEFT_OUT, type FailedFolders, type MessageSearch } from '../../mail/model/message-search';
import { mail } from '../servers/mailbox';
import type { MailLab } from './lab';

const at = (hour: number) => new Date(Date.UTC(2026, 10, 5, hour));

/** Of a message that no other test has. The number says when it was received. */
const seek = (hour: number, attachment = false) => ({
  raw: mail({
    subject: `Seek ${hour}`,
    from: `sender${hour}@example.test`,
    text: `text ${hour}`,
    ...(attachment && { attachments: [{ filename: 'a.pdf', contentType: 'application/pdf', content: 'x' }] }),
  }),
  receivedAt: at(hour),
});

/** What every protocol with folders does to search more than one of them. */
export function searchesFolders(startLab: () => Promise<MailLab>): void {
  describe('a search in several folders', () => {
    let lab: MailLab;
    let client: MailClient;
    let one = '';
    let two = '';
    /** By special use, as far as the account has such folders. */
    const special = new Map<string, string>();

    beforeAll(async () => {
      lab = await startLab();
      client = await lab.open();
      [one, two] = [`${lab.prefix ?? ''}SeekOne`, `${lab.prefix ?? ''}SeekTwo`];
      await lab.deliver(one, [seek(1), seek(4, true), seek(5)]);
      await lab.deliver(two, [seek(2, true), seek(3), seek(6, true)]);
      await lab.deliver(lab.inbox, [seek(7)]);
      for (const { path, specialUse } of await client.listFolders({ counts: false })) {
        if (!specialUse || !LEFT_OUT.some((use) => use === specialUse)) continue;
        special.set(specialUse, path);
        await lab.deliver(path, [seek(9)]);
      }
    });
    afterAll(async () => {
      await client?.close();
      await lab?.stop();
    });

    /** The numbers of the messages. */
    const found = async (search: Partial<MessageSearch>, refused?: FailedFolders): Promise<number[]> => {
      const messages = await client.searchMessages(
        {
          ...{ where: [one, two], limit: Infinity, sort: 'newest', wanted: { content: false } },
          ...search,
          query: { subject: ['Seek'], ...search.query },
        },
        undefined,
        refused,
      );
      return messages.map(({ subject }) => Number(subject.replace('Seek ', '')));
    };

    it('gives them in one order, and the limit is for all together', async () => {
      expect(await found({})).toEqual([6, 5, 4, 3, 2, 1]);
      expect(await found({ limit: 3 })).toEqual([6, 5, 4]);
      expect(await found({ sort: 'oldest' })).toEqual([1, 2, 3, 4, 5, 6]);
      expect(await found({ sort: 'oldest', limit: 4 })).toEqual([1, 2, 3, 4]);
    });

    it('gives the oldest of one folder, also where some do not match', async () => {
      expect(await found({ where: [two], sort: 'oldest', limit: 2 })).toEqual([2, 3]);
      const query = { hasAttachments: true };
      expect(await found({ where: [two], sort: 'oldest', limit: 1, query })).toEqual([2]);
      expect(await found({ where: [two], sort: 'newest', limit: 1, query })).toEqual([6]);
      const all = { where: [one], query: {}, wanted: { content: false }, limit: 2, sort: 'oldest' } as const;
      expect((await client.searchMessages(all)).map(({ subject }) => subject)).toEqual(['Seek 1', 'Seek 4']);
    });

    it('finds any of several senders, and what only the messages say', async () => {
      const from = ['sender1@', 'sender3@', 'sender6@', 'nobody@', 'none@'];
      expect(await found({ query: { from } })).toEqual([6, 3, 1]);
      expect(await found({ query: { hasAttachments: true } })).toEqual([6, 4, 2]);
      expect(await found({ query: { hasAttachments: true }, limit: 2, sort: 'oldest' })).toEqual([2, 4]);
      expect(await found({ query: { subject: [{ exactly: 'seek 3' }] } })).toEqual([3]);
    });

    it('gives the texts of those that it gives', async () => {
      const search = { query: { subject: ['Seek'] }, wanted: { content: true, headers: true }, limit: 2 };
      const messages = await client.searchMessages({ ...search, where: [two, one], sort: 'newest' });
      expect(messages.map(({ content }) => content?.text.trim())).toEqual(['text 6', 'text 5']);
      expect(messages.map(({ folder }) => folder)).toEqual([two, one]);
      expect(messages.every(({ headers = [] }) => headers.length > 3)).toBe(true);
    });

    it('takes a folder that is named twice once', async () => {
      expect(await found({ where: ['\\Inbox', one, lab.inbox, one] })).toEqual([7, 5, 4, 1]);
    });

    it('names a folder that is not there, and gives the others', async () => {
      const refused: FailedFolders = new Map();
      const where = [one, `${lab.prefix ?? ''}NoSuch`, two];
      expect(await found({ where, limit: 2 }, refused)).toEqual([6, 5]);
      expect([...refused]).toEqual([[where[1], expect.objectContaining({ code: 'FOLDER_NOT_FOUND' })]]);
      await expect(found({ where })).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' });
      await expect(found({ where: [where[1]!] }, refused)).rejects.toMatchObject({
        code: 'FOLDER_NOT_FOUND',
      });
      expect(await client.check()).toBe(true);
    });

    it('searches all folders, without drafts, junk and trash unless they are included', async () => {
      expect(await found({ where: { allExcept: LEFT_OUT } })).toEqual([7, 6, 5, 4, 3, 2, 1]);
      expect(await found({ where: { allExcept: LEFT_OUT }, limit: 2, sort: 'oldest' })).toEqual([1, 2]);
      const nines = (await found({ where: { allExcept: [] } })).filter((hour) => hour === 9);
      expect(nines).toHaveLength(special.size);
      for (const use of LEFT_OUT) {
        const others = LEFT_OUT.filter((one) => one !== use);
        const hours = await found({ where: { allExcept: others }, limit: 1 });
        expect(hours).toEqual([special.has(use) ? 9 : 7]);
      }
    });

    it('refuses a query that cannot be used', async () => {
      const refused: FailedFolders = new Map();
      const where = { allExcept: LEFT_OUT };
      for (const places of [where, [two, one]]) {
        await expect(found({ where: places, query: { from: ['a\r\nb'] } }, refused)).rejects.toMatchObject({
          code: 'INVALID_INPUT',
        });
      }
      expect(refused.size).toBe(0);
    });
  });
}

/** The same where the inbox is the only folder. */
export function searchesInbox(startLab: () => Promise<MailLab>): void {
  describe('a search in all folders', () => {
    let lab: MailLab;
    let client: MailClient;
    beforeAll(async () => {
      lab = await startLab();
      await lab.deliver(
        lab.inbox,
        [1, 2, 3].map((hour) => seek(hour)),
      );
      client = await lab.open();
    });
    afterAll(async () => {
      await client?.close();
      await lab?.stop();
    });
    const found = async (search: Partial<MessageSearch>) =>
      (
        await client.searchMessages({
          ...{ where: { allExcept: LEFT_OUT }, limit: Infinity, sort: 'newest', wanted: { content: false } },
          ...search,
          query: { subject: ['Seek'] },
        })
      ).map(({ subject }) => subject);

    it('is one in the inbox', async () => {
      expect(await found({})).toEqual(['Seek 3', 'Seek 2', 'Seek 1']);
      expect(await found({ sort: 'oldest', limit: 2 })).toEqual(['Seek 1', 'Seek 2']);
      expect(await found({ where: ['inbox', '\\Inbox'], limit: 1 })).toEqual(['Seek 3']);
      await expect(found({ where: [lab.inbox, 'Archive'] })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    });
  });
}
