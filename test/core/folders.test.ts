import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { beforeAll, expect, test } from 'vitest';

import { mail } from '../servers/mailbox';
import { ALICE, BOB, WRONG, expectSuccess, itemsOf, subjects, useLab } from './lab';
import { connect, mailbox, pass } from './nodes';

const lab = useLab();

const folder = (operation: string, parameters: object = {}, extras: object = {}) =>
  mailbox('Folder', { resource: 'folder', operation, ...parameters }, extras);
const results = async (operation: string, parameters: object = {}) => {
  const run = await lab().run([connect(ALICE), folder(operation, parameters)]);
  expectSuccess(run);
  return itemsOf(run, 'Folder').map(({ json }) => json);
};

test('the folders are listed with their counts and uses', async () => {
  lab().deliver(ALICE, 'Listed', [mail(), { raw: mail(), read: true }]);
  const all = await results('getMany', { returnAll: true });
  expect(all[0]).toMatchObject({ path: 'INBOX', specialUse: '\\Inbox', selectable: true });
  expect(all.find(({ path }) => path === 'Listed')).toMatchObject({ name: 'Listed', total: 2, unread: 1 });
  expect(await results('getMany', { limit: 2 })).toHaveLength(2);
  const [bare] = await results('getMany', { limit: 1, options: { includeCounts: false } });
  expect(bare).not.toHaveProperty('total');
});

test('a folder is made, found, renamed and deleted', async () => {
  expect(await results('create', { path: 'Projects' })).toMatchObject([{ created: true, path: 'Projects' }]);
  expect(await results('create', { path: 'Projects' })).toMatchObject([{ created: false, path: 'Projects' }]);
  const lax = { path: 'Projects', options: { failIfExists: '={{ $json.missing }}' } };
  expect(await results('create', lax)).toMatchObject([{ created: false }]);
  const strict = { path: 'Projects', options: { failIfExists: true } };
  expect((await lab().failure([connect(ALICE), folder('create', strict)])).message).toMatch(/Projects/);
  expect(await results('rename', { folder: 'Projects', newPath: 'Größe' })).toMatchObject([
    { path: 'Größe', previousPath: 'Projects' },
  ]);
  expect(await results('get', { folder: 'Größe' })).toMatchObject([{ exists: true, total: 0 }]);
  expect(await results('delete', { folder: 'Größe' })).toEqual([{ path: 'Größe', deleted: true }]);
  expect(await results('get', { folder: 'Größe' })).toEqual([{ exists: false, path: 'Größe' }]);
});

test('a folder is emptied, and counted first where that is wanted', async () => {
  lab().deliver(ALICE, 'Full', [mail(), mail(), mail()]);
  expect(await results('empty', { folder: 'Full', dryRun: true })).toEqual([
    { path: 'Full', matched: 3, deleted: 0, dryRun: true },
  ]);
  expect(await results('empty', { folder: 'Full' })).toEqual([{ path: 'Full', deleted: 3, dryRun: false }]);
  expect(await results('get', { folder: 'Full' })).toMatchObject([{ total: 0 }]);
});

test('a folder is named by its use, in every operation', async () => {
  lab().deliver(ALICE, 'Trash', [mail({ subject: 'in the trash' })]);
  const use = { __rl: true, mode: 'use', value: '\\Trash' };
  const run = await lab().run([connect(ALICE), mailbox('Read', { folder: use })]);
  expect(subjects(run, 'Read')).toContain('in the trash');
  expect(await results('get', { folder: use })).toMatchObject([{ exists: true, path: 'Trash' }]);
});

test.each([
  ['delete', { folder: 'Nowhere' }, /no folder "Nowhere"/],
  ['empty', { folder: 'Nowhere' }, /no folder "Nowhere"/],
  ['empty', { folder: 'Nowhere', dryRun: true }, /no folder "Nowhere"/],
  ['rename', { folder: 'Nowhere', newPath: 'Elsewhere' }, /no folder "Nowhere"/],
  ['create', { path: 'a\r\nb DELETE INBOX' }, /line break/],
  ['delete', { folder: 'INBOX' }, /the inbox cannot be deleted/],
  ['get', { folder: '={{ $json.missing }}' }, /^Folder: it is empty/],
  ['create', { path: 'X', options: { failIfExists: 'maybe' } }, /^Fail If It Exists: "maybe" is neither/],
])('%s of %j is refused', async (operation, parameters, message) => {
  expect((await lab().failure([connect(ALICE), folder(operation, parameters)])).message).toMatch(message);
});

type Lists = typeof import('../../nodes/EmailMailbox/methods/list-search.js');
let searchFolders: Lists['searchFolders'];
let searchFolderUses: Lists['searchFolderUses'];
beforeAll(async () => {
  // Late, for the mock in engine.ts.
  ({ searchFolders, searchFolderUses } = await import('../../nodes/EmailMailbox/methods/list-search.js'));
});

/** What n8n gives a list in the editor: the node's own parameters, and who asks. */
const editorOf = (userId: string, sessionName = 'Default') =>
  ({
    additionalData: { userId },
    getCurrentNodeParameter: () => sessionName,
    getNode: () => ({ name: 'Mailbox', type: 'x', typeVersion: 1, parameters: {} }),
  }) as unknown as ILoadOptionsFunctions;

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

test('the uses of folders can be picked without a session', async () => {
  const { results: uses } = await searchFolderUses.call(editorOf('ada'));
  expect(uses).toContainEqual({ name: 'Trash', value: '\\Trash' });
  expect((await searchFolderUses.call(editorOf('ada'), 'sen')).results).toEqual([
    { name: 'Sent', value: '\\Sent' },
  ]);
});
