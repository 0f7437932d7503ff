// One damaged message among others: Graph gives no page that it is on, and does not say why.
// microsoft-graph-docs 2913 and 2108, alcionai/corso 5191; for pages that are too much for Graph: microsoft-graph-docs 11628.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { GraphClient } from '../../../mail/graph/client';
import type { MailError } from '../../../mail/errors';
import type { Message } from '../../../mail/model/message';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph } from '../../contract/graph-lab';
import type { Fault, GraphServer } from '../../servers/graph/graph';
import { mail } from '../../servers/mime';
import { codeOf } from '../exchange/faults';

let server: GraphServer;
let client: GraphClient;

beforeAll(async () => {
  server = await startAdasGraph({ pageSize: 10 });
  for (const [folder, count, damaged] of [
    ['Few', 5, [2]],
    ['Other', 3, []],
    ['Pages', 35, [0, 9, 10, 11, 34]],
    ['Only', 1, [0]],
  ] as const) {
    const messages = Array.from({ length: count }, (_, n) => ({
      mime: mail({
        subject: `${folder} ${n}`,
        text: 'here',
        headers: { References: '<thread@example.test>' },
      }),
      isDamaged: (damaged as readonly number[]).includes(n),
    }));
    await server.mailbox(ADA).deliver(folder, messages);
  }
  client = await GraphClient.open(graphSettings(server));
  await client.listFolders({ counts: false });
});
afterAll(async () => {
  await client?.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(() => {
  for (const list of [server.requests, server.faults, server.batchFaults]) list.length = 0;
});

/** What was given, by the numbers in the subjects, and how many messages were named as not given. */
const given = async (find: (failed: Map<string, MailError>) => Promise<Message[]>) => {
  const failed = new Map<string, MailError>();
  const messages = await find(failed);
  const numbers = messages.map(({ subject }) => Number(subject.split(' ')[1]));
  return { numbers, failed: [...failed.values()] };
};
const list = async (folder: string, limit = Infinity) =>
  await given(async (failed) => await client.listMessages(folder, {}, { content: true }, limit, failed));
const damaged = {
  code: 'SERVER_REFUSED',
  message: expect.stringContaining('ErrorContentConversionFailed') as string,
};
const without = (count: number, missing: readonly number[]) =>
  Array.from({ length: count }, (_, n) => count - 1 - n).filter((n) => !missing.includes(n));

describe('a damaged message', () => {
  it('is named, and the others are given, with one request more for each 20', async () => {
    expect(await list('Few')).toMatchObject({ numbers: [4, 3, 1, 0], failed: [damaged] });
    expect(server.requests).toHaveLength(3);
  });

  it('is named wherever it is in a list over several pages', async () => {
    const { numbers, failed } = await list('Pages');
    expect(numbers).toEqual(without(35, [0, 9, 10, 11, 34]));
    expect(failed).toMatchObject(Array.from({ length: 5 }, () => damaged));
  });

  it('is named where it is alone', async () => {
    expect(await list('Only')).toMatchObject({ numbers: [], failed: [damaged] });
  });

  it('rejects a call that does not ask what was not given', async () => {
    await expect(client.listMessages('Few', {}, { content: true }, 5)).rejects.toMatchObject(damaged);
  });

  it('is named among several folders, and in a search for a text', async () => {
    const search = { query: {}, wanted: { content: true }, limit: 100, sort: 'newest' as const };
    const found = await given(
      async (failed) => await client.searchMessages({ where: ['Few', 'Other'], ...search }, failed),
    );
    expect(found).toMatchObject({ numbers: [2, 1, 0, 4, 3, 1, 0], failed: [damaged] });
    const failed = new Map<string, MailError>();
    expect(await client.findMessages('Few', { body: ['here'] }, Infinity, failed)).toHaveLength(4);
    expect([...failed.values()]).toMatchObject([damaged]);
  });

  it('costs nothing where its text is not asked for', async () => {
    expect(await client.listMessages('Few', {}, { content: false }, 5)).toHaveLength(5);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a page that Graph does not give', () => {
  const refused = (status: number, code: string): Fault => ({ kind: 'error', status, code });

  it.each([
    [500, 'InternalServerError'],
    [504, 'UnknownError'],
    [400, 'ErrorInvalidAttachmentId'],
    [404, 'ErrorAttachmentNotFound'],
  ])('%i %s: its messages are given', async (status, code) => {
    server.faults.push(refused(status, code));
    expect(await list('Other')).toEqual({ numbers: [2, 1, 0], failed: [] });
  });

  it('also in a search in several folders, where another page follows', async () => {
    server.batchFaults.push(
      undefined as never,
      { ...refused(500, 'InternalServerError'), only: /messages/ } as never,
    );
    const search = { query: {}, wanted: { content: false }, limit: 100, sort: 'newest' as const };
    const found = await given(
      async (failed) => await client.searchMessages({ where: ['Pages', 'Other'], ...search }, failed),
    );
    expect(found.numbers).toHaveLength(38);
  });

  it('is an error if Graph gives nothing else either, after three requests', async () => {
    const down = refused(500, 'InternalServerError');
    server.faults.push(down, down);
    await expect(list('Other')).rejects.toMatchObject({
      message: expect.stringContaining('InternalServerError') as string,
    });
    server.faults.push(down);
    server.batchFaults.push(...Array.from({ length: 3 }, () => down as never));
    await expect(list('Other')).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    expect(server.requests).toHaveLength(5);
  });

  it('is a missing folder only if the folder is missing', async () => {
    const gone = refused(404, 'ErrorItemNotFound');
    server.faults.push(gone, gone);
    expect(await codeOf(client.listMessages('Other', {}, { content: true }, 5))).toBe('FOLDER_NOT_FOUND');
  });
});
