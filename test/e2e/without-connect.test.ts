import { expect, test } from 'vitest';
import { itemsOf, type Execution } from '../servers/n8n';
import { chain, node } from '../servers/workflow';
import { ALICE, subjectsOf, useLab } from './lab';
import { connect, fail, mailbox, onlyFirst, pass, start, wait, type MessageItem } from './nodes';

// All the ways in which n8n runs a Mailbox node in a run in which Connect did not run.

const lab = useLab();

function expectMail(execution: Execution, name: string) {
  expect(execution.error).toBeUndefined();
  expect(execution.status).toBe('success');
  const subjects = itemsOf<MessageItem>(execution, name).map(({ subject }) => subject);
  expect(subjects.sort()).toEqual(subjectsOf(ALICE));
}

/** The run's data as the editor keeps it when one node has still to run. */
const without = (name: string, { runData }: Execution) =>
  Object.fromEntries(Object.entries(runData).filter(([node]) => node !== name));

const twoReads = async () => [
  start(),
  connect(await lab().credential(ALICE)),
  mailbox('First read'),
  onlyFirst('First'),
  mailbox('Second read'),
];

test('"Execute step" with nothing run before', async () => {
  const { rest } = lab();
  const workflow = await rest.createWorkflow(chain('step', await twoReads()));
  expectMail(await rest.runAndWait(workflow, { destination: 'Second read' }), 'Second read');
});

test('"Execute step" with the data of an earlier run', async () => {
  const { rest, dovecot } = lab();
  const workflow = await rest.createWorkflow(chain('step again', await twoReads()));
  const runData = without('Second read', await rest.runAndWait(workflow));
  const before = dovecot.logins();
  const step = await rest.runAndWait(workflow, { destination: 'Second read', runData });
  expectMail(step, 'Second read');
  expect(dovecot.logins() - before).toBe(1);
});

test('retry of a failed run', async () => {
  const { rest } = lab();
  const credential = await lab().credential(ALICE);
  const nodes = (middle: typeof fail) => [start(), connect(credential), middle(), mailbox('Read')];
  const broken = await rest.createWorkflow(chain('to retry', nodes(fail)));
  const failed = await rest.runAndWait(broken);
  expect(failed.status).toBe('error');
  const { nodes: repaired, connections } = chain('to retry', nodes(pass));
  await rest.updateWorkflow(broken.id, { nodes: repaired, connections });
  const again = await rest.waitForExecution(await rest.retry(failed.id, { workflowId: broken.id }));
  expect(again.mode).toBe('retry');
  expectMail(again, 'Read');
});

test('pinned data on Connect', async () => {
  const { rest, dovecot } = lab();
  const nodes = [start(), connect(await lab().credential(ALICE)), mailbox('Read')];
  const pinned = {
    session: { name: 'Default', account: 'someone.else@example.test', server: 'elsewhere.invalid' },
  };
  const workflow = { ...chain('pinned', nodes), pinData: { Connect: [{ json: pinned }] } };
  const before = dovecot.logins();
  const execution = await rest.runAndWait(await rest.createWorkflow(workflow));
  expect(itemsOf(execution, 'Connect')).toEqual([pinned]);
  expectMail(execution, 'Read');
  expect(dovecot.logins() - before).toBe(1);
});

test('a session name given by an expression', async () => {
  const { rest } = lab();
  const named = connect(await lab().credential(ALICE), { sessionName: '={{ "Mail of " + $json.owner }}' });
  const set = node('Set', 'n8n-nodes-base.set', {
    mode: 'raw',
    jsonOutput: '{ "owner": "Alice" }',
  });
  const nodes = [
    start(),
    { ...set, typeVersion: 3.4 },
    named,
    pass(),
    mailbox('Read', { sessionName: 'Mail of Alice' }),
  ];
  const workflow = await rest.createWorkflow(chain('named by expression', nodes));
  const runData = without('Read', await rest.runAndWait(workflow));
  expectMail(await rest.runAndWait(workflow, { destination: 'Read', runData }), 'Read');
});

test('a sub-workflow reads with its caller’s session', async () => {
  const { rest, dovecot } = lab();
  const trigger = node('Called', 'n8n-nodes-base.executeWorkflowTrigger', { inputSource: 'passthrough' });
  const callee = await rest.createWorkflow(
    chain('callee', [{ ...trigger, typeVersion: 1.1 }, mailbox('Read')]),
  );
  const call = node('Call', 'n8n-nodes-base.executeWorkflow', {
    source: 'database',
    workflowId: { __rl: true, mode: 'id', value: callee.id },
    mode: 'once',
    options: { waitForSubWorkflow: true },
  });
  const nodes = [
    start(),
    connect(await lab().credential(ALICE)),
    { ...call, typeVersion: 1.2 },
    onlyFirst('First'),
    mailbox('Read after'),
  ];
  const before = dovecot.logins();
  const execution = await rest.runAndWait(await rest.createWorkflow(chain('caller', nodes)));
  expectMail(execution, 'Call');
  expectMail(execution, 'Read after');
  expect(dovecot.logins() - before).toBe(1);
});

test('a Wait so long that n8n unloads the run', async () => {
  const { rest } = lab();
  const credential = await lab().credential(ALICE);
  const nodes = [
    start(),
    connect(credential),
    mailbox('Read before'),
    onlyFirst('First'),
    wait(66),
    mailbox('Read'),
  ];
  const id = await rest.run(await rest.createWorkflow(chain('long wait', nodes)));
  const asleep = await rest.waitForExecution(id);
  expect(asleep.status).toBe('waiting');
  const until = ['success', 'error', 'crashed', 'canceled'];
  const execution = await rest.waitForExecution(id, { until, timeoutMs: 150_000 });
  expectMail(execution, 'Read before');
  expectMail(execution, 'Read');
}, 180_000);
