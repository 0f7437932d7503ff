import { expect, test } from 'vitest';

import { mail } from '../servers/mailbox';
import { ALICE, expectSuccess, itemsOf, subjects, useLab } from './lab';
import { connect, give, mailbox } from './nodes';

const lab = useLab();
const GO_ON = { onError: 'continueRegularOutput' };
const FILTER = { select: 'filter' };
let folders = 0;

/** A new folder of Alice's with that many messages. */
function filled(count: number, each: object = {}): string {
  const folder = `Bulk${++folders}`;
  const messages = Array.from({ length: count }, (_, i) =>
    mail({ subject: `message ${i}`, text: `text ${i}`, ...each }),
  );
  lab().deliver(ALICE, folder, messages);
  return folder;
}

const list = (folder: string, name = 'List') =>
  mailbox(name, { folder, returnAll: true, simplify: false }, { executeOnce: true } as object);
const changes = () => lab().wire.commands.filter((line) => /^UID (MOVE|COPY|STORE|EXPUNGE)/.test(line));
const left = async (folder: string) => subjects(await lab().run([connect(ALICE), list(folder)]), 'List');

test('a thousand items that move to one folder need one command', async () => {
  const [from, to] = [filled(1000), filled(1)];
  const run = await lab().run([
    connect(ALICE),
    list(from),
    mailbox('Move', { operation: 'move', destination: to }),
  ]);
  expectSuccess(run);
  const moved = itemsOf(run, 'Move');
  expect(moved).toHaveLength(1000);
  expect(changes()).toHaveLength(1);
  const [first] = moved;
  expect(first).toMatchObject({ pairedItem: { item: 0 }, json: { folder: to } });
  expect(first?.json.previousId).toBe(itemsOf(run, 'List')[0]?.json.id);
  // The id that the next node gets is the one that works from here on.
  const again = await lab().run([
    connect(ALICE),
    mailbox('Get', { operation: 'get', messageId: first?.json.id, simplify: false }),
  ]);
  expect(itemsOf(again, 'Get')[0]?.json).toMatchObject({ subject: 'message 999', folder: to });
  expect(await left(from)).toEqual([]);
});

test('a thousand items are marked with one command for each mark', async () => {
  const folder = filled(1000);
  const run = await lab().run([
    connect(ALICE),
    list(folder),
    mailbox('Mark', {
      ...{ operation: 'mark', readState: 'yes', flag: 'yes', addKeywords: 'Invoice, Paid' },
    }),
  ]);
  expectSuccess(run);
  expect(itemsOf(run, 'Mark')).toHaveLength(1000);
  expect(changes()).toHaveLength(1);
  const [message] = itemsOf(await lab().run([connect(ALICE), list(folder)]), 'List');
  expect(message?.json).toMatchObject({ isRead: true, isFlagged: true });
  expect(message?.json.keywords).toEqual(expect.arrayContaining(['Invoice', 'Paid']));
});

test('items that want different things each get what they ask for', async () => {
  const [from, one, two] = [filled(3), filled(0), filled(0)];
  lab().deliver(ALICE, one, [mail({ subject: 'x' })]);
  lab().deliver(ALICE, two, [mail({ subject: 'y' })]);
  const run = await lab().run([
    connect(ALICE),
    list(from),
    mailbox('Move', {
      operation: 'move',
      destination: `={{ $json.subject === "message 1" ? ${JSON.stringify(one)} : ${JSON.stringify(two)} }}`,
    }),
  ]);
  expectSuccess(run);
  expect(itemsOf(run, 'Move').map(({ json }) => json.folder)).toEqual([two, one, two]);
  expect(changes()).toHaveLength(2);
  expect((await left(one)).sort()).toEqual(['message 1', 'x']);
});

test('a message that failed has its error in its item, and the others succeed', async () => {
  const [from, to] = [filled(2), filled(1)];
  const ids = itemsOf(await lab().run([connect(ALICE), list(from)]), 'List').map(({ json }) => json.id);
  const wanted = [ids[0], String(ids[0]).replace(/\d+$/, '4711'), 'rubbish', '', ids[1]];
  const run = await lab().run([
    connect(ALICE),
    give(
      'Wanted',
      wanted.map((id) => ({ id })),
    ),
    mailbox('Move', { operation: 'move', destination: to }, GO_ON),
  ]);
  expectSuccess(run);
  const results = itemsOf(run, 'Move').map(({ json }) => json.error ?? 'moved');
  expect(results).toEqual([
    'moved',
    expect.stringMatching(/no longer exists/) as string,
    expect.stringMatching(/is not the id of a message/) as string,
    expect.stringMatching(/^Message ID: it is empty/) as string,
    'moved',
  ]);
  expect(itemsOf(run, 'Move').map(({ pairedItem }) => pairedItem)).toEqual(
    wanted.map((_, item) => ({ item })),
  );
  expect(await left(to)).toHaveLength(3);
});

test('all matching messages are moved, or only counted with a dry run', async () => {
  const [from, to] = [filled(20), filled(0)];
  lab().deliver(ALICE, to, [mail({ subject: 'there' })]);
  const parameters = {
    operation: 'move',
    ...FILTER,
    folder: from,
    filters: { subject: 'message 1' },
    destination: to,
  };
  const counted = await lab().run([connect(ALICE), mailbox('Move', { ...parameters, dryRun: true })]);
  expect(itemsOf(counted, 'Move')[0]?.json).toMatchObject({
    folder: from,
    matched: 11,
    moved: 0,
    dryRun: true,
  });
  expect(changes()).toEqual([]);
  const run = await lab().run([connect(ALICE), mailbox('Move', parameters)]);
  expect(itemsOf(run, 'Move')[0]?.json).toEqual({
    ...{ folder: from, matched: 11, moved: 11, failed: [], dryRun: false },
  });
  expect(changes()).toHaveLength(1);
  expect(await left(from)).toHaveLength(9);
});

test('a filter that an expression has left empty deletes nothing', async () => {
  const folder = filled(3);
  const parameters = { operation: 'delete', ...FILTER, folder, permanently: true };
  for (const filters of [{}, { from: '={{ $json.missing }}' }, { largerThan: 0 }, { subject: '  ' }]) {
    const error = await lab().failure([connect(ALICE), mailbox('Delete', { ...parameters, filters })]);
    expect(error.message).toMatch(/^Filters: no filter is set/);
  }
  expect(changes()).toEqual([]);
  const run = await lab().run([
    connect(ALICE),
    mailbox('Delete', { ...parameters, filters: {}, allMessages: true }),
  ]);
  expect(itemsOf(run, 'Delete')[0]?.json).toMatchObject({ matched: 3, deleted: 3 });
  expect(await left(folder)).toEqual([]);
});

test('messages are deleted to the trash, and for good', async () => {
  const folder = filled(4);
  lab().deliver(ALICE, 'Trash', [mail({ subject: 'old rubbish' })]);
  const run = await lab().run([
    connect(ALICE),
    mailbox('List', { folder, limit: 2 }),
    mailbox('Delete', { operation: 'delete' }),
  ]);
  expectSuccess(run);
  expect(itemsOf(run, 'Delete').map(({ json }) => [json.folder, json.deleted])).toEqual([
    ['Trash', true],
    ['Trash', true],
  ]);
  expect(await left('Trash')).toEqual(expect.arrayContaining(['message 2', 'message 3', 'old rubbish']));
  await lab().run([
    connect(ALICE),
    mailbox('List', { folder, returnAll: true }),
    mailbox('Delete', { operation: 'delete', permanently: true }),
  ]);
  expect(await left(folder)).toEqual([]);
  expect(await left('Trash')).not.toContain('message 0');
});

test('copying leaves the original where it is', async () => {
  const [from, to] = [filled(200), filled(1)];
  const run = await lab().run([
    connect(ALICE),
    list(from),
    mailbox('Copy', { operation: 'copy', destination: { mode: 'path', value: to, __rl: true } }),
  ]);
  expectSuccess(run);
  expect(changes()).toHaveLength(1);
  expect(await left(from)).toHaveLength(200);
  expect(await left(to)).toHaveLength(201);
});

test('many messages are saved as files with a few commands, byte for byte', async () => {
  const folder = filled(200, {
    attachments: [{ filename: 'a.bin', content: Buffer.from([0, 255, 10, 13]) }],
  });
  const run = await lab().run([
    connect(ALICE),
    list(folder),
    mailbox('Save', { operation: 'save', binaryField: 'eml' }),
  ]);
  expectSuccess(run);
  const saved = itemsOf(run, 'Save');
  expect(saved).toHaveLength(200);
  expect(saved[0]?.binary?.eml).toMatchObject({ fileName: 'message 199.eml', mimeType: 'message/rfc822' });
  const source = Buffer.from(saved[0]?.binary?.eml?.data ?? '', 'base64').toString('latin1');
  expect(source).toMatch(/^From: [^]*\r\n--=_mixed[^]*--\r\n$/);
  expect(source.length).toBe(itemsOf(run, 'List')[0]?.json.size);
  expect(lab().commands('FETCH').length).toBeLessThan(8);
});

test('a saved message is put back as it was', async () => {
  const folder = filled(1);
  const run = await lab().run([
    connect(ALICE),
    list(folder),
    mailbox('Save', { operation: 'save' }),
    mailbox('Append', {
      operation: 'append',
      folder,
      options: { read: true, receivedAt: '2026-01-02T03:04:05Z' },
    }),
    list(folder, 'After'),
  ]);
  expectSuccess(run);
  const [copy, original] = itemsOf(run, 'After').map(({ json }) => json);
  expect(copy).toMatchObject({ isRead: true, receivedAt: '2026-01-02T03:04:05.000Z' });
  expect(copy?.messageId).toBe(original?.messageId);
  expect(itemsOf(run, 'Append')[0]?.json).toMatchObject({ folder, id: copy?.id });
});

test('a message is stored from text', async () => {
  const folder = filled(0);
  lab().deliver(ALICE, folder, [mail({ subject: 'there' })]);
  const message = 'From: ada@example.test\nSubject: From text\n\nHello';
  const append = (parameters: object) =>
    mailbox('Append', { operation: 'append', source: 'text', folder, ...parameters });
  expectSuccess(await lab().run([connect(ALICE), append({ message })]));
  expect(await left(folder)).toEqual(['From text', 'there']);
  const refused = await lab().failure([connect(ALICE), append({ message: 'just words' })]);
  expect(refused.message).toMatch(/^Message: it does not begin with a header/);
});

test('items say that the outcome is unknown when the connection is cut in the middle', async () => {
  const [from, to] = [filled(5), filled(1)];
  const run = lab().run([
    connect(ALICE),
    list(from),
    mailbox('Move', { operation: 'move', destination: to }, GO_ON),
  ]);
  const watch = setInterval(() => {
    if (lab().wire.commands.some((line) => line.startsWith('UID MOVE'))) lab().wire.dropAll();
  }, 1);
  const moved = itemsOf(await run, 'Move');
  clearInterval(watch);
  const there = (await left(to)).length - 1;
  const told = moved.filter(({ json }) => json.error === undefined).length;
  // Nothing reports success that did not happen, and what is not known says so.
  expect(told).toBeLessThanOrEqual(there);
  for (const { json } of moved) if (json.error) expect(json.error).toMatch(/not known|lost/);
});

test.each([
  [
    'no id',
    { operation: 'move', messageId: '={{ $json.missing }}', destination: 'Trash' },
    /^Message ID: it is empty/,
  ],
  [
    'no destination',
    { operation: 'move', messageId: 'x', destination: '={{ $json.missing }}' },
    /^Destination Folder: it is empty/,
  ],
  ['nothing to mark', { operation: 'mark', messageId: 'x' }, /there is nothing to change/],
  ['a keyword with a space', { operation: 'mark', messageId: 'x', addKeywords: 'a b' }, /Keyword/],
  ['an unknown selection', { operation: 'delete', select: 'everything' }, /^Messages: "everything"/],
  [
    'a switch that is neither',
    { operation: 'delete', messageId: 'x', permanently: '={{ "maybe" }}' },
    /"maybe"/,
  ],
])('refused: %s', async (_, parameters, message) => {
  expect((await lab().failure([connect(ALICE), mailbox('Work', parameters)])).message).toMatch(message);
});
