// What Exchange says in the field: the numbers are those of the dialogues that were collected there.
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import { GraphClient } from '../../../mail/graph/client';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph } from '../../contract/graph-lab';
import type { Fault, GraphServer, PartFault } from '../../servers/graph/graph';
import { deliverOne, INLINE_PDF } from '../exchange/dialogues';
import { codeOf, deliver } from '../exchange/faults';

let server: GraphServer;
let client: GraphClient;

beforeAll(async () => {
  server = await startAdasGraph();
});
afterAll(async () => {
  await client?.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(async () => {
  server.faults.length = 0;
  await client?.close();
  client = await GraphClient.open(graphSettings(server));
  await client.listFolders({ counts: false });
  for (const list of [server.requests, server.calls, server.faults, server.batchFaults]) list.length = 0;
});

describe('23: a category in different upper and lower case', () => {
  const invoice = async () => await deliverOne(server, client, { subject: 'i' }, { categories: ['Invoice'] });

  it('is found', async () => {
    const { message } = await invoice();
    expect(await client.findMessages(message.folder, { keyword: ['invoice'] }, 5)).toHaveLength(1);
  });

  it('is removed', async () => {
    const { item, message } = await invoice();
    await client.markMessages([message.id], { removeKeywords: ['invoice'] });
    expect(item.categories).toEqual([]);
  });

  it('is not added again', async () => {
    const { item, message } = await invoice();
    await client.markMessages([message.id], { addKeywords: ['INVOICE'] });
    expect(item.categories).toEqual(['Invoice']);
  });
});

describe('24: a PDF that Exchange calls inline', () => {
  it('counts as an attachment', async () => {
    const { message } = await deliverOne(server, client, INLINE_PDF);
    expect(message.attachments).toMatchObject([{ fileName: 'a.pdf', inline: false }]);
  });

  it('is found by the filter for attachments', async () => {
    const { message } = await deliverOne(server, client, INLINE_PDF);
    expect(await client.findMessages(message.folder, { hasAttachments: true }, 5)).toHaveLength(1);
  });

  it('stays a visible attachment when the message is appended', async () => {
    const marks = { isRead: true };
    await client.createFolder('Appended');
    await client.appendMessage('Appended', { content: INLINE_PDF, marks });
    const mailbox = server.mailbox(ADA);
    const [item] = mailbox.itemsIn(mailbox.folderAt('Appended').id);
    expect(item?.parsed.attachments).toMatchObject([{ filename: 'a.pdf', disposition: 'attachment' }]);
  });
});

describe('26: a server that gives the same link to the next page again and again', () => {
  it('does not keep a search for ever', async () => {
    const next = `${server.url}/v1.0/me/mailFolders/inbox/messages?$select=id&$skip=10`;
    const body = JSON.stringify({ value: [], '@odata.nextLink': next });
    server.faults.push(...Array.from({ length: 20 }, (): Fault => ({ kind: 'rubbish', body })));
    await codeOf(client.findMessages('INBOX', {}, Infinity));
    expect(server.faults.length).toBeGreaterThan(10);
  });
});

describe('27: a link among the attachments', () => {
  const LINKED = Buffer.from(
    [
      ...[
        'From: bob@example.test',
        'Subject: linked',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
      ],
      ...['Content-Type: application/pdf', 'Content-Disposition: attachment; filename=a.pdf', '', 'PDF'],
      ...['--b--', ''],
    ].join('\r\n'),
  );
  const links = [{ name: 'Budget.xlsx', size: 382 }];

  it('is told apart from the files, which are given', async () => {
    const { message } = await deliverOne(server, client, LINKED, { links });
    const requests = message.attachments.map((one) => ({ ...one, id: message.id }));
    const told = new Map<string, string>();
    for await (const [{ fileName }, download] of client.openAttachments(requests)) {
      const isRefused = isMailError(download);
      told.set(fileName, isRefused ? download.message : (await buffer(download.content)).toString().trim());
    }
    expect(told.get('a.pdf')).toBe('PDF');
    // It is left out of the files, or its error says what it is.
    expect(told.get('Budget.xlsx') ?? 'a link').toMatch(/link/i);
  });
});

describe('28: a change that conflicts with another one', () => {
  const conflict: PartFault = {
    ...{ kind: 'error', status: 412, code: 'ErrorIrresolvableConflict' },
    only: /^PATCH/,
  };
  const three = async (folder: string) => {
    await deliver(server, folder, 3);
    return await client.findMessages(folder, {}, 3);
  };
  const read = (folder: string) =>
    server
      .mailbox(ADA)
      .itemsIn(server.mailbox(ADA).folderAt(folder).id)
      .filter(({ isRead }) => isRead);

  it('is tried once more', async () => {
    const ids = await three('Conflict');
    server.batchFaults.push(conflict);
    const outcomes = await client.markMessages(ids, { isRead: true });
    expect([...outcomes.values()].filter((one) => isMailError(one))).toEqual([]);
    expect(read('Conflict')).toHaveLength(3);
  });

  it('and conflicts again is reported as a conflict, and the others are marked', async () => {
    const ids = await three('Conflict again');
    server.batchFaults.push(conflict, undefined, undefined, conflict, conflict);
    const outcomes = await client.markMessages(ids, { isRead: true });
    const errors = [...outcomes.values()].filter((one) => isMailError(one));
    expect(errors).toMatchObject([{ message: expect.stringMatching(/changed/) as string }]);
    expect(read('Conflict again')).toHaveLength(2);
  });
});

describe('29: a filter that is too complex for the server', () => {
  it('is evaluated by the client, or refused as too many filters', async () => {
    const { message } = await deliverOne(server, client, { subject: 'complex', from: 'bob@example.test' });
    server.faults.push({ kind: 'error', status: 400, code: 'ErrorRestrictionTooComplex' });
    const found = client.findMessages(message.folder, { subject: ['complex'], from: ['bob'] }, 5);
    expect(['done', 'NOT_SUPPORTED']).toContain(await codeOf(found));
  });
});
