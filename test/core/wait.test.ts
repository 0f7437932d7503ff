import { expect, test } from 'vitest';

import { mail } from '../servers/mailbox';
import { sleep, waitFor } from '../servers/wait';
import { ALICE, expectSuccess, itemsOf, subjects, useLab } from './lab';
import { connect, mailbox } from './nodes';

const lab = useLab();
let count = 0;

const wait = (parameters: object = {}, extras: object = {}) =>
  mailbox('Wait', { operation: 'wait', timeout: 20, ...parameters }, extras);
const idling = async () =>
  await waitFor('the wait to begin', () => lab().commands('IDLE').length > 0).then(
    async () => await sleep(100),
  );

function newFolder(...present: string[]): string {
  const folder = `Wait${++count}`;
  lab().deliver(
    ALICE,
    folder,
    present.map((subject) => mail({ subject })),
  );
  return folder;
}

test('a message that arrives is returned at once, without polling', async () => {
  const folder = newFolder('old');
  const running = lab().run([connect(ALICE), wait({ folder })]);
  await idling();
  await sleep(2000);
  const before = lab().wire.commands.length;
  const started = Date.now();
  lab().deliver(ALICE, folder, [mail({ subject: 'new' })]);
  const run = await running;
  expectSuccess(run);
  expect(subjects(run, 'Wait')).toEqual(['new']);
  expect(Date.now() - started).toBeLessThan(3000);
  expect(before).toBeLessThan(15);
});

test('only a message that meets the filters ends the wait', async () => {
  const folder = newFolder('old code');
  const running = lab().run([connect(ALICE), wait({ folder, filters: { subject: 'code' } })]);
  await idling();
  lab().deliver(ALICE, folder, [mail({ subject: 'something else' })]);
  await sleep(1500);
  lab().deliver(ALICE, folder, [mail({ subject: 'your code' })]);
  expect(subjects(await running, 'Wait')).toEqual(['your code']);
});

test('messages that are already there count when the option is on', async () => {
  const folder = newFolder('old');
  const run = await lab().run([
    connect(ALICE),
    wait({ folder, includeExisting: true, options: { includeBody: true } }),
  ]);
  expect(itemsOf(run, 'Wait')[0]?.json).toMatchObject({ subject: 'old', text: expect.any(String) });
});

test('when the time is up, the result is an error, an item, or nothing', async () => {
  const folder = newFolder('old');
  const error = await lab().failure([connect(ALICE), wait({ folder, timeout: 1 })]);
  expect(error.message).toBe(`No matching message arrived in "${folder}" within 1 seconds`);
  const item = await lab().run([connect(ALICE), wait({ folder, timeout: 1, onTimeout: 'item' })]);
  expect(itemsOf(item, 'Wait')[0]?.json).toEqual({ timedOut: true, folder, waited: 1 });
  const nothing = await lab().run([connect(ALICE), wait({ folder, timeout: 1, onTimeout: 'nothing' })]);
  expect(itemsOf(nothing, 'Wait')).toEqual([]);
});

test('a connection that is lost while waiting does no harm', async () => {
  const folder = newFolder('old');
  const running = lab().run([connect(ALICE), wait({ folder })]);
  await idling();
  lab().wire.dropAll();
  lab().deliver(ALICE, folder, [mail({ subject: 'in between' })]);
  const run = await running;
  expectSuccess(run);
  expect(subjects(run, 'Wait')).toEqual(['in between']);
});

test('a run that is cancelled stops waiting at once', async () => {
  const folder = newFolder('old');
  const { execution } = lab().begin({ nodes: [connect(ALICE), wait({ folder, timeout: 60 })] });
  await idling();
  const started = Date.now();
  execution.cancel();
  await execution;
  expect(Date.now() - started).toBeLessThan(2000);
});

test.each([
  [{ timeout: 0 }, /^Timeout \(Seconds\): 0 is not a valid number of seconds/],
  [{ timeout: '={{ "soon" }}' }, /^Timeout \(Seconds\): soon is not/],
  [{ folder: 'Nowhere' }, /no folder "Nowhere"/],
])('%j is refused', async (parameters, message) => {
  expect((await lab().failure([connect(ALICE), wait(parameters)])).message).toMatch(message);
});
