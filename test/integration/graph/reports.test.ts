// What Graph does by the bug reports of other programs that use it: one case for each kind.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Sort } from '../../../mail/model/message-search';
import { GraphClient } from '../../../mail/graph/client';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph } from '../../contract/graph-lab';
import type { Fault, GraphServer } from '../../servers/graph/graph';
import { codeOf, deliver } from '../exchange/faults';

const MANY = 700;

let server: GraphServer;
let client: GraphClient;

beforeAll(async () => {
  server = await startAdasGraph();
  await deliver(server, 'Many', MANY);
  await deliver(server, 'Other', 3);
  client = await GraphClient.open(graphSettings(server));
  await client.listFolders({ counts: false });
});
afterAll(async () => {
  await client?.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(() => {
  for (const list of [server.requests, server.calls, server.faults, server.batchFaults]) list.length = 0;
});

const asBefore: Fault = { kind: 'meanwhile', happens: () => {} };

const stored = () => {
  const mailbox = server.mailbox(ADA);
  return mailbox.itemsIn(mailbox.folderAt('Many').id);
};

describe('a list over several pages', () => {
  const places = { one: ['Many'], several: ['Many', 'Other'] };
  const search = async (where: readonly string[], sort: Sort) =>
    await client.searchMessages({ where, query: {}, wanted: { content: false }, limit: Infinity, sort });

  it.each<[keyof typeof places, Sort, number]>([
    ['one', 'newest', 1],
    ['one', 'newest', 200],
    ['one', 'oldest', 30],
    ['several', 'newest', 30],
  ])(
    'of %s folders, the %s first: misses nothing when somebody deletes %d that were on the page before',
    async (place, sort, count) => {
      await deliver(server, 'Many', count);
      const before = stored();
      const first = sort === 'newest' ? before.toReversed() : before;
      const gone = first.slice(0, count).map(({ id }) => id);
      const { items } = server.mailbox(ADA);
      const happens = () => gone.forEach((id) => items.delete(id));
      server.faults.push(asBefore, { kind: 'meanwhile', happens });
      const found = await search(places[place], sort);
      const ids = new Set(found.map(({ id }) => id));
      expect(ids.size).toBe(before.length + (place === 'one' ? 0 : 3));
      expect(found).toHaveLength(ids.size);
      const times = found.map(({ receivedAt = '' }) => receivedAt);
      expect(times).toEqual(sort === 'newest' ? times.toSorted().reverse() : times.toSorted());
    },
  );

  it('takes no more requests than it has pages', async () => {
    await client.findMessages('Many', {}, Infinity);
    expect(server.requests).toHaveLength(1);
    await client.listMessages('Many', {}, { content: false }, Infinity);
    expect(server.requests).toHaveLength(1 + Math.ceil(stored().length / 250));
  });

  it('of messages that came in the same second are read by the links of Graph', async () => {
    const { items } = server.mailbox(ADA);
    for (const item of stored()) item.receivedAt = new Date('2026-11-02T10:00:00Z');
    expect(items.size).toBeGreaterThan(MANY);
    const found = await client.listMessages('Many', {}, { content: false }, Infinity);
    expect(new Set(found.map(({ id }) => id)).size).toBe(stored().length);
  });
});

describe('a message that is sent', () => {
  const send = async () =>
    await client.send(
      { from: ADA, to: 'info@example.test', subject: 'once', text: 'x' },
      { saveToSent: 'automatic' },
    );

  // learn.microsoft.com/answers/questions/2286986: it fails with a 504, and is delivered.
  it.each<[string, Fault]>([
    ['504', { kind: 'status', status: 504 }],
    ['UnknownError', { kind: 'error', status: 504, code: 'UnknownError' }],
    ['ErrorInternalServerError', { kind: 'error', status: 500, code: 'ErrorInternalServerError' }],
    ['ErrorTimeoutExpired', { kind: 'error', status: 500, code: 'ErrorTimeoutExpired' }],
  ])('%s: may be on its way', async (_, fault) => {
    server.faults.push(fault);
    expect(await codeOf(send())).toBe('SEND_UNCERTAIN');
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, number, string]>([
    ['ErrorQuotaExceeded', 507, 'SERVER_REFUSED'],
    ['ErrorSendAsDenied', 403, 'SEND_REFUSED'],
    ['ErrorAccessDenied', 403, 'ACCESS_DENIED'],
    ['MailboxNotEnabledForRESTAPI', 404, 'SERVER_REFUSED'],
  ])('%s: was not sent', async (code, status, expected) => {
    server.faults.push({ kind: 'error', status, code });
    expect(await codeOf(send())).toBe(expected);
  });
});
