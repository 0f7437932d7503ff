import { randomBytes } from 'node:crypto';

import { beforeAll, expect, test } from 'vitest';

import { mail } from '../servers/mailbox';
import { ALICE, expectSuccess, itemsOf, useLab } from './lab';
import { connect, get, mailbox } from './nodes';

const lab = useLab();
const PICTURE = randomBytes(50_000);
const TABLE = 'a;b\r\nä;ö\r\n';
const RECEIVED = new Date('2026-11-02T23:00:00Z');

const read = (parameters: object = {}) =>
  lab().run([connect(ALICE), mailbox('Read', { folder: 'Shapes', ...parameters })]);

beforeAll(() => {
  const attachments = [
    { filename: 'picture.png', contentType: 'image/png', content: PICTURE },
    { filename: 'Übersicht.csv', contentType: 'text/csv', content: TABLE },
    { filename: 'logo.png', contentType: 'image/png', content: 'logo', cid: 'logo' },
  ];
  lab().deliver(ALICE, 'Shapes', [
    { raw: mail({ subject: 'Plain', text: 'just text' }), receivedAt: RECEIVED, read: true },
    {
      raw: mail({
        from: '"Lovelace, Ada" <ada@example.test>',
        to: 'Bob <bob@example.test>, team@example.test',
        cc: 'carol@example.test',
        subject: 'Everything',
        date: new Date('2026-11-03T08:00:00Z'),
        text: 'text body',
        html: '<p>html body</p>',
        attachments,
      }),
      receivedAt: new Date('2026-11-03T09:00:00Z'),
      flagged: true,
    },
  ]);
});

test('Simplify gives a small flat object', async () => {
  const run = await read();
  expectSuccess(run);
  const [everything, plain] = itemsOf(run, 'Read').map(({ json }) => json);
  expect(everything).toEqual({
    id: expect.stringMatching(/^Shapes;UIDVALIDITY=\d+\/;UID=2$/),
    folder: 'Shapes',
    messageId: expect.stringMatching(/^<.+@example\.test>$/),
    subject: 'Everything',
    from: '"Lovelace, Ada" <ada@example.test>',
    to: 'Bob <bob@example.test>, team@example.test',
    date: '2026-11-03T08:00:00.000Z',
    receivedAt: '2026-11-03T09:00:00.000Z',
    isRead: false,
    isFlagged: true,
    hasAttachments: true,
    size: expect.any(Number),
  });
  expect(plain).toMatchObject({ subject: 'Plain', isRead: true, isFlagged: false, hasAttachments: false });
  expect(plain).toMatchObject({ receivedAt: RECEIVED.toISOString() });
});

test('without Simplify the output has everything that the server gives', async () => {
  const [item] = itemsOf(await read({ simplify: false }), 'Read');
  expect(item?.json).toMatchObject({
    subject: 'Everything',
    from: [{ name: 'Lovelace, Ada', address: 'ada@example.test' }],
    to: [
      { name: 'Bob', address: 'bob@example.test' },
      { name: '', address: 'team@example.test' },
    ],
    cc: [{ name: '', address: 'carol@example.test' }],
    isFlagged: true,
    keywords: [],
  });
  const attachments = item?.json.attachments as Array<Record<string, unknown>>;
  const byName = Object.fromEntries(attachments.map(({ fileName, ...rest }) => [String(fileName), rest]));
  expect(Object.keys(byName).sort()).toEqual(['logo.png', 'picture.png', 'Übersicht.csv']);
  expect(byName['picture.png']).toMatchObject({ mimeType: 'image/png', inline: false });
  expect(byName['logo.png']).toMatchObject({ inline: true, contentId: 'logo' });
  expect(item?.json).not.toHaveProperty('content');
});

test('Include Body reads text and HTML, in both shapes', async () => {
  const options = { includeBody: true };
  const [simple] = itemsOf(await read({ options }), 'Read');
  expect(simple?.json.text).toMatch(/^text body\s*$/);
  expect(simple?.json.html).toMatch(/^<p>html body<\/p>\s*$/);
  const [raw, plain] = itemsOf(await read({ options, simplify: false }), 'Read');
  expect(raw?.json.content).toEqual({ text: simple?.json.text, html: simple?.json.html });
  expect(plain?.json.content).toMatchObject({ html: '' });
  expect(
    lab()
      .commands('FETCH')
      .filter((command) => /BODY/.test(command))
      .join(),
  ).not.toMatch(/BODY\[/);
});

test('attachments become binary data, byte for byte', async () => {
  const run = await read({ options: { downloadAttachments: true } });
  expectSuccess(run);
  const [everything, plain] = itemsOf(run, 'Read');
  expect(plain).not.toHaveProperty('binary');
  const files = Object.entries(everything?.binary ?? {});
  expect(files.map(([key]) => key).sort()).toEqual(['attachment_0', 'attachment_1', 'attachment_2']);
  const byName = Object.fromEntries(files.map(([, file]) => [file.fileName, file]));
  const bytes = (name: string) => Buffer.from(byName[name]?.data ?? '', 'base64');
  expect(bytes('picture.png').equals(PICTURE)).toBe(true);
  expect(bytes('Übersicht.csv').toString()).toBe(TABLE);
  expect(bytes('logo.png').toString()).toBe('logo');
  expect(byName['Übersicht.csv']).toMatchObject({ mimeType: 'text/csv', fileExtension: 'csv' });
  expect(lab().wire.opened).toBe(1);
});

test('the prefix of the binary fields can be chosen, for Get too', async () => {
  const options = { downloadAttachments: true, attachmentPrefix: 'file ' };
  const [first] = itemsOf(await read({ options, limit: 1 }), 'Read');
  const keys = ['file 0', 'file 1', 'file 2'];
  expect(Object.keys(first?.binary ?? {})).toEqual(keys);
  const run = await lab().run([connect(ALICE), get('Get', String(first?.json.id), { options })]);
  expectSuccess(run);
  const [got] = itemsOf(run, 'Get');
  expect(Object.keys(got?.binary ?? {})).toEqual(keys);
  expect(got?.json.text).toMatch(/^text body/);
});

test('Limit gives the newest, Return All gives all', async () => {
  const subjectsOf = async (parameters: object) =>
    itemsOf(await read(parameters), 'Read').map(({ json }) => json.subject);
  expect(await subjectsOf({ limit: 1 })).toEqual(['Everything']);
  expect(await subjectsOf({ limit: 1, returnAll: true })).toEqual(['Everything', 'Plain']);
});

test('filters are sent to the mail server', async () => {
  const subjectsOf = async (filters: object) =>
    itemsOf(await read({ filters }), 'Read').map(({ json }) => json.subject);
  expect(await subjectsOf({ readState: 'unread' })).toEqual(['Everything']);
  expect(await subjectsOf({ hasAttachments: false })).toEqual(['Plain']);
  expect(await subjectsOf({ subject: 'plain' })).toEqual(['Plain']);
  expect(await subjectsOf({ receivedAfter: '2026-11-03T00:00:00Z' })).toEqual(['Everything']);
  expect(await subjectsOf({ receivedBefore: '2026-11-03T00:00:00Z' })).toEqual(['Plain']);
  expect(await subjectsOf({ largerThan: 10 })).toEqual(['Everything']);
  expect(await subjectsOf({ from: 'nobody' })).toEqual([]);
});

/** The subjects that a version of the node finds. */
const found = async (typeVersion: number, filters: object) => {
  const nodes = [connect(ALICE), mailbox('Read', { folder: 'Shapes', filters }, { typeVersion })];
  return itemsOf(await lab().run(nodes), 'Read').map(({ json }) => json.subject);
};

test('of several values of a filter, any one is enough', async () => {
  const subjectsOf = async (filters: object) => await found(2, filters);
  expect(await subjectsOf({ subject: ['nothing', 'plain'] })).toEqual(['Plain']);
  expect(await subjectsOf({ subject: ['everything', 'plain'] })).toEqual(['Everything', 'Plain']);
  expect(await subjectsOf({ subject: '={{ ["nothing", "PLAIN"] }}' })).toEqual(['Plain']);
  expect(await subjectsOf({ subject: ['={{ ["nothing", "plain"] }}', 'every'] })).toHaveLength(2);
  expect(await subjectsOf({ subject: ['"plain"'] })).toEqual(['Plain']);
  expect(await subjectsOf({ subject: ['"plai"', '"nothing"'] })).toEqual([]);
  expect(await subjectsOf({ cc: ['nobody', 'none'] })).toEqual([]);
});

// The editor saves a list. Whoever writes a workflow's JSON by hand, or lets an AI write it, often gives a text.
test('one text where the editor has a list counts as one value', async () => {
  expect(await found(2, { subject: 'plain' })).toEqual(['Plain']);
  expect(await found(2, { subject: 'plain', from: 'nobody' })).toEqual([]);
  const select = { operation: 'mark', select: 'filter', folder: 'Shapes', dryRun: true, readState: 'yes' };
  const mark = (filters: object) => mailbox('Mark', { ...select, filters }, { typeVersion: 2 });
  const run = await lab().run([connect(ALICE), mark({ subject: 'plain' })]);
  expect(itemsOf(run, 'Mark')[0]?.json).toMatchObject({ matched: 1 });
  const refused = await lab().failure([connect(ALICE), mark({ subject: '' })]);
  expect(refused.message).toMatch(/^Filters: no filter is set/);
});

test('in version 1 of the node, quotation marks are part of the text', async () => {
  expect(await found(1, { subject: 'plain' })).toEqual(['Plain']);
  expect(await found(1, { subject: '"plain"' })).toEqual([]);
  expect(await found(2, { subject: '"plain"' })).toEqual(['Plain']);
});
