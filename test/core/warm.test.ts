import { expect, test } from 'vitest';

import { waitFor } from '../servers/wait';
import { ALICE, BOB, WRONG, expectSuccess, subjects, subjectsOf, useLab } from './lab';
import { call, connect, disconnect, fails, mailbox } from './nodes';

// Connections that are kept for the next run. Each test closes them at its end, because the lab looks for them.

const lab = useLab();
const closeKept = () => lab().wire.dropAll();

/** As Email Connect is when nobody sets its option. */
const kept = { options: { keepConnectionFor: undefined } };

test('a hundred runs in a row log in once', async () => {
  for (let n = 0; n < 100; n++) {
    const run = await lab().run([connect(ALICE, kept), mailbox('Read')]);
    expectSuccess(run);
    expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  }
  expect([lab().logins, lab().wire.opened]).toEqual([1, 1]);
  closeKept();
});

test('runs at the same time have a connection each, and never see each other’s mail', async () => {
  for (let n = 0; n < 3; n++) {
    const runs = await Promise.all(
      [ALICE, BOB, ALICE].map(async (user) => await lab().run([connect(user, kept), mailbox('Read')])),
    );
    runs.forEach(expectSuccess);
    expect(runs.map((run) => subjects(run, 'Read'))).toEqual([ALICE, BOB, ALICE].map(subjectsOf));
  }
  expect([lab().logins, lab().wire.open]).toEqual([3, 3]);
  closeKept();
});

test('a run with a wrong password fails, even while a connection with the right one is kept', async () => {
  expectSuccess(await lab().run([connect(ALICE, kept)]));
  const error = await lab().failure([connect(WRONG, kept), mailbox('Read')]);
  expect(error.message).toMatch(/refused the login/);
  closeKept();
});

test('a run that fails leaves its connection to the next one', async () => {
  expect((await lab().run([connect(ALICE, kept), fails('Fails')])).status).toBe('error');
  expectSuccess(await lab().run([connect(ALICE, kept), mailbox('Read')]));
  expect(lab().logins).toBe(1);
  closeKept();
});

test('a run after the server was restarted logs in again, without an error', async () => {
  expectSuccess(await lab().run([connect(ALICE, kept)]));
  lab().wire.dropAll();
  expectSuccess(await lab().run([connect(ALICE, kept), mailbox('Read')]));
  expect(lab().logins).toBe(2);
  closeKept();
});

test('Email Disconnect closes the connection', async () => {
  expectSuccess(await lab().run([connect(ALICE, kept), mailbox('Read'), disconnect()]));
  await waitFor('the close', () => lab().wire.open === 0, 500);
});

test('a run that was cancelled leaves no connection to another', async () => {
  const begun = lab().begin({
    nodes: [
      connect(ALICE, { options: { ...kept.options, commandTimeout: 60 } }),
      call('Stall', stall),
      mailbox('Read'),
    ],
  });
  await waitFor('the stall', () => lab().wire.isStalled);
  begun.execution.cancel();
  await begun.execution;
  await waitFor('the close', () => lab().wire.open === 0, 2000);
});

async function stall(): Promise<void> {
  await Promise.resolve(lab().wire.stall());
}
