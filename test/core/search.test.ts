import { beforeAll, expect, test } from 'vitest';

import { mail } from '../servers/mailbox';
import { ALICE, expectSuccess, itemsOf, useLab } from './lab';
import { connect, give, mailbox } from './nodes';

const lab = useLab();

beforeAll(() => {
  const at = (hour: number) => ({
    raw: mail({ subject: `Hour ${hour}` }),
    receivedAt: new Date(Date.UTC(2026, 10, 5, hour)),
  });
  lab().deliver(ALICE, 'Seek', [at(1), at(3)]);
  lab().deliver(ALICE, 'Find', [at(2), at(4)]);
});

const path = (value: string) => ({ mode: 'path', value });
const rows = (...folders: string[]) => ({ folder: folders.map((folder) => ({ folder: path(folder) })) });
const run = async (parameters: object, item: object = {}) =>
  await lab().run([
    connect(ALICE),
    give('Items', [item]),
    mailbox('Read', { filters: { subject: ['Hour'] }, ...parameters }, { typeVersion: 2 }),
  ]);
const hours = async (parameters: object, item: object = {}) => {
  const result = await run(parameters, item);
  expectSuccess(result);
  return itemsOf(result, 'Read').map(({ json }) => Number(String(json.subject).replace('Hour ', '')));
};

test('several folders are searched together', async () => {
  expect(await hours({ searchIn: 'several', folders: rows('Seek', 'Find') })).toEqual([4, 3, 2, 1]);
  const oldest = { searchIn: 'several', folders: rows('Seek', 'Find'), sort: 'oldest', limit: 3 };
  expect(await hours(oldest)).toEqual([1, 2, 3]);
  const item = { paths: ['Seek', 'Find'] };
  expect(await hours({ searchIn: 'several', folders: rows('={{ $json.paths }}'), limit: 2 }, item)).toEqual([
    4, 3,
  ]);
});

test('all folders are searched, and one folder as before', async () => {
  expect(await hours({ searchIn: 'all', include: ['\\Trash'] })).toEqual([4, 3, 2, 1]);
  expect(await hours({ folder: path('Find'), sort: 'oldest' })).toEqual([2, 4]);
  expect(await hours({ folder: path('Find') })).toEqual([4, 2]);
});

test('a folder that is not there is named in the first item, and the others are searched', async () => {
  const result = await run({ searchIn: 'several', folders: rows('Seek', 'No/Such', 'Find') });
  const items = itemsOf(result, 'Read').map(({ json }) => json);
  expect(items).toHaveLength(4);
  expect(items[0]?.failed).toEqual([
    { folder: 'No/Such', error: expect.stringMatching(/^There is no folder "No\/Such"/) as string },
  ]);
  expect(items[1]).not.toHaveProperty('failed');
  const hints = result.data.resultData.runData.Read?.at(-1)?.hints ?? [];
  expect(hints).toMatchObject([
    { message: expect.stringContaining('Could not be read: what is in 1 of the folders') as string },
  ]);
});

test.each([
  ['an unknown place', { searchIn: 'somewhere' }, /^Search In: "somewhere" is not known/],
  ['an unknown order', { sort: 'largest' }, /^Sort: "largest" is not known/],
  ['no folders', { searchIn: 'several', folders: {} }, /^Folders: there is none/],
  ['an empty folder', { searchIn: 'several', folders: rows('Seek', ' ') }, /^Folders: .*one is empty/],
  [
    'nothing from an expression',
    { searchIn: 'several', folders: rows('={{ $json.none }}') },
    /^Folders: .*one is empty/,
  ],
  ['an unknown folder to include', { searchIn: 'all', include: ['\\Sent'] }, /^Also Search In: "\\Sent"/],
  [
    'only folders that are not there',
    { searchIn: 'several', folders: rows('No', 'None') },
    /^There is no folder/,
  ],
])('Get Many refuses %s', async (_, parameters, message) => {
  const error = await lab().failure([connect(ALICE), mailbox('Read', parameters, { typeVersion: 2 })]);
  expect(error.message).toMatch(message);
});
