import { inspect } from 'node:util';

import type { IRun } from 'n8n-workflow';
import { expect, test } from 'vitest';

import { ALICE, WRONG, WRONG_PASSWORD, useLab } from './lab';
import { logLines } from './log';
import { call, connect, disconnect, get, mailbox } from './nodes';
import { n8nRequire } from './engine';
import { startScriptedImap } from '../servers/scripted-imap';
import type { WorkflowNode } from '../servers/workflow';

// The password is used in every one of these runs, and must be in nothing that n8n keeps of them.

const lab = useLab();
/** How n8n writes a run into its database: it follows everything, circles too. */
const { stringify } = n8nRequire('flatted') as { stringify(value: unknown): string };

const passwords = () => [lab().dovecot.users[ALICE] ?? '', WRONG_PASSWORD];

/** In plain text, and as a login has it on the wire. */
const needles = () =>
  passwords().flatMap((password) => [password, Buffer.from(`\0${ALICE}\0${password}`).toString('base64')]);

const seeAll = (value: unknown): string =>
  inspect(value, { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null });

function expectNoPassword(text: string): void {
  for (const needle of needles()) {
    const at = text.indexOf(needle);
    expect(at < 0 ? '' : text.slice(Math.max(0, at - 200), at), `what stands before the password`).toBe('');
  }
}

test('the search finds a password wherever it is', () => {
  const [password = ''] = passwords();
  expect(password).not.toBe('');
  expect(seeAll({ a: [{ b: new Map([['c', { password }]]) }] })).toContain(password);
  const inError = Object.assign(new Error('x'), { cause: { auth: { pass: password } } });
  expect(seeAll(inError)).toContain(password);
  expect(stringify({ deep: { inError } })).toContain(password);
});

test.each<[string, IRun['status'], () => WorkflowNode[]]>([
  ['a success', 'success', () => [connect(ALICE), mailbox('Read', { simplify: false }), disconnect()]],
  ['a wrong password', 'error', () => [connect(WRONG), mailbox('Read')]],
  ['an unknown folder', 'error', () => [connect(ALICE), mailbox('Read', { folder: 'Nowhere' })]],
  ['a refused search', 'error', () => [connect(ALICE), mailbox('Read', { filters: { from: 'a\r\nb' } })]],
  ['a bad id', 'error', () => [connect(ALICE), get('Get', 'nonsense')]],
  ['a closed session', 'error', () => [connect(ALICE), disconnect(), mailbox('Read')]],
  ['a name in use', 'error', () => [connect(ALICE), connect(WRONG, {}, { name: 'Again' })]],
  ['a failure that goes on', 'success', () => [connect(WRONG, {}, { onError: 'continueRegularOutput' })]],
  [
    'a server that falls silent',
    'error',
    () => [
      connect(ALICE, { options: { commandTimeout: 1 } }),
      call('Stall', async () => lab().wire.stall()),
      mailbox('Read'),
    ],
  ],
])('the data of a run and its lines in the log hold no password: %s', async (_, status, nodes) => {
  const lines = logLines(lab());
  const run = await lab().run(nodes());
  expect(run.status).toBe(status);
  expect(lines.length).toBeGreaterThan(1);
  expectNoPassword(seeAll(lines));
  expectNoPassword(stringify(run));
  expectNoPassword(seeAll(run));
});

test('the log holds no password that a server repeats', async () => {
  const server = await startScriptedImap((command) =>
    command.startsWith('LOGIN') ? `NO who is ${command}` : undefined,
  );
  lab().credentials.repeated = { ...lab().credentials[ALICE], port: server.port };
  const lines = logLines(lab());
  await lab().failure([connect('repeated')]);
  await server.stop();
  expect(server.commands.join()).toContain(passwords()[0]);
  expect(JSON.stringify(lines)).toMatch(/who is LOGIN .*\*\*\*/);
  expectNoPassword(seeAll(lines));
});

test('nothing that prints a session or its error shows the password', async () => {
  const { registry } = await import('../../n8n/run/registry.js');
  let seen = '';
  const look = async () => {
    const session = registry.find('canary', 'Default');
    seen = `${seeAll(session)} ${JSON.stringify(session?.settings)} ${String(session)}`;
  };
  await lab().run({ nodes: [connect(ALICE), mailbox('Read'), call('Look', look)], executionId: 'canary' });
  expect(seen).toContain(ALICE);
  expectNoPassword(seen);
});
