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

const ONE_ANSWER =
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
  '<m:FindItemResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">' +
  '<m:ResponseMessages><m:FindItemResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>' +
  '<m:RootFolder TotalItemsInView="0" IncludesLastItemInRange="true"><t:Items/></m:RootFolder>' +
  '</m:FindItemResponseMessage></m:ResponseMessages></m:FindItemResponse></s:Body></s:Envelope>';

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

    it('asks again for the folders for which Exchange was too busy, and names one that it refuses', async () => {
      const refused: FailedFolders = new Map();
      lab.server.faults.push({ kind: 'within', code: 'ErrorServerBusy', at: [1, 2], backOff: 10 });
      lab.server.faults.push({ kind: 'within', code: 'ErrorAccessDenied', at: [1] });
      const { found, asked } = await operations({}, refused);
      expect(asked).toEqual(['FindItem', 'FindItem', 'GetItem']);
      expect(found).toHaveLength(3);
      expect([...refused]).toEqual([['Three', expect.objectContaining({ code: 'ACCESS_DENIED' })]]);
    });

    it('names the folders of which the answer says nothing, and does not call that an unknown change', async () => {
      const refused: FailedFolders = new Map();
      lab.server.faults.push({ kind: 'rubbish', body: ONE_ANSWER });
      const { found } = await operations({}, refused);
      expect(found).toEqual([]);
      expect([...refused.keys()]).toEqual(['Two', 'Three', 'Four']);
      for (const error of refused.values()) expect(error).toMatchObject({ code: 'SERVER_REFUSED' });
    });

    it('takes 100 values with any characters', async () => {
      const from = ['sender@', ...Array.from({ length: 99 }, (_, i) => `<${i}&"'>]]>\u0001`)];
      expect((await operations({ query: { from } })).found).toHaveLength(4);
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

    it('asks again for the folders for which Graph was too busy, and names one that it refuses', async () => {
      const refused: FailedFolders = new Map();
      lab.server.batchFaults.push({ kind: 'throttled', retryAfter: 1, only: /messages/ });
      lab.server.batchFaults.push({ kind: 'error', status: 403, code: 'ErrorAccessDenied' });
      const found = await client.searchMessages(FIVE_SENDERS, undefined, refused);
      expect([found.length, refused.size]).toEqual([3, 1]);
      for (const error of refused.values()) expect(error).toMatchObject({ code: 'ACCESS_DENIED' });
    });

    it('takes 20 values with quotation marks, and more or longer ones, which are checked here', async () => {
      for (const others of [
        Array.from({ length: 19 }, () => "o'x"),
        Array.from({ length: 99 }, () => "o'x"),
        Array.from({ length: 9 }, () => 'ö'.repeat(200)),
      ]) {
        expect((await requests({ query: { from: ['sender@', ...others] } })).found).toHaveLength(4);
      }
    });

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
