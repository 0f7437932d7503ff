import { expect, test } from 'vitest';

import { mail } from '../servers/mailbox';
import { ALICE, expectSuccess, itemsOf, subjects, useLab } from './lab';
import { connect, give, mailbox } from './nodes';

const lab = useLab();
const GO_ON = { onError: 'continueRegularOutput' };
const MOVE = /^UID MOVE/;
let folders = 0;

/** A new folder of Alice's with messages of these subjects. */
function filled(...names: string[]): string {
  const folder = `Fault${++folders}`;
  lab().deliver(
    ALICE,
    folder,
    names.map((subject) => mail({ subject, text: subject })),
  );
  return folder;
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `message ${i}`);
const list = (folder: string, name = 'List') => mailbox(name, { folder, returnAll: true });
const idsIn = async (folder: string) =>
  itemsOf(await lab().run([connect(ALICE), list(folder)]), 'List').map(({ json }) => String(json.id));
const subjectsIn = async (folder: string) =>
  subjects(await lab().run([connect(ALICE), list(folder)]), 'List');
const changes = () => lab().wire.commands.filter((line) => /^UID (MOVE|COPY|STORE|EXPUNGE)/.test(line));

/** Cuts the connection as soon as the nth such command has been sent: the server gets it, and nobody hears the answer. */
function cutAt(command: RegExp, nth: number): void {
  const { wire } = lab();
  let seen = 0;
  const push = (...lines: string[]) => {
    for (const line of lines) if (command.test(line) && ++seen === nth) wire.dropAll();
    return Array.prototype.push.apply(wire.commands, lines) as number;
  };
  Object.defineProperty(wire.commands, 'push', { value: push });
}

test('2,000 messages that match are deleted with a few commands', async () => {
  const folder = filled(...numbered(2000), 'kept');
  const run = await lab().run([
    connect(ALICE),
    mailbox('Delete', {
      ...{ operation: 'delete', permanently: true },
      ...{ select: 'filter', folder, filters: { subject: 'message' } },
    }),
  ]);
  expectSuccess(run);
  expect(itemsOf(run, 'Delete')).toEqual([
    { json: { folder, matched: 2000, deleted: 2000, failed: [], dryRun: false }, pairedItem: { item: 0 } },
  ]);
  expect(changes()).toHaveLength(4);
  expect(lab().wire.commands.length).toBeLessThan(20);
  expect(await subjectsIn(folder)).toEqual(['kept']);
});

test('a bad item is found before anything is changed', async () => {
  const folder = filled('a', 'b');
  const [id] = await idsIn(folder);
  const error = await lab().failure([
    connect(ALICE),
    give('Wanted', [{ id }, { id: '' }]),
    mailbox('Delete', { operation: 'delete', permanently: true }),
  ]);
  expect(error).toMatchObject({ message: 'Message ID: it is empty', context: { itemIndex: 1 } });
  expect(changes()).toEqual([]);
});

test('the error that ends the run says how many were done', async () => {
  const [folder, to] = [filled('a', 'b', 'c'), filled('there')];
  const [one = '', two] = await idsIn(folder);
  const gone = one.replace(/\d+$/, '4711');
  const error = await lab().failure([
    connect(ALICE),
    give('Wanted', [{ id: one }, { id: gone }, { id: two }]),
    mailbox('Move', { operation: 'move', destination: to }),
  ]);
  expect(error.message).toMatch(/^2 messages were moved, 1 not: .*UID=4711 no longer exists/);
  expect(error.context.itemIndex).toBe(1);
  expect(await subjectsIn(folder)).toEqual(['a']);
});

test('work after a failure is not done where the node stops at errors', async () => {
  const [folder, to] = [filled('a', 'b', 'c'), filled('there')];
  const destinations = ['No/Such', to, to];
  const ids = await idsIn(folder);
  const error = await lab().failure([
    connect(ALICE),
    give(
      'Wanted',
      ids.map((id, i) => ({ id, to: destinations[i] })),
    ),
    mailbox('Move', { operation: 'move', destination: '={{ $json.to }}' }),
  ]);
  expect(error.message).toMatch(/^There is no folder "No\/Such"/);
  expect(await subjectsIn(folder)).toHaveLength(3);
});

test('one item may name several messages, and what failed names its message', async () => {
  const [folder, to] = [filled('a', 'b'), filled('there')];
  const [one = '', two] = await idsIn(folder);
  const gone = one.replace(/\d+$/, '4711');
  const run = await lab().run([
    connect(ALICE),
    give('Wanted', [{ ids: [one, gone, two] }]),
    mailbox('Move', { operation: 'move', messageId: '={{ $json.ids }}', destination: to }, GO_ON),
  ]);
  expectSuccess(run);
  const moved = itemsOf(run, 'Move');
  expect(moved.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }, { item: 0 }]);
  expect(moved.map(({ json }) => json.previousId)).toEqual([one, undefined, two]);
  expect(moved[1]?.json).toEqual({
    error: expect.stringMatching(/no longer exists/) as string,
    details: { id: gone, description: expect.any(String) as string },
  });
  expect(changes()).toHaveLength(1);
});

test('messages that failed leave by the error output, with the item that named them', async () => {
  const [folder, to] = [filled('a', 'b'), filled('there')];
  const [one = '', two] = await idsIn(folder);
  const gone = one.replace(/\d+$/, '4711');
  const run = await lab().run([
    connect(ALICE),
    give(
      'Wanted',
      [one, gone, two].map((id) => ({ id, ticket: 42 })),
    ),
    mailbox('Move', { operation: 'move', destination: to }, { onError: 'continueErrorOutput' }),
  ]);
  const [good = [], bad = []] = run.data.resultData.runData.Move?.at(-1)?.data?.main ?? [];
  expect(good?.map(({ json }) => json.previousId)).toEqual([one, two]);
  expect(bad).toMatchObject([{ json: { id: gone, ticket: 42, error: expect.any(String) as string } }]);
});

test.each([
  ['an expression that gave nothing', { from: '={{ $json.missing }}', readState: 'unread' }, 'From'],
  ['a text left empty', { subject: ' ', readState: 'unread' }, 'Subject'],
])('an empty filter among others is refused: %s', async (_, filters, name) => {
  const folder = filled('a', 'b');
  const parameters = { operation: 'delete', permanently: true, select: 'filter', folder };
  const error = await lab().failure([connect(ALICE), mailbox('Delete', { ...parameters, filters })]);
  expect(error.message).toMatch(new RegExp(`^Filter "${name}": it is empty`));
  expect(changes()).toEqual([]);
  // Where all are meant anyway, nothing more can match than that.
  const all = await lab().run([
    connect(ALICE),
    mailbox('Delete', { ...parameters, filters, allMessages: true, dryRun: true }),
  ]);
  expect(itemsOf(all, 'Delete')[0]?.json).toMatchObject({ matched: 2, deleted: 0, dryRun: true });
});

test.each([
  ['a value left empty', { from: ['bob', ''], readState: 'unread' }, 'From'],
  ['quotation marks around nothing', { subject: ['="{{ $json.missing }}"'], readState: 'unread' }, 'Subject'],
  ['an empty list', { cc: '={{ [] }}', readState: 'unread' }, 'CC'],
  ['a list with nothing in it', { cc: ['={{ [null] }}'], readState: 'unread' }, 'CC'],
  ['a row without a value', { withoutKeyword: [''], readState: 'unread' }, 'Without Keyword'],
])('an empty value of a filter with several is refused: %s', async (_, filters, name) => {
  const parameters = { operation: 'delete', permanently: true, select: 'filter', folder: filled('a', 'b') };
  const deletion = mailbox('Delete', { ...parameters, filters }, { typeVersion: 2 });
  const error = await lab().failure([connect(ALICE), deletion]);
  expect(error.message).toMatch(new RegExp(`^Filter "${name}": it is empty`));
  expect(changes()).toEqual([]);
});

test('filters that are not an object are refused', async () => {
  const parameters = { operation: 'delete', select: 'filter', folder: 'INBOX', filters: '={{ "all" }}' };
  const error = await lab().failure([connect(ALICE), mailbox('Delete', parameters)]);
  expect(error.message).toMatch(/^Filters: /);
});

test('the item has an error when the connection is cut while all matching messages are moved', async () => {
  const [from, to] = [filled(...numbered(2500)), filled('there')];
  cutAt(MOVE, 2);
  const run = await lab().run([
    connect(ALICE),
    mailbox(
      'Move',
      { operation: 'move', select: 'filter', folder: from, allMessages: true, destination: to },
      GO_ON,
    ),
  ]);
  const [item] = itemsOf(run, 'Move');
  // The second thousand was under way; the rest went over a new connection.
  expect(item?.json.error).toMatch(/^It is not known whether the message was changed/);
  const details = item?.json.details as { failed: Array<{ id: string; error: string }> };
  expect(details).toMatchObject({ folder: from, matched: 2500, moved: 1500 });
  expect(details.failed).toHaveLength(1000);
  expect(lab().wire.opened).toBe(2);
  // The server took the second thousand or did not; it took all that are said to be moved.
  const [left, there] = [(await idsIn(from)).length, (await idsIn(to)).length - 1];
  expect(left + there).toBe(2500);
  expect([1500, 2500]).toContain(there);
});

test('a connection that is cut ends the run with the count of what was done', async () => {
  const [from, to] = [filled(...numbered(1500)), filled('there')];
  cutAt(MOVE, 2);
  const error = await lab().failure([
    connect(ALICE),
    mailbox('Move', {
      ...{ operation: 'move', select: 'filter', folder: from, allMessages: true, destination: to },
    }),
  ]);
  expect(error.message).toMatch(/^1000 messages were moved, 500 not: It is not known/);
});

test('saving messages goes on over a new connection when the old one is cut', async () => {
  const folder = filled(...numbered(30), 'Order 1/2 of "today"');
  cutAt(/^UID FETCH .*BODY/, 1);
  const run = await lab().run([connect(ALICE), list(folder), mailbox('Save', { operation: 'save' })]);
  expectSuccess(run);
  const saved = itemsOf(run, 'Save');
  expect(saved).toHaveLength(31);
  for (const { binary } of saved) expect(binary?.data?.data).toBeTruthy();
  expect(saved[0]?.binary?.data?.fileName).toBe('Order 1-2 of today.eml');
  expect(lab().wire.opened).toBe(2);
});

test('the error for a message that cannot be saved names it, and the others are saved', async () => {
  const folder = filled('a', 'b');
  const [one = '', two] = await idsIn(folder);
  const wanted = [one, one.replace(/\d+$/, '4711'), 'rubbish', two];
  const run = await lab().run([
    connect(ALICE),
    give(
      'Wanted',
      wanted.map((id) => ({ id })),
    ),
    mailbox('Save', { operation: 'save' }, GO_ON),
  ]);
  expectSuccess(run);
  const saved = itemsOf(run, 'Save');
  const idOf = ({ id, details }: Record<string, unknown>) => id ?? (details as { id: string }).id;
  expect(saved.map(({ json }) => idOf(json))).toEqual(wanted);
  expect(saved.map(({ json }) => json.error === undefined)).toEqual([true, false, false, true]);
  expect(saved.map(({ binary }) => binary !== undefined)).toEqual([true, false, false, true]);
});

test('Get Many shows a hint when it asked the same question for each of many items', async () => {
  const hints = async (limit: unknown) => {
    const nodes = [connect(ALICE), give('Three', [{ n: 1 }, { n: 2 }, { n: 3 }]), mailbox('Read', { limit })];
    const run = await lab().run(nodes);
    return (run.data.resultData.runData.Read?.at(-1)?.hints ?? []).map(({ message }) => message).join();
  };
  expect(await hints(1)).toMatch(/ran 3 times.*Execute Once/);
  expect(await hints('={{ $json.n }}')).toBe('');
});
