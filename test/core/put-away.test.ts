import { randomBytes } from 'node:crypto';

import type { IRun } from 'n8n-workflow';
import { expect, test } from 'vitest';

import { chain, type WorkflowNode } from '../servers/workflow';
import { MARGIN, MEGABYTE, heapUsed } from './heap';
import { ALICE, BOB, WRONG, expectSuccess, subjects, subjectsOf } from './lab';
import { call, connect, disconnect, mailbox, onlyFirst, pass, putAway } from './nodes';
import { connectByToken, useOAuthLab } from './oauth';

// A run that n8n puts away at a Wait: what it holds meanwhile, and what it finds when it resumes.

const { lab, connectAccount } = useOAuthLab();

/** As it lies in n8n's database meanwhile. */
const stored = (run: IRun) => structuredClone(run.data);

/** Runs until the Wait. Answers with what n8n needs to resume. */
async function untilPutAway(nodes: WorkflowNode[], executionId?: string) {
  const workflow = chain('test', nodes);
  const { id, execution } = lab().begin({ workflow, executionId });
  const asleep = await execution;
  expect(asleep.data.resultData.error?.message).toBeUndefined();
  expect(asleep.status).toBe('waiting');
  return { workflow, executionId: id, resume: stored(asleep) };
}

const LONG = [connect(ALICE), mailbox('Before'), onlyFirst('One'), putAway('Wait'), mailbox('Read')];

test('closes its connection, and opens it again when it resumes', async () => {
  const waiting = await untilPutAway(LONG);
  await lab().expectNoConnections();
  const run = await lab().run(waiting);
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  expect(lab().wire.opened).toBe(2);
});

test('resumes in another process', async () => {
  const waiting = await untilPutAway(LONG);
  // Another process has a registry without this run.
  const { registry } = await import('../../n8n/run/registry.js');
  await registry.closeRun(waiting.executionId);
  const run = await lab().run(waiting);
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  expect(lab().wire.opened).toBe(2);
});

test('keeps in mind that Email Disconnect closed the session', async () => {
  const waiting = await untilPutAway([connect(ALICE), disconnect(), putAway('Wait'), mailbox('Read')]);
  const error = await lab().failure(waiting);
  expect(error.message).toMatch(/closed by Email Disconnect/);
  expect(lab().wire.opened).toBe(1);
});

test('does not try a refused password again', async () => {
  const goOn = { onError: 'continueRegularOutput' };
  const nodes = [connect(WRONG, {}, goOn), onlyFirst('One'), putAway('Wait'), mailbox('Read')];
  const waiting = await untilPutAway(nodes);
  const error = await lab().failure(waiting);
  expect(error.message).toMatch(/refused the login/);
  expect(lab().wire.opened).toBe(1);
});

test('keeps the connection of the resumed run, even if n8n reports late that it was put away', async () => {
  const nodes = [
    ...LONG,
    onlyFirst('Another'),
    call('Middle', async () => {
      reportWaiting();
      await reported;
    }),
    mailbox('Last'),
  ];
  let reportWaiting = () => {};
  const released = new Promise<void>((resolve) => (reportWaiting = resolve));
  const workflow = chain('test', nodes);
  const { id, execution, hooks } = lab().begin({ workflow });
  let sleeping: (run: IRun) => void = () => {};
  const asleep = new Promise<IRun>((resolve) => (sleeping = resolve));
  // n8n's own handler stores the run, after which it can be resumed, before it calls the handlers of nodes.
  hooks.addHandler('workflowExecuteAfter', async (run) => {
    sleeping(run);
    await released;
  });
  const reported = execution.then(() => undefined);
  const run = await lab().run({ workflow, executionId: id, resume: stored(await asleep) });
  expectSuccess(run);
  expect(subjects(run, 'Last')).toEqual(subjectsOf(ALICE));
  expect(lab().wire.opened).toBe(2);
});

test('shares its session with a sub-workflow that goes on meanwhile', async () => {
  const waiting = await untilPutAway(LONG);
  const called = { nodes: [pass('Called'), mailbox('Read')], parentExecutionId: waiting.executionId };
  const inner = await lab().run(called);
  expectSuccess(inner);
  expect(subjects(inner, 'Read')).toEqual(subjectsOf(ALICE));
  // Opened in the run of the sub-workflow, and closed at its end.
  await lab().expectNoConnections();
  expectSuccess(await lab().run(waiting));
  expect(lab().wire.opened).toBe(3);
});

test('lets a sub-workflow close its session meanwhile', async () => {
  const waiting = await untilPutAway(LONG);
  expectSuccess(await lab().run({ nodes: [disconnect()], parentExecutionId: waiting.executionId }));
  const error = await lab().failure(waiting);
  expect(error.message).toMatch(/closed by Email Disconnect/);
});

test('does not share its session when the credential leads to another mailbox by then', async () => {
  const waiting = await untilPutAway(LONG);
  const alice = lab().credentials[ALICE];
  lab().credentials[ALICE] = lab().credentials[BOB] ?? {};
  const called = { nodes: [pass('Called'), mailbox('Read')], parentExecutionId: waiting.executionId };
  const error = await lab().failure(called);
  expect(error.message).toMatch(/There is no email session "Default"/);
  lab().credentials[ALICE] = alice ?? {};
  expectSuccess(await lab().run(waiting));
});

test('a sub-workflow whose caller has ended says so, and what to do', async () => {
  expectSuccess(await lab().run({ nodes: [connect(ALICE)], executionId: 'ended' }));
  const called = { nodes: [pass('Called'), mailbox('Read')], parentExecutionId: 'ended' };
  const error = await lab().failure(called);
  expect(error.message).toMatch(/the workflow that called it does not share one/);
  expect(error.description).toMatch(/\(ended\).*has ended, or continued in another worker/);
  expect(error.description).toMatch(/Add an Email Connect node with the session name "Default"/);
});

test('a sub-workflow whose n8n does not name the caller says so', async () => {
  const error = await lab().failure({ nodes: [pass('Called'), mailbox('Read')], mode: 'integrated' });
  expect(error.message).toMatch(/the workflow that called it does not share one/);
  expect(error.description).toMatch(/^This n8n does not say which run called it\. Add an Email Connect node/);
});

test('gives the token to a sub-workflow and to itself after the Wait', async () => {
  await connectAccount();
  const waiting = await untilPutAway([connectByToken(), putAway('Wait'), mailbox('Read')]);
  const called = { nodes: [pass('Called'), mailbox('Read')], parentExecutionId: waiting.executionId };
  const inner = await lab().run(called);
  expectSuccess(inner);
  expect(subjects(inner, 'Read')).toEqual(subjectsOf(ALICE));
  expectSuccess(await lab().run(waiting));
});

const RUNS = 6;
const ITEMS = 12 * 1024;
/** A kilobyte. */
const field = () => randomBytes(512).toString('hex');

/** n8n itself holds nothing of a run that is over or put away. */
async function runWithData(nodes: WorkflowNode[]): Promise<string> {
  const items = Array.from({ length: ITEMS }, () => ({ data: field() }));
  const { execution } = lab().begin({ nodes: [pass('Start'), onlyFirst('One'), ...nodes], items });
  return (await execution).status;
}

test.each([
  ['password', () => connect(ALICE)],
  ['OAuth2', connectByToken],
])('six waiting runs with 12 MB each hold none of it (%s)', async (_, connected) => {
  await connectAccount();
  const begin = async () =>
    expect(await runWithData([connected(), mailbox('Read'), putAway('Wait')])).toBe('waiting');
  for (let warmUp = 0; warmUp < 3; warmUp++) await begin();
  const before = heapUsed();
  for (let run = 0; run < RUNS; run++) await begin();
  const grown = heapUsed() - before;
  expect(grown, `${(grown / MEGABYTE).toFixed(1)} MB for ${RUNS} waiting runs`).toBeLessThan(MARGIN);
});

test('the connection that a run by OAuth2 leaves to the next holds none of its data', async () => {
  await connectAccount();
  const run = async (keepConnectionFor: number) =>
    expect(await runWithData([connectByToken({ options: { keepConnectionFor } }), mailbox('Read')])).toBe(
      'success',
    );
  for (let warmUp = 0; warmUp < 3; warmUp++) await run(0);
  await lab().expectNoConnections();
  const before = heapUsed();
  await run(1);
  expect(lab().wire.open, 'the connection is kept').toBe(1);
  const grown = heapUsed() - before;
  expect(grown, `${(grown / MEGABYTE).toFixed(1)} MB for a kept connection`).toBeLessThan(MARGIN);
});
