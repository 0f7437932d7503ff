import { afterAll, expect, test } from 'vitest';

import { MAX_CONNECTIONS } from '../../mail/async/max-connections';
import { mail } from '../servers/mailbox';
import { waitFor } from '../servers/wait';
import { logLines } from './log';
import { ALICE, expectSuccess, subjects, subjectsOf, useLab } from './lab';
import { connect, mailbox } from './nodes';

// This n8n may have one connection to an account, so that runs have to wait for each other.
process.env[MAX_CONNECTIONS] = '1';
afterAll(() => {
  delete process.env[MAX_CONNECTIONS];
});

const lab = useLab();

const hintsOf = (run: Awaited<ReturnType<ReturnType<typeof lab>['run']>>, node: string): string[] =>
  (run.data.resultData.runData[node]?.at(-1)?.hints ?? []).map(({ message }) => message);

test('a Wait for Message does not keep another run from the account, misses no mail, and the other run says how long it waited', async () => {
  const lines = logLines(lab());
  const patient = { options: { connectTimeout: 20 } };
  const waiting = lab().begin({
    nodes: [connect(ALICE, patient), mailbox('Wait', { operation: 'wait', timeout: 20 })],
  });
  await waitFor('the wait', () => lab().commands('IDLE').length > 0);
  const other = await lab().run([connect(ALICE, patient), mailbox('Read')]);
  expectSuccess(other);
  expect(subjects(other, 'Read')).toEqual(subjectsOf(ALICE));
  expect(hintsOf(other, 'Connect').join()).toMatch(
    /"Default" waited [2-6] seconds for a connection: all connections that this n8n may have to the account were in use\./,
  );
  lab().deliver(ALICE, 'INBOX', [mail({ to: ALICE, subject: 'while the other run read' })]);
  const run = await waiting.execution;
  expectSuccess(run);
  expect(subjects(run, 'Wait')).toEqual(['while the other run read']);
  expect(lab().wire.opened).toBe(3);
  const told = (isOther: boolean) =>
    lines
      .filter(([, { executionId }]) => (executionId !== waiting.id) === isOther)
      .map(([text, { reason }]) => [text.replace('Email session ', ''), reason]);
  expect(told(true)).toEqual([
    ['waits for a connection', 'own limit'],
    ['has waited for a connection', 'own limit'],
    ['logged in', undefined],
    ['closed', 'run ended'],
  ]);
  expect(told(false)).toEqual([
    ['logged in', undefined],
    ['gave up its connection', 'wanted'],
    ['opens a new connection', 'wanted'],
    ['waits for a connection', 'own limit'],
    ['has waited for a connection', 'own limit'],
    ['logged in', undefined],
    ['closed', 'run ended'],
  ]);
  for (const [text, { waitedMs }] of lines) {
    if (text.endsWith('closed')) expect(waitedMs).toBeGreaterThan(0);
  }
});
