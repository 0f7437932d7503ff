import { expect, test } from 'vitest';

import { mail } from '../servers/mailbox';
import { ALICE, expectSuccess, itemsOf, subjects, useLab } from './lab';
import { connect, mailbox } from './nodes';

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

// A builder writes the name; the other was saved by older versions of the field, and is what expressions give.
test.each(['Trash', ' trash ', '\\Trash'])(
  'a folder is named by its use, in every operation: %j',
  async (value) => {
    lab().deliver(ALICE, 'Trash', [mail({ subject: 'in the trash' })]);
    const use = { __rl: true, mode: 'use', value };
    const run = await lab().run([connect(ALICE), mailbox('Read', { folder: use })]);
    expect(subjects(run, 'Read')).toContain('in the trash');
    expect(await results('get', { folder: use })).toMatchObject([{ exists: true, path: 'Trash' }]);
    const several = await lab().run([
      connect(ALICE),
      mailbox('Read', { searchIn: 'several', folders: { folder: [{ folder: use }] } }),
    ]);
    expect(subjects(several, 'Read')).toContain('in the trash');
  },
);

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
