import { expect, test } from 'vitest';

import { sleep, waitFor } from '../servers/wait';
import { ALICE, expectSuccess, itemsOf, subjects, subjectsOf, useLab } from './lab';
import { call, connect, fails, mailbox, onlyFirst } from './nodes';

// Every test of a file with a lab also checks that no connection is left two seconds later.

const lab = useLab();

test('ten nodes share one connection and one login', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `Read ${index + 1}`);
  const run = await lab().run([
    connect(ALICE),
    ...names.flatMap((name) => [mailbox(name), onlyFirst(`One of ${name}`)]),
  ]);
  expectSuccess(run);
  for (const name of names) expect(subjects(run, name)).toEqual(subjectsOf(ALICE));
  expect(lab().wire.opened).toBe(1);
  expect(lab().logins).toBe(1);
  expect(lab().commands('AUTHENTICATE').length + lab().commands('LOGIN').length).toBe(1);
});

test('Connect gives the name of the session and no secret', async () => {
  const run = await lab().run([connect(ALICE, { sessionName: ' Work ' })]);
  expectSuccess(run);
  expect(itemsOf(run, 'Connect')).toEqual([
    {
      json: {
        session: {
          name: 'Work',
          provider: 'other',
          protocol: 'imap',
          authentication: 'basic',
          account: ALICE,
          server: `localhost:${lab().wire.port}`,
        },
      },
      pairedItem: { item: 0 },
    },
  ]);
});

test('a run that fails closes its connection', async () => {
  const run = await lab().run([connect(ALICE), fails('Fails'), mailbox('Never')]);
  expect(run.status).toBe('error');
  expect(run.data.resultData.error?.message).toBe('failed on purpose');
  expect(lab().wire.opened).toBe(1);
  await lab().expectNoConnections();
});

test('the connection is already closed when the run is reported as over', async () => {
  const { execution } = lab().begin({ nodes: [connect(ALICE), mailbox('Read')] });
  expectSuccess(await execution);
  // The engine awaits the finish handlers, and they await the goodbye.
  await waitFor('the close', () => lab().wire.open === 0, 500);
});

/** Cancels as n8n does, and answers with the statuses that n8n is told. */
async function cancel({ execution, hooks }: ReturnType<ReturnType<typeof lab>['begin']>) {
  const told: string[] = [];
  hooks.addHandler('workflowExecuteAfter', async ({ status }) => void told.push(status));
  const cancelled = Date.now();
  execution.cancel();
  await execution;
  expect(Date.now() - cancelled, 'milliseconds from cancel to end').toBeLessThan(5_000);
  return told;
}

const patient = { options: { connectTimeout: 20, commandTimeout: 60 } };

test('a run cancelled while a command hangs ends at once, as cancelled, and closes its connection', async () => {
  const begun = lab().begin({
    nodes: [
      connect(ALICE, patient),
      mailbox('First'),
      onlyFirst('One'),
      call('Stall', stall),
      mailbox('Read'),
    ],
  });
  await waitFor('the stall', () => lab().wire.isStalled);
  await sleep(300);
  expect(lab().wire.open).toBe(1);
  // A second report with "error" would make n8n run the error workflow for a run that somebody stopped.
  expect(await cancel(begun)).toEqual(['canceled']);
  await lab().expectNoConnections();
});

test('a cancelled run ends at once even when its nodes continue on errors', async () => {
  const goOn = { onError: 'continueRegularOutput' };
  const begun = lab().begin({
    nodes: [
      connect(ALICE, patient),
      call('Stall', stall),
      mailbox('Read', {}, goOn),
      mailbox('Next', {}, goOn),
    ],
  });
  await waitFor('the stall', () => lab().wire.isStalled);
  await sleep(300);
  expect(await cancel(begun)).toEqual(['canceled']);
  await lab().expectNoConnections();
});

test('a run cancelled while it connects ends at once and leaves nothing open', async () => {
  lab().wire.stall();
  const begun = lab().begin({ nodes: [connect(ALICE, patient), mailbox('Read')] });
  await waitFor('the connect', () => lab().wire.opened === 1);
  expect(await cancel(begun)).toEqual(['canceled']);
  await lab().expectNoConnections();
});

async function stall(): Promise<void> {
  await Promise.resolve(lab().wire.stall());
}
