import { expect, test } from 'vitest';

import { mail } from '../servers/mailbox';
import { ALICE, expectSuccess, itemsOf, useLab } from './lab';
import { connect, mailbox } from './nodes';

const lab = useLab();
const readOnly = (value: unknown = true) => connect(ALICE, { options: { readOnly: value } });

const folder = 'ReadOnly';
const ME = { toEmail: ALICE, emailFormat: 'text', text: 'x', subject: 'x' };

test.each<[string, object]>([
  ['mark', { operation: 'mark', readState: 'yes' }],
  ['move', { operation: 'move', destination: { __rl: true, mode: 'path', value: 'Archive' } }],
  ['copy', { operation: 'copy', destination: { __rl: true, mode: 'path', value: 'Archive' } }],
  ['delete', { operation: 'delete' }],
  ['append', { operation: 'append', folder, source: 'text', message: 'Subject: x\n\nx' }],
  ['send', { operation: 'send', ...ME }],
  ['reply', { operation: 'reply', ...ME }],
  ['reply draft', { operation: 'reply', ...ME, saveAsDraft: true }],
  ['create a draft', { resource: 'draft', operation: 'create', ...ME }],
  ['send a draft', { resource: 'draft', operation: 'send' }],
  ['create a folder', { resource: 'folder', operation: 'create', path: 'New' }],
  ['rename a folder', { resource: 'folder', operation: 'rename', folder, newPath: 'Other' }],
  ['delete a folder', { resource: 'folder', operation: 'delete', folder }],
  ['empty a folder', { resource: 'folder', operation: 'empty', folder }],
])('a read-only session refuses to %s, and the server hears nothing of it', async (_, parameters) => {
  lab().deliver(ALICE, folder, [mail({ subject: 'stays' })]);
  lab().wire.commands.length = 0;
  const { message, description } = await lab().failure([
    ...[readOnly(), mailbox('List', { folder, limit: 1 }), mailbox('Work', parameters)],
  ]);
  expect(message).toContain('The session "Default" is read-only: Email Connect opened it with Read Only');
  expect(description).toMatch(/Nothing was changed/);
  const changing = /^(UID )?(STORE|COPY|MOVE|EXPUNGE|APPEND|CREATE|RENAME|DELETE)\b/;
  expect(lab().wire.commands.filter((line) => changing.test(line))).toEqual([]);
});

test('a read-only session reads everything', async () => {
  lab().deliver(ALICE, folder, [mail({ subject: 'read', text: 'the text' })]);
  const run = await lab().run([
    ...[readOnly('={{ true }}'), mailbox('List', { folder, limit: 1 }), mailbox('Get', { operation: 'get' })],
    mailbox('Save', { operation: 'save' }),
    mailbox('Drafts', { resource: 'draft', operation: 'getMany' }),
    mailbox('Folders', { resource: 'folder', operation: 'getMany', returnAll: true }),
  ]);
  expectSuccess(run);
  expect(itemsOf(run, 'Get')[0]?.json).toMatchObject({ subject: 'read', isRead: false });
  expect(itemsOf(run, 'Save')).toHaveLength(1);
});

test('one name is not read-only and writable in one run, and Read Only is never guessed', async () => {
  const both = await lab().failure([connect(ALICE), { ...readOnly(), name: 'Again' }]);
  expect(both.message).toMatch(/session "Default"/);
  expect((await lab().failure([readOnly('perhaps')])).message).toMatch(
    /^Read Only: "perhaps" is neither true nor false/,
  );
});
