import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { LEFT_OUT, type FailedFolders, type MessageSearch } from '../../../mail/model/message-search';
import { startEwsLab } from '../../contract/ews-lab';
import { startGraphLab } from '../../contract/graph-lab';
import type { MailLab } from '../../contract/lab';
import { mail } from '../../servers/mailbox';

const FOUR = ['One', 'Two', 'Three', 'Four'];
const FIVE_SENDERS: MessageSearch = {
  where: FOUR,
  query: { from: ['a@x.test', 'b@x.test', 'sender@', 'c@x.test', 'd@x.test'] },
  wanted: { content: false },
  limit: 50,
  sort: 'newest',
};

async function filled(lab: MailLab): Promise<MailClient> {
  for (const folder of FOUR) {
    await lab.deliver(folder, [{ raw: mail({ from: 'sender@example.test', subject: `in ${folder}` }) }]);
  }
  const client = await lab.open();
  // The list of folders is read once.
  await client.listMessages('One', {}, { content: false }, 1);
  return client;
}

describe('5 senders over 4 folders', () => {
  describe('over EWS', () => {
    let lab: Awaited<ReturnType<typeof startEwsLab>>;
    let client: MailClient;
    beforeAll(async () => {
      lab = await startEwsLab();
      client = await filled(lab);
    });
    afterAll(async () => {
      await client?.close();
      await lab?.stop();
    });
    const operations = async (search: Partial<MessageSearch>, refused?: FailedFolders) => {
      const before = lab.server.operations.length;
      const found = await client.searchMessages({ ...FIVE_SENDERS, ...search }, undefined, refused);
      return { found, asked: lab.server.operations.slice(before) };
    };

    it('is one search, and one request for what it finds', async () => {
      const { found, asked } = await operations({});
      expect(found).toHaveLength(4);
      expect(asked).toEqual(['FindItem', 'GetItem']);
    });

    it('is the same in all folders, after their list', async () => {
      const { found, asked } = await operations({ where: { allExcept: LEFT_OUT } });
      expect(found).toHaveLength(4);
      expect(asked).toEqual(['GetFolder', 'FindFolder', 'FindItem', 'GetItem']);
    });

    it('names a folder that Exchange does not search', async () => {
      const refused: FailedFolders = new Map();
      const { found } = await operations({ where: [...FOUR, 'Nowhere'] }, refused);
      expect(found).toHaveLength(4);
      expect([...refused.keys()]).toEqual(['Nowhere']);
    });
  });

  describe('over Graph', () => {
    let lab: Awaited<ReturnType<typeof startGraphLab>>;
    let client: MailClient;
    beforeAll(async () => {
      lab = await startGraphLab();
      client = await filled(lab);
    });
    afterAll(async () => {
      await client?.close();
      await lab?.stop();
    });
    const requests = async (search: Partial<MessageSearch>) => {
      const before = lab.server.requests.length;
      const found = await client.searchMessages({ ...FIVE_SENDERS, ...search });
      return { found, asked: lab.server.requests.slice(before) };
    };

    it('is one batch', async () => {
      const { found, asked } = await requests({});
      expect(found).toHaveLength(4);
      expect(asked).toEqual(['POST /v1.0/$batch']);
    });

    it('is one list in all folders, after the list of folders', async () => {
      const { found, asked } = await requests({ where: { allExcept: LEFT_OUT } });
      expect(found).toHaveLength(4);
      expect(asked.at(-1)).toBe('GET /v1.0/me/messages');
      expect(asked.filter((one) => one.includes('messages'))).toHaveLength(1);
    });
  });
});
