import { queryObjects } from 'node:v8';

import { ImapFlow } from 'imapflow';
import { expect, test } from 'vitest';

import { Session } from '../../mail/session/session';
import { sleep } from '../servers/wait';
import { MARGIN, MEGABYTE, heapUsed } from './heap';
import { ALICE, BOB, expectSuccess, subjects, subjectsOf, useLab } from './lab';
import { call, connect, disconnect, mailbox, onlyFirst, pass } from './nodes';

const lab = useLab();

test('a sub-workflow uses the session of its caller, and leaves it open when it ends', async () => {
  let inner: unknown[] = [];
  let openAfterInner = 0;
  const callSubWorkflow = async () => {
    const nodes = [pass('Called'), mailbox('Read')];
    const run = await lab().run({ nodes, parentExecutionId: 'caller' });
    expectSuccess(run);
    inner = subjects(run, 'Read');
    await sleep(200);
    openAfterInner = lab().wire.open;
  };
  const nodes = [connect(ALICE), call('Call', callSubWorkflow), mailbox('Read after')];
  const run = await lab().run({ nodes, executionId: 'caller' });
  expectSuccess(run);
  expect(inner).toEqual(subjectsOf(ALICE));
  expect(openAfterInner).toBe(1);
  expect(subjects(run, 'Read after')).toEqual(subjectsOf(ALICE));
  expect(lab().wire.opened).toBe(1);
});

test('a sub-workflow that opens a session of the same name uses its own, and the caller keeps its own', async () => {
  let inner: unknown[] = [];
  const callSubWorkflow = async () => {
    const run = await lab().run({ nodes: [connect(BOB), mailbox('Read')], parentExecutionId: 'caller' });
    inner = subjects(run, 'Read');
  };
  const nodes = [connect(ALICE), call('Call', callSubWorkflow), mailbox('Read after')];
  const run = await lab().run({ nodes, executionId: 'caller' });
  expect(inner).toEqual(subjectsOf(BOB));
  expect(subjects(run, 'Read after')).toEqual(subjectsOf(ALICE));
});

test('a sub-workflow can close the session of its caller', async () => {
  const callSubWorkflow = async () =>
    expectSuccess(await lab().run({ nodes: [disconnect()], parentExecutionId: 'caller' }));
  const nodes = [connect(ALICE), call('Call', callSubWorkflow), mailbox('Read after')];
  const error = await lab().failure({ nodes, executionId: 'caller' });
  expect(error.message).toMatch(/closed by Email Disconnect/);
});

test('items that claim to come from another run get no session of that run', async () => {
  const outsider = async () => {
    const claim = { executionId: 'victim', parentExecutionId: 'victim', session: { name: 'Default' } };
    const error = await lab().failure({ nodes: [mailbox('Read')], items: [claim] });
    expect(error.message).toBe('There is no email session "Default" in this run');
  };
  const nodes = [connect(ALICE), call('Outsider', outsider)];
  expectSuccess(await lab().run({ nodes, executionId: 'victim' }));
});

test('runs at the same time with the same session name never see each other’s mail', async () => {
  const users = [ALICE, BOB, ALICE, BOB, ALICE, BOB];
  const names = Array.from({ length: 5 }, (_, index) => `Read ${index + 1}`);
  const runs = await Promise.all(
    users.map(async (user) => {
      const reads = names.flatMap((name) => [mailbox(name), onlyFirst(`One of ${name}`)]);
      return await lab().run([connect(user), ...reads]);
    }),
  );
  runs.forEach((run, index) => {
    expectSuccess(run);
    for (const name of names) expect(subjects(run, name)).toEqual(subjectsOf(users[index] ?? ''));
  });
  expect(lab().logins).toBe(users.length);
});

/** Those that are still in memory: a closed session is too small to show in the size of the heap. */
const alive = () => ({
  sessions: queryObjects(Session, { format: 'count' }),
  connections: queryObjects(ImapFlow, { format: 'count' }),
});

test('200 runs in a row leave no connection and no extra memory behind', async () => {
  const nodes = () => [connect(ALICE), mailbox('Read', { options: { includeBody: true } })];
  for (let warmUp = 0; warmUp < 20; warmUp++) expectSuccess(await lab().run(nodes()));
  await lab().expectNoConnections();
  const before = heapUsed();
  for (let run = 0; run < 200; run++) expectSuccess(await lab().run(nodes()));
  await lab().expectNoConnections();
  const grown = heapUsed() - before;
  expect(lab().wire.opened).toBe(220);
  expect(grown, `${(grown / MEGABYTE).toFixed(1)} MB more after 200 runs`).toBeLessThan(MARGIN);
  expect(alive()).toEqual({ sessions: 0, connections: 0 });
}, 120_000);
