import { expect, test } from 'vitest';
import { sleep, waitFor } from '../servers/wait';
import { errorOf, itemsOf } from '../servers/n8n';
import { chain, type WorkflowNode } from '../servers/workflow';
import { ALICE, subjectsOf, useLab } from './lab';
import { connect, disconnect, fail, mailbox, onlyFirst, start, wait, type MessageItem } from './nodes';

const lab = useLab();

const subjects = (items: MessageItem[]) => items.map(({ subject }) => subject).sort();

/** Ten Mailbox nodes; each gives several items, of which one goes on, so that each node runs once. */
const tenReads = (): WorkflowNode[] =>
  Array.from({ length: 10 }, (_, index) => [
    mailbox(`Read ${index + 1}`),
    onlyFirst(`First ${index + 1}`),
  ]).flat();

test('ten nodes read over one connection and one login', async () => {
  const { rest, dovecot, wire } = lab();
  const before = { opened: wire.opened, logins: dovecot.logins() };
  const credential = await lab().credentialThroughWire(ALICE);
  const workflow = await rest.createWorkflow(
    chain('ten reads', [start(), connect(credential), ...tenReads()]),
  );
  const execution = await rest.runAndWait(workflow);
  expect(execution.error).toBeUndefined();
  expect(execution.status).toBe('success');
  for (let index = 1; index <= 10; index++) {
    expect(subjects(itemsOf<MessageItem>(execution, `Read ${index}`))).toEqual(subjectsOf(ALICE));
  }
  await sleep(100);
  expect(wire.opened - before.opened).toBe(1);
  expect(dovecot.logins() - before.logins).toBe(1);
  expect(wire.commands.filter((command) => /^(LOGIN|AUTHENTICATE)/.test(command))).toHaveLength(1);
});

test('one node reads for each of its items without connecting again', async () => {
  const { rest, dovecot } = lab();
  const before = dovecot.logins();
  const nodes = [start(), connect(await lab().credential(ALICE)), mailbox('Read'), mailbox('Read for each')];
  const execution = await rest.runAndWait(await rest.createWorkflow(chain('reads for items', nodes)));
  expect(execution.error).toBeUndefined();
  const all = subjectsOf(ALICE);
  expect(subjects(itemsOf<MessageItem>(execution, 'Read for each'))).toEqual([...all, ...all, ...all].sort());
  expect(dovecot.logins() - before).toBe(1);
});

test.each([
  ['STARTTLS', { security: 'starttls' }],
  ['TLS whose certificate is not checked', { security: 'tls', caCertificate: '', ignoreCertificate: true }],
] as const)('mail is read over %s', async (_name, changes) => {
  const { rest, dovecot } = lab();
  const { imap, imaps } = dovecot.ports;
  const port = changes.security === 'starttls' ? imap : imaps;
  const nodes = [start(), connect(await lab().credential(ALICE, { port, ...changes })), mailbox('Read')];
  const execution = await rest.runAndWait(await rest.createWorkflow(chain('securely', nodes)));
  expect(execution.error).toBeUndefined();
  expect(subjects(itemsOf<MessageItem>(execution, 'Read'))).toEqual(subjectsOf(ALICE));
  expect(dovecot.log()).toMatch(/Login: .*TLS/);
});

test('Connect says what it opened, without the secret', async () => {
  const { rest, dovecot } = lab();
  const nodes = [start(), connect(await lab().credential(ALICE))];
  const execution = await rest.runAndWait(await rest.createWorkflow(chain('connect', nodes)));
  const [item] = itemsOf(execution, 'Connect');
  expect(item?.session).toMatchObject({
    name: 'Default',
    provider: 'other',
    protocol: 'imap',
    authentication: 'basic',
    account: ALICE,
  });
  expect(JSON.stringify(item)).not.toContain(dovecot.users[ALICE]);
});

test('a failing run closes its connection', async () => {
  const { rest } = lab();
  const nodes = [start(), connect(await lab().credential(ALICE)), mailbox('Read'), fail(), mailbox('Never')];
  const execution = await rest.runAndWait(await rest.createWorkflow(chain('fails', nodes)));
  expect(execution.status).toBe('error');
  expect(errorOf(execution).message).toBe('failed on purpose');
});

test('a cancelled run closes its connection', async () => {
  const { rest, dovecot } = lab();
  const nodes = [
    start(),
    connect(await lab().credential(ALICE)),
    mailbox('Read'),
    onlyFirst('First'),
    wait(60),
  ];
  const id = await lab().runUntilWait(await rest.createWorkflow(chain('cancelled', nodes)));
  expect(dovecot.connections()).toBe(1);
  await rest.stopExecution(id);
  const execution = await rest.waitForExecution(id);
  expect(execution.status).toBe('canceled');
});

test('a run cancelled in the middle of a command that hangs closes its connection', async () => {
  const { rest, wire } = lab();
  const credential = await lab().credentialThroughWire(ALICE);
  const nodes = [start(), connect(credential), wait(2), mailbox('Read')];
  const id = await lab().runUntilWait(await rest.createWorkflow(chain('cancelled while hanging', nodes)));
  wire.stall();
  try {
    await sleep(4_000);
    await rest.stopExecution(id);
    expect((await rest.waitForExecution(id)).status).toBe('canceled');
    await waitFor('the client to hang up', () => wire.open === 0, 2_000);
  } finally {
    wire.resume();
  }
});

test('a run that n8n ends for taking too long closes its connection', async () => {
  const { rest } = lab();
  const nodes = [
    start(),
    connect(await lab().credential(ALICE)),
    mailbox('Read'),
    onlyFirst('First'),
    wait(60),
  ];
  const workflow = { ...chain('timed out', nodes), settings: { executionOrder: 'v1', executionTimeout: 3 } };
  const execution = await rest.runAndWait(await rest.createWorkflow(workflow));
  expect(execution.status).not.toBe('success');
});

test('Disconnect closes the connection before the run ends', async () => {
  const { rest, dovecot } = lab();
  const credential = await lab().credential(ALICE);
  const nodes = [start(), connect(credential), mailbox('Read'), onlyFirst('First'), disconnect(), wait(5)];
  const before = dovecot.logins();
  const id = await rest.run(await rest.createWorkflow(chain('disconnects', nodes)));
  await waitFor('the login', () => dovecot.logins() === before + 1);
  await waitFor('Disconnect', () => dovecot.connections() === 0, 2_000);
  expect((await rest.getExecution(id)).status).toBe('running');
  expect((await rest.waitForExecution(id)).status).toBe('success');
});

test('twenty runs in a row leave nothing open', async () => {
  const { rest, dovecot } = lab();
  const before = dovecot.logins();
  const nodes = [start(), connect(await lab().credential(ALICE)), mailbox('Read')];
  const workflow = await rest.createWorkflow(chain('again and again', nodes));
  for (let run = 0; run < 20; run++) {
    expect((await rest.runAndWait(workflow)).status).toBe('success');
  }
  expect(dovecot.logins() - before).toBe(20);
});
