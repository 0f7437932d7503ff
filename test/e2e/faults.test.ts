import { expect, test } from 'vitest';
import { errorOf, itemsOf, type Execution } from '../servers/n8n';
import { waitFor } from '../servers/wait';
import { chain, type WorkflowNode } from '../servers/workflow';
import { ALICE, subjectsOf, useLab } from './lab';
import { connect, mailbox, onlyFirst, start, wait, type MessageItem } from './nodes';

// What happens to the connection while the run is busy with something else.

const lab = useLab();

const readTwice = (connectNode: WorkflowNode) => [
  start(),
  connectNode,
  mailbox('Read before'),
  onlyFirst('First'),
  wait(3),
  mailbox('Read'),
];

/** Starts a run, lets something happen during its Wait node, and answers how it ended. */
async function during(nodes: WorkflowNode[], happening: () => unknown): Promise<Execution> {
  const { rest } = lab();
  const id = await lab().runUntilWait(await rest.createWorkflow(chain('with a fault', nodes)));
  await happening();
  return await rest.waitForExecution(id);
}

function expectMail(execution: Execution) {
  expect(execution.error).toBeUndefined();
  const subjects = itemsOf<MessageItem>(execution, 'Read').map(({ subject }) => subject);
  expect(subjects.sort()).toEqual(subjectsOf(ALICE));
}

test('a connection that the network dropped is opened again', async () => {
  const { dovecot, wire } = lab();
  const before = dovecot.logins();
  const nodes = readTwice(connect(await lab().credentialThroughWire(ALICE)));
  expectMail(await during(nodes, () => wire.dropAll()));
  expect(dovecot.logins() - before).toBe(2);
});

test('a connection that the server closed is opened again', async () => {
  const { dovecot } = lab();
  const before = dovecot.logins();
  const nodes = readTwice(connect(await lab().credential(ALICE)));
  expectMail(await during(nodes, () => dovecot.kick(ALICE)));
  expect(dovecot.logins() - before).toBe(2);
});

test('a command without an answer fails within its timeout', async () => {
  const { wire } = lab();
  const node = connect(await lab().credentialThroughWire(ALICE), { options: { commandTimeout: 2 } });
  const started = Date.now();
  try {
    const execution = await during(readTwice(node), () => wire.stall());
    expect(execution.status).toBe('error');
    expect(errorOf(execution).description).toMatch(/\w+ \w+/);
    // The Wait node, the command, a second attempt, and n8n itself.
    expect(Date.now() - started).toBeLessThan(2_000 + 2_000 + 3_000 + 4_000);
    await waitFor('the client to hang up', () => wire.open === 0, 2_000);
  } finally {
    wire.resume();
  }
});
