import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { isMailError, type MailError } from '../../../mail/errors';
import type { Authenticator } from '../../../mail/auth/authenticator';
import { EwsClient } from '../../../mail/ews/client';
import type { EwsSettings } from '../../../mail/account/ews-settings';
import type { Message } from '../../../mail/model/message';
import { ewsSettings } from '../../contract/ews-lab';
import { ADA } from '../../contract/exchange-lab';
import { startEws, type EwsServer, type Fault } from '../../servers/exchange/ews';
import { HAS_SCHEMA } from '../../servers/exchange/schema';
import { mail } from '../../servers/mailbox';
import { waitFor } from '../../servers/wait';
import { codeOf, deliver, testFaults } from '../exchange/faults';

const OTHER = 'info@example.test';

let server: EwsServer;
let client: MailClient;

beforeAll(async () => {
  server = await startEws({ accounts: [{ user: 'ada', domain: '', password: 'secret' }] });
});
afterAll(async () => {
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(async () => {
  await client?.close();
  client = await open();
  await client.listFolders({ counts: false });
  server.operations.length = 0;
  server.faults.length = 0;
});

const open = async () => await EwsClient.open(ewsSettings(server));

it('checks all of this against the schema', () => {
  // It is no part of this project, so that a clone may lack it; where it is asked for, and in CI, it may not.
  const isOptional = !process.env.CI && process.env.EWS_SCHEMA_DIR === undefined;
  expect(HAS_SCHEMA || isOptional).toBe(true);
});

describe('a thousand messages', () => {
  let ids: string[];
  beforeAll(async () => {
    await deliver(server, 'Thousand', 1000);
    const one = await open();
    await one.createFolder('There');
    await one.close();
  });

  it('are found with one request, and read with four requests', async () => {
    ids = await client.findMessages('Thousand', {}, Infinity);
    expect(ids).toHaveLength(1000);
    expect(server.operations.filter((one) => one === 'FindItem')).toHaveLength(1);
    server.operations.length = 0;
    const read = await client.getMessages(ids, { content: false });
    expect([...read.values()].filter((one) => !isMailError(one))).toHaveLength(1000);
    expect(server.operations).toEqual(['GetItem', 'GetItem', 'GetItem', 'GetItem']);
  });

  it('are marked, moved and deleted with four requests each', async () => {
    await client.markMessages(ids, { isRead: true, isFlagged: true });
    expect(server.operations).toEqual(Array(4).fill('UpdateItem'));
    server.operations.length = 0;
    const moved = await client.moveMessages(ids, 'There');
    expect([...moved.values()].every((one) => !isMailError(one) && one.id)).toBe(true);
    expect(server.operations.filter((one) => one === 'MoveItem')).toHaveLength(4);
    expect(server.operations.length).toBeLessThanOrEqual(10);
    server.operations.length = 0;
    const there = [...moved.values()].flatMap((one) => (isMailError(one) || !one.id ? [] : [one.id]));
    await client.deleteMessages(there, { permanently: true });
    expect(server.operations).toEqual(Array(4).fill('DeleteItem'));
    expect(await client.findMessages('There', {}, Infinity)).toEqual([]);
  });
});

describe('a server that is busy', () => {
  it.each<[string, Fault]>([
    ['by a fault', { kind: 'busy', backOff: 300 }],
    ['by HTTP', { kind: 'throttled', retryAfter: 1 }],
  ])('%s is left alone for as long as it asks, and then asked again', async (_, fault) => {
    server.faults.push(fault);
    const started = Date.now();
    expect(await client.findMessages('INBOX', {}, 1)).toBeDefined();
    expect(Date.now() - started).toBeGreaterThanOrEqual(fault.kind === 'busy' ? 300 : 1000);
    expect(server.operations).toEqual(['FindItem']);
  });
});

testFaults<Fault>(() => ({ server, client, open }), {
  busy: (milliseconds) => ({ kind: 'busy', backOff: milliseconds }),
  inBody: { kind: 'dropInBody' },
  reading: [
    ['hangs up', { kind: 'drop' }, 'CONNECTION_LOST'],
    ['hangs up in its reply', { kind: 'dropInBody' }, 'CONNECTION_LOST'],
    ['falls silent', { kind: 'stall' }, 'COMMAND_TIMEOUT'],
    ['gives a text', { kind: 'rubbish', body: 'It works!' }, 'NOT_A_MAIL_SERVER'],
    ['gives half a reply', { kind: 'rubbish', body: '<s:Envelope><s:Body>' }, 'NOT_A_MAIL_SERVER'],
    ['gives a web page', { kind: 'rubbish', body: '<html>login</html>' }, 'NOT_A_MAIL_SERVER'],
    ['gives nothing', { kind: 'rubbish', body: '' }, 'NOT_A_MAIL_SERVER'],
    ['says 500', { kind: 'status', status: 500 }, 'SERVER_REFUSED'],
    ['says 403', { kind: 'status', status: 403 }, 'SERVER_REFUSED'],
  ],
  changing: [
    ['hangs up', { kind: 'drop' }],
    ['falls silent', { kind: 'stall' }],
    ['says 504', { kind: 'status', status: 504 }],
    ['says 503 without a time', { kind: 'status', status: 503 }],
    ['gives a web page', { kind: 'rubbish', body: '<html>login</html>' }],
  ],
});

describe('a server that fails during a single change', () => {
  it.each<[string, Fault]>([
    ['hangs up', { kind: 'drop' }],
    ['says 504', { kind: 'status', status: 504 }],
  ])('and %s leaves the outcome unknown', async (_, fault) => {
    const content = mail({ subject: 'stored once' });
    const changes = [
      async () => await client.appendMessage('INBOX', { content, marks: {} }),
      async () => await client.saveDraft({ from: ADA, subject: 'saved once', text: 'x' }),
      async () => await client.createFolder(`Made once ${server.operations.length}`),
    ];
    for (const change of changes) {
      await client.listFolders({ counts: false });
      server.faults.push(fault);
      expect(await codeOf(change())).toBe('CHANGE_UNCERTAIN');
    }
  });
});

it('waits for a slow reader, and a request behind it times out', async () => {
  const content = randomBytes(4_000_000);
  await server
    .mailbox(ADA)
    .deliver('Slow', [{ mime: mail({ subject: 's', attachments: [{ filename: 'a', content }] }) }]);
  const settings = ewsSettings(server);
  const one = await EwsClient.open({ ...settings, timeouts: { ...settings.timeouts, command: 1000 } });
  const [message] = await one.listMessages('Slow', {}, { content: false }, 1);
  const download = await one.openAttachment(message!.id, message!.attachments[0]!.part);
  expect(await codeOf(one.findMessages('INBOX', {}, 1))).toBe('COMMAND_TIMEOUT');
  expect((await buffer(download.content)).equals(content)).toBe(true);
  expect(await codeOf(one.findMessages('INBOX', {}, 1))).toBe('done');
  await one.close();
});

it('keeps one connection for everything, and closes it at the end', async () => {
  const before = server.connections;
  const one = await EwsClient.open(ewsSettings(server, 'ntlm'));
  for (let n = 0; n < 5; n++) await one.findMessages('INBOX', {}, 1);
  expect(server.connections - before).toBe(1);
  await one.close();
  await client.close();
  await waitFor('the connections to end', () => server.open() === 0, 2000);
});

it('opens two accounts at the same time, each with its own mail', async () => {
  const two = await startEws({
    accounts: [
      { user: 'ada', domain: '', password: 'secret' },
      { user: 'bob', domain: '', password: 'secret' },
    ],
  });
  await two.mailbox('ada@example.test').deliver('Inbox', [{ mime: mail({ subject: 'for ada' }) }]);
  await two.mailbox('bob@example.test').deliver('Inbox', [{ mime: mail({ subject: 'for bob' }) }]);
  const [ada, bob] = await Promise.all(
    ['ada', 'bob'].map(async (user) => await EwsClient.open(ewsSettings(two, 'ntlm', user))),
  );
  const subjects = async (one: MailClient | undefined): Promise<string[]> =>
    (await one!.listMessages('INBOX', {}, { content: false }, 5)).map(({ subject }: Message) => subject);
  for (let n = 0; n < 5; n++) {
    expect(await Promise.all([subjects(ada), subjects(bob)])).toEqual([['for ada'], ['for bob']]);
  }
  await Promise.all([ada?.close(), bob?.close()]);
  await two.stop();
  expect(two.problems).toEqual([]);
});

describe("another user's mailbox", () => {
  let office: EwsServer;
  beforeAll(async () => {
    office = await startEws({
      accounts: [{ user: 'ada', domain: '', password: 'secret' }],
      introspect: async (token) => await Promise.resolve(token === 'app' ? { app: true } : undefined),
    });
    await office.mailbox(OTHER).deliver('Inbox', [{ mime: mail({ subject: 'for all' }) }]);
  });
  afterAll(async () => {
    await office.stop();
    expect(office.problems).toEqual([]);
  });
  const subjects = async (changes: Partial<EwsSettings>, authenticator?: Authenticator) => {
    const settings = ewsSettings(office);
    const one = await EwsClient.open({
      ...settings,
      ...(authenticator && { authenticator, authentication: 'clientCredentials' }),
      ews: { ...settings.ews, ...changes },
    });
    const messages = await one.listMessages('INBOX', {}, { content: false }, 5);
    const folders = await one.listFolders({ counts: true });
    expect(folders.find(({ path }) => path === 'INBOX')?.counts?.total).toBe(messages.length);
    await one.close();
    return messages.map(({ subject }) => subject);
  };
  const app = (accessToken: string): Authenticator => ({
    account: OTHER,
    fingerprint: accessToken,
    login: async () => await Promise.resolve({ user: OTHER, accessToken }),
  });

  it('is opened with access to it', async () => {
    expect(await subjects({})).toEqual([]);
    expect(await subjects({ mailbox: OTHER })).toEqual(['for all']);
    expect(office.requests.at(-1)?.headers['x-anchormailbox']).toBe(OTHER);
  });

  it('is refused with an error that says what is missing', async () => {
    const refused = async (work: Promise<unknown>) =>
      await work.then(
        () => expect.fail('opened'),
        (error: MailError) => error.description,
      );
    expect(await refused(subjects({ mailbox: OTHER, impersonate: true }))).toMatch(
      /ApplicationImpersonation/,
    );
    office.faults.push({ kind: 'status', status: 500, body: soapFault('ErrorInvalidServerVersion') });
    expect(await refused(subjects({}))).toMatch(/"EWS Version"/);
  });

  it('is opened in the name of its owner', async () => {
    expect(await subjects({ mailbox: OTHER, impersonate: true }, app('app'))).toEqual(['for all']);
    expect(await codeOf(subjects({ mailbox: OTHER, impersonate: true }, app('no app')))).toBe(
      'AUTHENTICATION_FAILED',
    );
  });
});

const soapFault = (code: string): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>a:${code}</faultcode><faultstring>No.</faultstring></s:Fault></s:Body></s:Envelope>`;
