import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { isMailError, type MailError } from '../../../mail/errors';
import { GraphClient } from '../../../mail/graph/client';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph, token } from '../../contract/graph-lab';
import type { Fault, GraphServer } from '../../servers/graph/graph';
import { mail } from '../../servers/mailbox';
import { waitFor } from '../../servers/wait';
import { codeOf, deliver, testFaults } from '../exchange/faults';

const OTHER = 'info@example.test';

let server: GraphServer;
let client: MailClient;

beforeAll(async () => {
  server = await startAdasGraph({ delay: 2 });
});
afterAll(async () => {
  await client?.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(async () => {
  await client?.close();
  client = await open();
  await client.listFolders({ counts: false });
  for (const list of [server.requests, server.calls, server.faults, server.batchFaults]) list.length = 0;
});

const open = async () => await GraphClient.open(graphSettings(server));
const isDone = (outcome: unknown) => !isMailError(outcome);

describe('a thousand messages', () => {
  let ids: string[];
  beforeAll(async () => {
    await deliver(server, 'Thousand', 1000);
    const one = await open();
    await one.createFolder('There');
    await one.close();
  });

  it('are found with one request, and listed with four requests', async () => {
    ids = await client.findMessages('Thousand', {}, Infinity);
    expect(ids).toHaveLength(1000);
    expect(server.requests).toHaveLength(1);
    server.requests.length = 0;
    expect(await client.listMessages('Thousand', {}, { content: false }, 1000)).toHaveLength(1000);
    expect(server.requests).toHaveLength(4);
  });

  it('are not listed twice where Graph finds the filter too complex only on a later page', async () => {
    server.faults.push(undefined, { kind: 'error', status: 400, code: 'InefficientFilter' });
    const listing = client.listMessages('Thousand', { isRead: false }, { content: false }, 1000);
    await expect(listing).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    expect(server.requests).toHaveLength(2);
  });

  it('are listed with their texts in pages of a hundred', async () => {
    expect(await client.listMessages('Thousand', {}, { content: true }, 1000)).toHaveLength(1000);
    expect(server.requests).toHaveLength(10);
  });

  it('are read, marked, moved and deleted with fifty requests each, four at a time', async () => {
    const read = await client.getMessages(ids, { content: false });
    expect([...read.values()].filter(isDone)).toHaveLength(1000);
    expect(server.requests).toHaveLength(50);
    server.requests.length = 0;
    await client.markMessages(ids, { isRead: true, isFlagged: true });
    expect(server.requests).toHaveLength(50);
    server.requests.length = 0;
    const moved = await client.moveMessages(ids, 'There');
    expect([...moved.values()].filter(isDone)).toHaveLength(1000);
    expect(server.requests).toHaveLength(50);
    // Immutable ids stay.
    expect([...moved].every(([id, outcome]) => !isMailError(outcome) && outcome.id === id)).toBe(true);
    server.requests.length = 0;
    await client.deleteMessages(ids, { permanently: true });
    expect(server.requests).toHaveLength(50);
    expect(await client.findMessages('There', {}, Infinity)).toEqual([]);
    expect(server.mostAtOnce).toBe(4);
  });
});

it('a new session lists the inbox without asking for the other folders', async () => {
  await deliver(server, 'Inbox', 3);
  server.requests.length = 0;
  const one = await open();
  const listed = await one.listMessages('INBOX', {}, { content: false }, 10);
  await one.close();
  expect(listed.map(({ folder }) => folder)).toEqual(['INBOX', 'INBOX', 'INBOX']);
  expect(server.requests).toHaveLength(2);
});

describe('a server that is busy', () => {
  it.each<[string, Fault]>([
    ['throttles', { kind: 'throttled', retryAfter: 1 }],
    ['has no time', { kind: 'unavailable', retryAfter: 1 }],
  ])('and %s is left alone for as long as it asks, and then asked again', async (_, fault) => {
    server.faults.push(fault);
    const started = Date.now();
    expect(await client.findMessages('INBOX', {}, 1)).toBeDefined();
    expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
    expect(server.requests).toHaveLength(2);
  });

  it('for parts of a batch gets only those parts again, and each change is made once', async () => {
    await deliver(server, 'Parts', 5);
    const ids = await client.findMessages('Parts', {}, Infinity);
    await client.createFolder('Copies');
    await client.listFolders({ counts: false });
    server.calls.length = 0;
    server.batchFaults.push(undefined, { kind: 'throttled', retryAfter: 1 }, undefined, {
      kind: 'unavailable',
      retryAfter: 1,
    });
    const copied = await client.copyMessages(ids, 'Copies');
    expect([...copied.values()].filter(isDone)).toHaveLength(5);
    expect(await client.findMessages('Copies', {}, Infinity)).toHaveLength(5);
    expect(server.calls.filter((one) => one.endsWith('/copy'))).toHaveLength(7);
  });

  it('gets no more than four requests at once from all sessions together', async () => {
    const sessions = await Promise.all(Array.from({ length: 3 }, async () => await open()));
    await deliver(server, 'Together', 40);
    await Promise.all(
      sessions.map(async (one) => {
        const ids = await one.findMessages('Together', {}, Infinity);
        await one.getMessages(ids, { content: false });
      }),
    );
    expect(server.mostAtOnce).toBe(4);
    await Promise.all(sessions.map(async (one) => await one.close()));
  });
});

testFaults<Fault>(() => ({ server, client, open }), {
  busy: (milliseconds) => ({ kind: 'throttled', retryAfter: Math.floor(milliseconds / 1000) }),
  inBody: { kind: 'dropInBody' },
  reading: [
    ['hangs up', { kind: 'drop' }, 'CONNECTION_LOST'],
    ['hangs up in its reply', { kind: 'dropInBody' }, 'CONNECTION_LOST'],
    ['falls silent', { kind: 'stall' }, 'COMMAND_TIMEOUT'],
    ['gives a text', { kind: 'rubbish', body: 'It works!' }, 'NOT_A_MAIL_SERVER'],
    ['gives half a reply', { kind: 'rubbish', body: '{"value":[' }, 'NOT_A_MAIL_SERVER'],
    ['gives another object', { kind: 'rubbish', body: '{"hello":1}' }, 'NOT_A_MAIL_SERVER'],
    ['gives a web page', { kind: 'rubbish', body: '<html>login</html>' }, 'NOT_A_MAIL_SERVER'],
    ['gives nothing', { kind: 'rubbish', body: '' }, 'NOT_A_MAIL_SERVER'],
    ['says 500', { kind: 'status', status: 500 }, 'SERVER_REFUSED'],
    ['says 502 with a page', { kind: 'status', status: 502, body: '<html>' }, 'SERVER_REFUSED'],
    ['says 403', { kind: 'status', status: 403 }, 'ACCESS_DENIED'],
    ['redirects', { kind: 'status', status: 302 }, 'NOT_A_MAIL_SERVER'],
  ],
  changing: [
    ['hangs up', { kind: 'drop' }],
    ['falls silent', { kind: 'stall' }],
    ['says 504', { kind: 'status', status: 504 }],
    ['gives a web page', { kind: 'rubbish', body: '<html>login</html>' }],
  ],
});

describe('a server that fails at one part of a batch', () => {
  it('leaves only the outcome of that part unknown', async () => {
    await deliver(server, 'Some', 3);
    const ids = await client.findMessages('Some', {}, Infinity);
    server.batchFaults.push(undefined, { kind: 'status', status: 504 });
    const outcomes = [...(await client.deleteMessages(ids, { permanently: true })).values()];
    expect(outcomes.filter(isDone)).toHaveLength(2);
    expect(outcomes.find((one) => !isDone(one))).toMatchObject({ code: 'CHANGE_UNCERTAIN' });
  });
});

describe('the client that signs in', () => {
  const openAs = async (accessToken: string, mailbox?: string, account = ADA) =>
    await GraphClient.open(graphSettings(server, { mailbox }, token(accessToken, account)));
  const refusal = async (work: Promise<unknown>) =>
    await work.then(
      () => expect.fail('opened'),
      (error: MailError) => error,
    );

  it('may be an app, which names the mailbox', async () => {
    await server.mailbox(OTHER).deliver('Inbox', [{ mime: mail({ subject: 'for all' }) }]);
    const one = await openAs('app', OTHER, OTHER);
    const messages = await one.listMessages('INBOX', {}, { content: false }, 5);
    expect(messages.map(({ subject }) => subject)).toEqual(['for all']);
    await one.close();
  });

  it('is refused with an error that says what is missing', async () => {
    expect(await refusal(openAs('nobody'))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      description: expect.stringContaining('"Access"') as string,
    });
    expect(await refusal(openAs(ADA, OTHER))).toMatchObject({
      code: 'ACCESS_DENIED',
      description: expect.stringContaining('shared mailbox') as string,
    });
    expect(await refusal(openAs('app', 'nobody', 'nobody'))).toMatchObject({
      message: expect.stringContaining('nobody has no mailbox in Exchange Online') as string,
    });
  });

  it('sends its token to no other server, even if a page links to one', async () => {
    const elsewhere = JSON.stringify({ value: [], '@odata.nextLink': 'https://127.0.0.1:1/v1.0/me/stolen' });
    server.faults.push({ kind: 'rubbish', body: elsewhere });
    expect(await codeOf(client.findMessages('INBOX', {}, 5))).not.toBe('CONNECTION_REFUSED');
    expect(server.requests.at(-1)).toContain('stolen');
    server.problems.length = 0;
  });
});

it('keeps its connections open, and closes them at the end', async () => {
  const before = server.connections;
  const one = await open();
  for (let n = 0; n < 5; n++) await one.findMessages('INBOX', {}, 1);
  expect(server.connections - before).toBe(1);
  await one.close();
  await client.close();
  await waitFor('the connections to end', () => server.open() === 0, 2000);
});
