import { expect, test } from 'vitest';

import { waitFor } from '../servers/wait';
import { ALICE, BOB, expectSuccess, itemsOf, subjects, subjectsOf, useLab } from './lab';
import { call, connect, disconnect, mailbox, onlyFirst } from './nodes';

const lab = useLab();

const again = (user: string, ifNameInUse?: string) =>
  connect(user, { options: ifNameInUse ? { ifNameInUse } : {} }, { name: 'Connect again' });

test('the same name with the same settings is reused', async () => {
  const run = await lab().run([connect(ALICE), again(ALICE), mailbox('Read')]);
  expectSuccess(run);
  expect(itemsOf(run, 'Connect again')[0]?.json).toEqual(itemsOf(run, 'Connect')[0]?.json);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  expect(lab().wire.opened).toBe(1);
});

test('the same name with another account is refused', async () => {
  const error = await lab().failure([connect(ALICE), again(BOB), mailbox('Read')]);
  expect(error.message).toBe('The email session "Default" is already open in this run with other settings');
  expect(error.description).toMatch(/Replace/);
  expect(lab().wire.opened).toBe(1);
});

test('"Error" refuses the same settings too', async () => {
  const error = await lab().failure([connect(ALICE), again(ALICE, 'error')]);
  expect(error.message).toBe('The email session "Default" is already open in this run');
});

test('"Error" allows several items of one Connect node', async () => {
  const run = await lab().run({
    nodes: [connect(ALICE, { options: { ifNameInUse: 'error' } })],
    items: [{}, {}, {}],
  });
  expectSuccess(run);
  expect(itemsOf(run, 'Connect')).toHaveLength(3);
  expect(lab().wire.opened).toBe(1);
});

test('"Replace" closes the old session and opens the new one', async () => {
  const run = await lab().run([
    connect(ALICE),
    again(BOB, 'replace'),
    call('One open', async () => await waitFor('one connection', () => lab().wire.open === 1, 1_000)),
    mailbox('Read'),
  ]);
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(BOB));
  expect(lab().logins).toBe(2);
});

test('the first session still works after a second Connect was refused', async () => {
  const refused = { ...again(BOB), onError: 'continueRegularOutput' };
  const run = await lab().run([connect(ALICE), refused, mailbox('Read')]);
  expect(itemsOf(run, 'Connect again')[0]?.json.error).toMatch(/already open/);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
});

test('Disconnect closes the connection before the run ends, and says that it did', async () => {
  const open: number[] = [];
  const look = async () =>
    void open.push(await waitFor('the close', () => lab().wire.open === 0, 1_000).then(() => 0));
  const run = await lab().run([connect(ALICE), disconnect(), call('Look', look)]);
  expectSuccess(run);
  expect(open).toEqual([0]);
  const session = expect.objectContaining({ name: 'Default', account: ALICE }) as object;
  expect(itemsOf(run, 'Disconnect')).toEqual([{ json: { session, closed: true }, pairedItem: { item: 0 } }]);
});

test('Disconnect of a session that is not open says so and does not fail', async () => {
  const run = await lab().run([connect(ALICE), disconnect({ sessionName: 'Other' }), mailbox('Read')]);
  expectSuccess(run);
  expect(itemsOf(run, 'Disconnect')[0]?.json).toEqual({ session: { name: 'Other' }, closed: false });
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
});

test('a session used after Disconnect fails with an error that says so', async () => {
  const error = await lab().failure([connect(ALICE), disconnect(), mailbox('Read')]);
  expect(error.message).toBe(
    'The email session "Default" was closed by Email Disconnect earlier in this run',
  );
  expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
  expect(lab().wire.opened).toBe(1);
});

test('Connect can open a session again after Disconnect closed it', async () => {
  const run = await lab().run([
    connect(ALICE),
    mailbox('Before'),
    onlyFirst('One'),
    disconnect(),
    again(ALICE),
    mailbox('Read'),
  ]);
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  expect(lab().logins).toBe(2);
});

test('an unknown name is refused with a list of the open sessions', async () => {
  const error = await lab().failure([connect(ALICE), mailbox('Read', { sessionName: 'Defualt' })]);
  expect(error.message).toBe('There is no email session "Defualt" in this run');
  expect(error.description).toMatch(/Open sessions: Default\b/);
  expect(error).toMatchObject({ name: 'NodeOperationError', level: 'warning', context: { itemIndex: 0 } });
});

const V2 = { typeVersion: 2 };

test.each([
  ['from the list', { __rl: true, mode: 'list', value: 'Sales', cachedResultName: `Sales – ${ALICE}` }],
  ['by its name', { __rl: true, mode: 'name', value: ' Sales ' }],
  ['by an expression', { __rl: true, mode: 'name', value: '={{ "Sa" + "les" }}' }],
  ['as a text', 'Sales'],
])('version 2 uses the session that is chosen %s', async (_, sessionName) => {
  const run = await lab().run([
    connect(ALICE, { sessionName: 'Sales' }, V2),
    mailbox('Read', { sessionName }, V2),
    disconnect({ sessionName }, V2),
  ]);
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  expect(lab().wire.opened).toBe(1);
});

test('version 2 uses the session "Default" if nothing is chosen, and refuses an empty name', async () => {
  const run = await lab().run([connect(ALICE, {}, V2), mailbox('Read', {}, V2), disconnect({}, V2)]);
  expectSuccess(run);
  expect(subjects(run, 'Read')).toEqual(subjectsOf(ALICE));
  const empty = { sessionName: { __rl: true, mode: 'name', value: '={{ "" }}' } };
  const error = await lab().failure([connect(ALICE, {}, V2), mailbox('Read', empty, V2)]);
  expect(error.message).toBe('Session Name: it is empty');
});
