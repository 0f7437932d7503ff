// What Graph does by the bug reports of other programs that use it: one case for each kind.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { GraphClient } from '../../../mail/graph/client';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph, token } from '../../contract/graph-lab';
import type { Fault, GraphServer } from '../../servers/graph/graph';
import { codeOf, deliver } from '../exchange/faults';

let server: GraphServer;
let client: GraphClient;

beforeAll(async () => {
  server = await startAdasGraph();
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

const error = (code: string): string => JSON.stringify({ error: { code, message: 'It failed.' } });

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
    // ews-managed-api 278: no schema names it.
    [
      'ErrorConnectionFailedTransientError',
      { kind: 'error', status: 500, code: 'ErrorConnectionFailedTransientError' },
    ],
  ])('%s: may be on its way', async (_, fault) => {
    server.faults.push(fault);
    expect(await codeOf(send())).toBe('SEND_UNCERTAIN');
    expect(server.requests).toHaveLength(1);
  });

  // A busy server has not looked at the request, whatever its status (outlook-dev-docs 144, msgraph-sdk-javascript 42).
  it.each<[string, number]>([
    ['ErrorServerBusy', 500],
    ['ErrorExceededConnectionCount', 500],
    ['ApplicationThrottled', 429],
    ['ErrorTooManyObjectsOpened', 429],
  ])('%s (%i): is sent after a wait', async (code, status) => {
    server.faults.push({ kind: 'status', status, body: error(code), headers: { 'Retry-After': '0' } });
    expect(await codeOf(send())).toBe('done');
    expect(server.requests).toHaveLength(2);
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

// microsoft-graph-docs 3877, msgraph-sdk-dotnet 1759, msgraph-sdk-javascript 1031.
describe('a batch', () => {
  const idsIn = async (folder: string, count: number) => {
    await deliver(server, folder, count);
    const ids = await client.findMessages(folder, {}, count);
    for (const list of [server.requests, server.calls]) list.length = 0;
    return ids;
  };
  const answers = (...responses: object[]): Fault => ({
    kind: 'rubbish',
    body: JSON.stringify({ responses }),
  });
  const codes = (outcomes: ReadonlyMap<string, unknown>) =>
    [...outcomes.values()].map((one) => (one instanceof Error ? (one as { code?: string }).code : 'done'));

  it.each([
    ['a number', 1],
    ['a text', '1'],
    ['a fraction', '0.999'],
  ])('waits as long as a part asks for, as %s', async (name, seconds) => {
    const ids = await idsIn(`Wait ${name}`, 1);
    server.faults.push(answers({ id: '0', status: 429, headers: { 'Retry-After': seconds } }));
    const started = Date.now();
    expect(codes(await client.markMessages(ids, { isRead: true }))).toEqual(['done']);
    expect(Date.now() - started).toBeGreaterThanOrEqual(990);
    expect(Date.now() - started).toBeLessThan(5000);
  });

  it('gives up the parts that would have to wait too long, and says of the others what was done', async () => {
    const ids = await idsIn('Wait long', 2);
    server.batchFaults.push({ kind: 'throttled', retryAfter: 301 });
    expect(codes(await client.markMessages(ids, { isRead: true })).sort()).toEqual([
      'SERVER_REFUSED',
      'done',
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it('takes the answers by their ids, and says of what is missing that it is not known', async () => {
    const ids = await idsIn('By ids', 4);
    server.faults.push(
      answers(
        { id: '9', status: 204 },
        { id: '2', status: 404, body: { error: { code: 'ErrorItemNotFound', message: 'x' } } },
        { status: 204 },
        { id: '0', status: 204 },
        { id: '3', status: 'none' },
      ),
    );
    expect(codes(await client.deleteMessages(ids, { permanently: true }))).toEqual([
      ...['done', 'CHANGE_UNCERTAIN', 'MESSAGE_NOT_FOUND', 'CHANGE_UNCERTAIN'],
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it('has one message that is gone in its midst, and gives the others', async () => {
    const ids = await idsIn('One gone', 3);
    server.batchFaults.push(undefined, { kind: 'error', status: 404, code: 'ErrorItemNotFound' });
    expect(codes(await client.getMessages(ids, { content: false })).sort()).toEqual([
      ...['MESSAGE_NOT_FOUND', 'done', 'done'],
    ]);
  });
});

// microsoft-graph-docs 2153: after 25,000 messages, a page of 19 had no link, and further on there were more.
describe('a page without a link, although more follows', () => {
  const MANY = 45;
  let short: GraphServer;
  let ids: string[];

  beforeAll(async () => {
    short = await startAdasGraph({ pageSize: 10 });
    await deliver(short, 'Many', MANY);
    const one = await GraphClient.open(graphSettings(short));
    ids = await one.findMessages('Many', {}, Infinity);
    expect(ids).toHaveLength(MANY);
    await one.close();
  });
  afterAll(async () => {
    await short.stop();
    expect(short.problems).toEqual([]);
  });

  /** All that is found, where these positions of the third page are given, and no link. */
  const foundWith = async (from: number, to: number, count: number | undefined) => {
    const one = await GraphClient.open(graphSettings(short));
    await one.findMessages('Many', {}, 1);
    short.requests.length = 0;
    const value = ids.slice(from, to).map((id) => ({ id }));
    const body = JSON.stringify({ value, ...(count !== undefined && { '@odata.count': count }) });
    short.faults.push(undefined, undefined, { kind: 'rubbish', body });
    const found = await one.findMessages('Many', {}, Infinity);
    await one.close();
    return found;
  };

  it('does not end the list', async () => {
    // The third page begins with the last one of the second.
    expect(await foundWith(18, 24, MANY)).toEqual(ids);
  });

  it('is passed over, if it gives nothing more', async () => {
    const found = await foundWith(18, 19, MANY);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(ids);
  });

  it('ends the list where the server does not count, or counts no more than these', async () => {
    expect(await foundWith(18, 24, undefined)).toEqual(ids.slice(0, 24));
    expect(await foundWith(18, 24, 24)).toEqual(ids.slice(0, 24));
  });

  it('ends the list also where the server counts what it does not give', async () => {
    const one = await GraphClient.open(graphSettings(short));
    await one.findMessages('Many', {}, 1);
    const nothing: Fault = { kind: 'rubbish', body: JSON.stringify({ value: [], '@odata.count': 5000 }) };
    const last: Fault = {
      kind: 'rubbish',
      body: JSON.stringify({ value: ids.slice(18, 24).map((id) => ({ id })), '@odata.count': 5000 }),
    };
    short.requests.length = 0;
    short.faults.push(undefined, undefined, last, ...Array.from({ length: 200 }, () => nothing));
    expect(await one.findMessages('Many', {}, Infinity)).toEqual(ids.slice(0, 24));
    // A thousand at a time.
    expect(short.requests).toHaveLength(3 + 5);
    short.faults.length = 0;
    await one.close();
  });

  it('costs nothing where all pages have their links', async () => {
    const one = await GraphClient.open(graphSettings(short));
    await one.findMessages('Many', {}, 1);
    short.requests.length = 0;
    expect(await one.findMessages('Many', {}, Infinity)).toEqual(ids);
    expect(short.requests).toHaveLength(5);
    await one.close();
  });
});

// msgraph-sdk-java 2355 and 2215, msgraph-sdk-powershell 3322: also apps that never asked for such tokens get this.
describe('a token that lacks what a rule of the organization requires', () => {
  const refused: Fault = {
    ...{ kind: 'status', status: 401, body: error('InvalidAuthenticationToken') },
    headers: {
      'WWW-Authenticate':
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="',
    },
  };
  const openAs = async (authentication: 'oAuth2' | 'clientCredentials') => {
    const asked: Array<string | undefined> = [];
    const authenticator = {
      ...token(ADA),
      login: async ({ refused: old }: { refused?: string } = {}) => {
        asked.push(old);
        return await Promise.resolve({ user: ADA, accessToken: old ? 'app' : ADA });
      },
    };
    return {
      asked,
      client: await GraphClient.open({ ...graphSettings(server, {}, authenticator), authentication }),
    };
  };

  it.each([
    ['oAuth2', /^Connect the account again.*, ask an administrator.*Conditional Access/],
    ['clientCredentials', /^Ask an administrator.*Conditional Access/],
  ] as const)('is replaced, and if that does not help, says whose rule it is (%s)', async (kind, fix) => {
    const one = await openAs(kind);
    one.asked.length = 0;
    server.faults.push(refused, refused);
    await expect(one.client.findMessages('INBOX', {}, 1)).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringMatching(
        /^A rule of the organization keeps localhost:\d+ from accepting/,
      ) as string,
      description: expect.stringMatching(fix) as string,
    });
    expect(one.asked).toEqual([undefined, ADA]);
    await one.client.close();
  });

  it('says the same of a part of a batch, after another token', async () => {
    await deliver(server, 'Claims', 2);
    const one = await openAs('oAuth2');
    const ids = await one.client.findMessages('Claims', {}, 2);
    server.batchFaults.push(...Array.from({ length: 4 }, () => refused as never));
    const outcomes = [...(await one.client.getMessages(ids, { content: false })).values()];
    expect(outcomes).toMatchObject(
      ids.map(() => ({
        code: 'AUTHENTICATION_FAILED',
        message: expect.stringContaining('A rule of the organization') as string,
      })),
    );
    server.batchFaults.length = 0;
    await one.client.close();
  });
});
