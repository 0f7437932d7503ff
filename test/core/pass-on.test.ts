import { readFileSync } from 'node:fs';

import { beforeAll, expect, test } from 'vitest';

import type { EmailConnect } from '../../nodes/EmailConnect/EmailConnect.node';
import type { EmailDisconnect } from '../../nodes/EmailDisconnect/EmailDisconnect.node';
import { mail } from '../servers/mailbox';
import { ALICE, BOB, expectSuccess, itemsOf, useLab } from './lab';
import type { Workflow } from '../servers/workflow';
import { connect, disconnect, mailbox, pass } from './nodes';

// Version 2 of Email Connect and Email Disconnect passes its items on. Version 1, which older workflows hold, replaces them.

const lab = useLab();
const V2 = { typeVersion: 2 };
const GO_ON = { onError: 'continueRegularOutput' };
const TEXT = { emailFormat: 'text', text: 'Hello' };
const CUSTOMERS = [
  { email: 'ada@example.test', name: 'Ada' },
  { email: 'bob@example.test', name: 'Bob' },
];

let nodes: [EmailConnect, EmailDisconnect];
beforeAll(async () => {
  // Late, for the mock in engine.ts.
  const [one, other] = await Promise.all([
    import('../../nodes/EmailConnect/EmailConnect.node.js'),
    import('../../nodes/EmailDisconnect/EmailDisconnect.node.js'),
  ]);
  nodes = [new one.EmailConnect(), new other.EmailDisconnect()];
});

test('a new node has the newest version, and version 1 still works', () => {
  for (const { description } of nodes) {
    const versions = [description.version].flat();
    expect(versions).toEqual(versions.map((_, index) => index + 1));
    expect(description.defaultVersion).toBe(versions.at(-1));
  }
});

test('items pass through Connect unchanged and each gets a draft, with one login', async () => {
  const draft = {
    resource: 'draft',
    operation: 'create',
    toEmail: '={{ $json.email }}',
    subject: '={{ $json.name }}',
  };
  const run = await lab().run({
    nodes: [pass('Customers'), connect(ALICE, {}, V2), mailbox('Draft', { ...draft, ...TEXT })],
    items: CUSTOMERS,
  });
  expectSuccess(run);
  expect(itemsOf(run, 'Connect')).toEqual(
    CUSTOMERS.map((customer, item) => ({
      json: { ...customer, session: expect.objectContaining({ name: 'Default', account: ALICE }) as object },
      pairedItem: { item },
    })),
  );
  expect(itemsOf(run, 'Draft').map(({ json }) => [json.to, json.subject])).toEqual(
    CUSTOMERS.map(({ email, name }) => [email, name]),
  );
  expect(lab().logins).toBe(1);
});

test('files pass through both nodes, and Disconnect gives the session that it closed', async () => {
  const attachments = [{ filename: 'a.txt', contentType: 'text/plain', content: Buffer.from('file') }];
  lab().deliver(ALICE, 'Files', [mail({ subject: 'with a file', attachments })]);
  const run = await lab().run([
    connect(ALICE),
    mailbox('List', { folder: 'Files', options: { downloadAttachments: true } }),
    connect(BOB, { sessionName: 'Other' }, { ...V2, name: 'Connect other' }),
    disconnect({}, V2),
  ]);
  expectSuccess(run);
  const [listed] = itemsOf(run, 'List');
  expect(listed?.binary?.attachment_0).toMatchObject({ fileName: 'a.txt' });
  const [connected] = itemsOf(run, 'Connect other');
  expect(connected).toEqual({
    json: { ...listed?.json, session: expect.objectContaining({ name: 'Other', account: BOB }) as object },
    binary: listed?.binary,
    pairedItem: { item: 0 },
  });
  const session = expect.objectContaining({ name: 'Default', account: ALICE, logins: 1 }) as object;
  expect(itemsOf(run, 'Disconnect')).toEqual([{ ...connected, json: { ...connected?.json, session } }]);
});

test('version 1 replaces the items, as in existing workflows', async () => {
  const run = await lab().run({ nodes: [pass('Customers'), connect(ALICE), disconnect()], items: CUSTOMERS });
  expectSuccess(run);
  const [connected] = itemsOf(run, 'Connect');
  expect(Object.keys(connected?.json ?? {})).toEqual(['session']);
  expect(itemsOf(run, 'Disconnect').map(({ json }) => json)).toEqual([
    {
      session: expect.objectContaining({ name: 'Default', account: ALICE, logins: 1 }) as object,
      closed: true,
    },
    { session: { name: 'Default' }, closed: false },
  ]);
  expect(run.data.resultData.runData.Disconnect?.at(-1)?.hints ?? []).toEqual([]);
});

test('Disconnect closes the session once for many items, and shows a hint when none was open', async () => {
  const hintsOf = async (sessionName: string) => {
    const run = await lab().run({
      nodes: [pass('Customers'), connect(ALICE, {}, V2), disconnect({ sessionName }, V2)],
      items: CUSTOMERS,
    });
    expectSuccess(run);
    expect(itemsOf(run, 'Disconnect').map(({ json }) => json.email)).toEqual(
      CUSTOMERS.map(({ email }) => email),
    );
    for (const { json } of itemsOf(run, 'Disconnect')) {
      expect(json.session).toMatchObject({ name: 'Default', account: ALICE });
      expect(Object.hasOwn(json.session as object, 'logins')).toBe(sessionName === 'Default');
    }
    return (run.data.resultData.runData.Disconnect?.at(-1)?.hints ?? []).map(({ message }) => message);
  };
  expect(await hintsOf('Default')).toEqual([]);
  expect(await hintsOf('<Defualt>')).toEqual([
    expect.stringMatching(/^No session named "&lt;Defualt>" was open/),
  ]);
});

test('an item that Connect failed for has its error, and the others pass through', async () => {
  const run = await lab().run({
    nodes: [pass('Customers'), connect(ALICE, { sessionName: '={{ $json.name }}' }, { ...V2, ...GO_ON })],
    items: [CUSTOMERS[0]!, { email: 'x@example.test', name: '' }],
  });
  expectSuccess(run);
  const [good, bad] = itemsOf(run, 'Connect');
  expect(good?.json).toMatchObject({ ...CUSTOMERS[0], session: { name: 'Ada' } });
  expect(bad).toMatchObject({ json: { error: 'Session Name: it is empty' }, pairedItem: { item: 1 } });
});

test('the demo workflow reads two folders over one connection, and its messages come out at the end', async () => {
  const demo = JSON.parse(readFileSync('examples/demo-workflow.json', 'utf8')) as Workflow;
  // Its trigger and its note are n8n's own.
  const ours = demo.nodes.filter(({ type }) => type.startsWith('n8n-nodes-email-session.'));
  lab().credentials.emailSessionDemoMail = lab().credentials[ALICE]!;
  lab().deliver(ALICE, 'Archive', [mail({ subject: 'archived' }), mail({ subject: 'archived too' })]);
  const run = await lab().run({ workflow: { ...demo, nodes: ours } });
  expectSuccess(run);
  expect(itemsOf(run, 'Email Disconnect').map(({ json }) => json.subject)).toEqual([
    'archived too',
    'archived',
  ]);
  expect(lab().logins).toBe(1);
});
