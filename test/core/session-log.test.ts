import { beforeEach, expect, test } from 'vitest';

import { chain } from '../servers/workflow';
import { logLines, type LogLine } from './log';
import { ALICE, WRONG, expectSuccess, itemsOf, useLab } from './lab';
import { call, connect, disconnect, fails, mailbox, onlyFirst, putAway } from './nodes';

// What an operator sees in the log of n8n, at level debug.

const lab = useLab();
const kept = { options: { keepConnectionFor: 60 } };
const ms = expect.any(Number) as number;
const usage = {
  logins: 1,
  commands: ms,
  bytesSent: ms,
  bytesReceived: ms,
  connectedMs: ms,
  waitedMs: 0,
};

let lines: LogLine[] = [];
beforeEach(() => {
  lines = logLines(lab());
});

/** The lines without what all lines of a run have. */
const told = (executionId: string) =>
  lines.map(([text, { executionId: id, session, account, ...fields }]) => {
    expect({ id, session, account }).toEqual({ id: executionId, session: 'Default', account: ALICE });
    return [text, fields];
  });

test('a run that logs in, reconnects and closes has a line for each, with what it cost', async () => {
  const { id, execution } = lab().begin({
    nodes: [
      connect(ALICE),
      mailbox('Read'),
      onlyFirst('One'),
      call('Drop', async () => lab().wire.dropAll()),
      mailbox('Again'),
    ],
  });
  expectSuccess(await execution);
  expect(told(id)).toEqual([
    ['Email session logged in', { ms }],
    ['Email session opens a new connection', { reason: 'lost' }],
    ['Email session logged in', { ms }],
    ['Email session closed', { reason: 'run ended', ...usage, logins: 2 }],
  ]);
  const [, cost] = lines.at(-1)!;
  expect(cost.commands).toBeGreaterThanOrEqual(lab().commands('FETCH').length + 2 * 2);
  expect(cost.bytesSent).toBeGreaterThan(200);
  expect(cost.bytesReceived).toBeGreaterThan(1000);
  expect(cost.connectedMs).toBeLessThan(60_000);
});

test('a connection that is kept and used by the next run says so in both, and one login is counted', async () => {
  const runs = [];
  for (let n = 0; n < 2; n++) {
    const begun = lab().begin({ nodes: [connect(ALICE, kept), mailbox('Read')] });
    expectSuccess(await begun.execution);
    runs.push(begun.id);
  }
  lab().wire.dropAll();
  const isKept = 'Email session closed, its connection is kept';
  expect(lines).toEqual([
    ['Email session logged in', expect.objectContaining({ executionId: runs[0] })],
    [isKept, expect.objectContaining({ executionId: runs[0], reason: 'run ended', logins: 1 })],
    ['Email session uses a kept connection', expect.objectContaining({ executionId: runs[1], ms })],
    [isKept, expect.objectContaining({ executionId: runs[1], reason: 'run ended', logins: 0 })],
  ]);
});

test('a refused login says why', async () => {
  await lab().failure([connect(WRONG), mailbox('Read')]);
  expect(lines).toEqual([
    [
      'Email session got no connection',
      expect.objectContaining({
        account: ALICE,
        reason: 'AUTHENTICATION_FAILED',
        error: expect.stringMatching(/^localhost:\d+ refused the login/),
      }),
    ],
    ['Email session closed', expect.objectContaining({ reason: 'login failed', logins: 0, commands: 0 })],
  ]);
});

test.each([
  ['run put away', () => [connect(ALICE), putAway('Wait')]],
  ['disconnected', () => [connect(ALICE), disconnect()]],
  ['run ended', () => [connect(ALICE), fails('Fails')]],
])('the line of the close gives its reason: %s', async (reason, nodes) => {
  await lab().run(nodes());
  expect(lines.at(-1)).toEqual(['Email session closed', expect.objectContaining({ reason })]);
});

test.each([1, 2])(
  'Email Disconnect, version %s, gives the session with what the log says that it cost',
  async (typeVersion) => {
    const nodes = [connect(ALICE), mailbox('Read'), onlyFirst('One'), disconnect({}, { typeVersion })];
    const run = await lab().run(nodes);
    expectSuccess(run);
    const [, cost] = lines.at(-1)!;
    const [opened, closed] = ['Connect', 'Disconnect'].map((name) => itemsOf(run, name)[0]?.json.session);
    const { executionId, session, reason, ...numbers } = cost;
    expect([executionId, session, reason]).toEqual([expect.any(String), 'Default', 'disconnected']);
    expect(closed).toEqual({ ...(opened as object), ...numbers });
  },
);

test('Email Disconnect gives only the name of a session that had no connection since the run was put away', async () => {
  const workflow = chain('test', [connect(ALICE), putAway('Wait'), disconnect({}, { typeVersion: 2 })]);
  const { id, execution } = lab().begin({ workflow });
  const run = await lab().run({ workflow, executionId: id, resume: structuredClone((await execution).data) });
  expectSuccess(run);
  expect(itemsOf(run, 'Disconnect')[0]?.json.session).toEqual({ name: 'Default' });
});

test('a list in the editor has lines of no run', async () => {
  const userId = 'user-of-the-log';
  expectSuccess(await lab().run({ nodes: [connect(ALICE)], mode: 'manual', userId }));
  lines.splice(0);
  const { foldersForEditor } = await import('../../n8n/run/editor-sessions.js');
  await foldersForEditor(lab().editor(userId, { sessionName: 'Default' }), 'Default');
  expect(lines).toEqual([
    ['Email session logged in', { session: 'editor', account: ALICE, ms }],
    ['Email session closed', { session: 'editor', account: ALICE, reason: 'disconnected', ...usage }],
  ]);
});
