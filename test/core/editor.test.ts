import { randomBytes } from 'node:crypto';

import { beforeAll, describe, expect, test, vi } from 'vitest';

import { mail } from '../servers/mailbox';
import { MARGIN, MEGABYTE, heapUsed } from './heap';
import { ALICE, BOB, WRONG, expectSuccess, itemsOf } from './lab';
import { connect, get, mailbox, onlyFirst, pass } from './nodes';
import { connectByToken, useOAuthLab } from './oauth';

// The lists that the editor shows in a node, outside of any run.

const { lab, connectAccount } = useOAuthLab();

type Lists = typeof import('../../nodes/EmailMailbox/methods/list-search.js');
let searchFolders: Lists['searchFolders'];
let searchSessions: Lists['searchSessions'];
let searchMessages: Lists['searchMessages'];
let searchDrafts: Lists['searchDrafts'];
beforeAll(async () => {
  // Late, for the mock in engine.ts.
  ({ searchFolders, searchSessions, searchMessages, searchDrafts } = await import(
    '../../nodes/EmailMailbox/methods/list-search.js'
  ));
});

const editorOf = (userId: string, sessionName = 'Default') => lab().editor(userId, { sessionName });

test('the list shows the folders of the session that this user has opened by hand', async () => {
  const sessionName = 'Listing';
  lab().deliver(ALICE, 'Of Alice', [mail()]);
  lab().deliver(BOB, 'Of Bob', [mail()]);
  const open = async (account: string, userId: string | undefined, mode: 'manual' | 'trigger' = 'manual') =>
    expectSuccess(await lab().run({ nodes: [connect(account, { sessionName }), pass('End')], mode, userId }));
  const paths = async (userId: string, filter?: string) =>
    (await searchFolders.call(editorOf(userId, sessionName), filter)).results.map(({ value }) => value);
  await expect(paths('ada')).rejects.toThrow(/after you run the Email Connect node/);
  await open(ALICE, 'ada', 'trigger');
  await expect(paths('ada')).rejects.toThrow(/after you run the Email Connect node/);
  await open(ALICE, 'ada');
  await open(BOB, 'ben');
  expect(await paths('ada')).toEqual(expect.arrayContaining(['INBOX', 'Of Alice']));
  expect(await paths('ada')).not.toContain('Of Bob');
  expect(await paths('ben', 'of')).toEqual(['Of Bob']);
  await expect(paths('eve')).rejects.toThrow(/after you run/);
  // Another workflow may use the name for another account, so each folder says whose it is.
  const { results: shown } = await searchFolders.call(editorOf('ada', sessionName), 'of alice');
  expect(shown).toEqual([{ name: `Of Alice – ${ALICE}`, value: 'Of Alice' }]);
  // Twice in a row is one login.
  expect(lab().logins).toBe(5);
});

test('the list of sessions shows those that this user opened lately, with their accounts', async () => {
  const sessionsOf = async (userId: string, filter?: string) =>
    (await searchSessions.call(editorOf(userId), filter)).results;
  const open = async (account: string, sessionName: string) =>
    expectSuccess(
      await lab().run({
        nodes: [connect(account, { sessionName }, { typeVersion: 2 }), pass('End')],
        mode: 'manual',
        userId: 'grace',
      }),
    );
  expect(await sessionsOf('grace')).toEqual([{ name: 'Default', value: 'Default' }]);
  await open(ALICE, 'Sales');
  await open(BOB, 'Support');
  expect(await sessionsOf('grace')).toEqual([
    { name: `Support – ${BOB}`, value: 'Support' },
    { name: `Sales – ${ALICE}`, value: 'Sales' },
    { name: 'Default', value: 'Default' },
  ]);
  expect(await sessionsOf('grace', 'sal')).toEqual([{ name: `Sales – ${ALICE}`, value: 'Sales' }]);
  expect(await sessionsOf('eve')).toEqual([{ name: 'Default', value: 'Default' }]);
  await open(BOB, 'Default');
  expect((await sessionsOf('grace')).filter(({ value }) => value === 'Default')).toEqual([
    { name: `Default – ${BOB}`, value: 'Default' },
  ]);
  // A list of folders belongs to the session that was chosen from a list.
  const chosen = { sessionName: { __rl: true, mode: 'list', value: 'Support' } };
  const { results } = await searchFolders.call(lab().editor('grace', chosen), 'inbox');
  expect(results).toEqual([{ name: `INBOX – ${BOB}`, value: 'INBOX' }]);
});

test('the list shows what the server refuses, instead of an empty list', async () => {
  const sessionName = 'Refused';
  await lab().run({ nodes: [connect(ALICE, { sessionName }), pass('End')], mode: 'manual', userId: 'ada' });
  lab().wire.stall();
  const listing = searchFolders.call(editorOf('ada', sessionName));
  await expect(listing).rejects.toThrow(/did not complete the login in time/);
  lab().wire.resume();
  const refused = await lab().run({
    nodes: [connect(WRONG, { sessionName: 'Wrong' }), pass('End')],
    mode: 'manual',
    userId: 'ada',
  });
  expect(refused.status).toBe('error');
  await expect(searchFolders.call(editorOf('ada', 'Wrong'))).rejects.toThrow(/after you run/);
});

describe('the list of messages', () => {
  const sessionName = 'Picking';
  const open = async (account: string, userId: string) =>
    expectSuccess(
      await lab().run({ nodes: [connect(account, { sessionName }), pass('End')], mode: 'manual', userId }),
    );
  const listed = async (list: Lists['searchMessages'], filter?: string) =>
    (await list.call(editorOf('joan', sessionName), filter)).results;
  /** Without the time and the account. */
  const shown = async (list: Lists['searchMessages'], filter?: string) =>
    (await listed(list, filter)).map(({ name }) => name.split(', ')[0]);

  test('shows the newest of the inbox, which the node then finds, and searches on the server', async () => {
    await open(BOB, 'joan');
    lab().deliver(BOB, 'INBOX', [
      mail({ from: 'Grace Hopper <grace@example.test>', subject: 'Moth' }),
      mail({ from: 'moth@example.test', subject: '' }),
      mail({ from: 'Ada <ada@example.test>', subject: `Long ${'😀'.repeat(100)}` }),
    ]);
    const [long, untitled, moth] = await listed(searchMessages);
    expect(moth?.name).toMatch(/^Moth – Grace Hopper, \d{4}-\d\d-\d\d \d\d:\d\d – bob@example\.test$/);
    expect(untitled?.name).toMatch(/^\(no subject\) – moth@example\.test, /);
    expect(long?.name).toMatch(/^Long 😀{74}… – Ada, /u);
    const nodes = [connect(BOB), get('Get', String(moth?.value))];
    expect(itemsOf(await lab().run(nodes), 'Get')[0]?.json.subject).toBe('Moth');
    const searched = lab().commands('SEARCH').length;
    // They arrived in the same second, so either may be the first.
    expect(new Set(await shown(searchMessages, ' moth '))).toEqual(
      new Set(['(no subject) – moth@example.test', 'Moth – Grace Hopper']),
    );
    expect(await shown(searchMessages, 'hopper')).toEqual(['Moth – Grace Hopper']);
    expect(await shown(searchMessages, 'nowhere')).toEqual([]);
    expect(lab().commands('SEARCH').length - searched).toBe(6);
  });

  test('has the newest 50, and of those that match too', async () => {
    await open(ALICE, 'joan');
    const before = (await listed(searchMessages)).length;
    const subjects = Array.from({ length: 60 }, (_, index) => `Many ${index}`);
    lab().deliver(
      ALICE,
      'INBOX',
      subjects.map((subject) => mail({ subject, from: 'many@example.test' })),
    );
    expect(before).toBeLessThan(50);
    for (const filter of ['', 'many']) {
      const names = await shown(searchMessages, filter);
      expect(names).toHaveLength(50);
      expect(names[0]).toMatch(/^Many 59 –/);
      expect(names[49]).toMatch(/^Many 10 –/);
    }
  });

  test('of drafts shows and searches their recipients', async () => {
    await open(ALICE, 'joan');
    const draft = (to: string, subject: string) => ({
      resource: 'draft',
      operation: 'create',
      toEmail: to,
      subject,
    });
    const nodes = [
      connect(ALICE),
      mailbox('One', draft('Zoe <zoe@example.test>', 'For Zoe')),
      mailbox('Two', draft('', 'For nobody')),
    ];
    expectSuccess(await lab().run(nodes));
    expect(await shown(searchDrafts, 'for')).toEqual(expect.arrayContaining(['For Zoe – Zoe']));
    expect((await listed(searchDrafts, 'nobody'))[0]?.name).toMatch(/^For nobody – \d{4}-/);
    expect(await shown(searchDrafts, 'zoe@')).toEqual(['For Zoe – Zoe']);
    expect(await shown(searchMessages, 'for zoe')).toEqual([]);
  });

  test('says what to do instead if there is no session', async () => {
    const of = (list: Lists['searchMessages']) => list.call(editorOf('joan', 'Unknown'));
    await expect(of(searchMessages)).rejects.toThrow(
      /^The list appears after you run .*"Unknown".*Or choose the message "By ID"\.$/,
    );
    await expect(of(searchDrafts)).rejects.toThrow(/Or choose the draft "By ID"\.$/);
    vi.stubEnv('EXECUTIONS_MODE', 'queue');
    vi.stubEnv('OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS', 'true');
    await expect(of(searchMessages)).rejects.toThrow(
      /^The list of messages is not available here: .* Instead, choose the message "By ID"\.$/,
    );
    vi.unstubAllEnvs();
  });
});

test('the list of a session by OAuth2 uses the token that n8n has by then', async () => {
  await connectAccount();
  const nodes = [connectByToken({ sessionName: 'OAuth2' }), pass('End')];
  expectSuccess(await lab().run({ nodes, mode: 'manual', userId: 'ada' }));
  await connectAccount();
  const { results } = await searchFolders.call(editorOf('ada', 'OAuth2'), 'inbox');
  expect(results).toEqual([{ name: `INBOX – ${ALICE}`, value: 'INBOX' }]);
});

test('a session is forgotten after half an hour', async () => {
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const nodes = [connect(ALICE, { sessionName: 'Old' }), pass('End')];
  expectSuccess(await lab().run({ nodes, mode: 'manual', userId: 'ada' }));
  const index = timers.mock.calls.findIndex(([, after]) => after === 30 * 60_000);
  const [forget] = timers.mock.calls[index] ?? [];
  const timer = timers.mock.results[index]?.value as NodeJS.Timeout;
  timers.mockRestore();
  expect((await searchFolders.call(editorOf('ada', 'Old'))).results).not.toEqual([]);
  expect(timer.hasRef(), 'the timer keeps n8n from ending').toBe(false);
  forget?.();
  await expect(searchFolders.call(editorOf('ada', 'Old'))).rejects.toThrow(/after you run/);
});

test.each([
  [{ OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true' }, 'in workers'],
  [{ N8N_MULTI_MAIN_SETUP_ENABLED: 'true' }, 'in several main processes'],
])('the list says where %j runs workflows, and offers other ways', async (environment, where) => {
  for (const [name, value] of Object.entries({ EXECUTIONS_MODE: 'queue', ...environment }))
    vi.stubEnv(name, value);
  const listing = searchFolders.call(editorOf('ada', 'Elsewhere'));
  await expect(listing).rejects.toThrow(new RegExp(`${where}.*"By Use" or "By Path"`));
  vi.unstubAllEnvs();
});

test('what the editor remembers holds no data of the runs', async () => {
  await connectAccount();
  const run = async (number: number) => {
    const items = Array.from({ length: 12 * 1024 }, () => ({ data: randomBytes(512).toString('hex') }));
    const nodes = [pass('Start'), onlyFirst('One'), connectByToken({ sessionName: `Session ${number}` })];
    expectSuccess(await lab().run({ nodes, items, mode: 'manual', userId: 'ada' }));
  };
  await run(0);
  const before = heapUsed();
  for (let number = 1; number <= 6; number++) await run(number);
  const grown = heapUsed() - before;
  expect(grown, `${(grown / MEGABYTE).toFixed(1)} MB for six runs`).toBeLessThan(MARGIN);
});
