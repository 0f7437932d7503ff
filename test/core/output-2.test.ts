import type { IDataObject } from 'n8n-workflow';
import { beforeAll, expect, test } from 'vitest';

import { MESSAGE_FIELDS } from '../../mail/model/message-fields';
import { mail } from '../servers/mailbox';
import { ALICE, expectSuccess, itemsOf, useLab } from './lab';
import { connect, mailbox } from './nodes';

// What items hold since version 2 of Email Mailbox.

const lab = useLab();
const V2 = { typeVersion: 2 };
const FOLDER = 'Reading';
const HTML =
  '<p>Yes, <a href="https://example.test/a">Tuesday</a>.</p><div class="gmail_quote"><div class="gmail_attr">On 3 Nov 2026, Bob wrote:<br></div><blockquote class="gmail_quote">Which day?</blockquote></div>';
const TEXT = 'Yes, Tuesday.\n\nOn 3 Nov 2026, Bob wrote:\n> Which day?\n';

const nodes = (operation: string, parameters: object) => [
  connect(ALICE),
  mailbox('List', { folder: FOLDER, limit: 1 }),
  mailbox(
    'Read',
    {
      operation,
      ...(operation === 'get' ? { messageId: '={{ $json.id }}' } : { folder: FOLDER }),
      ...parameters,
    },
    V2,
  ),
];

async function read(parameters: object = {}, operation = 'getMany'): Promise<IDataObject[]> {
  const extra = operation === 'wait' ? { includeExisting: true, timeout: 5 } : {};
  const run = await lab().run(nodes(operation, { ...extra, ...parameters }));
  expectSuccess(run);
  return itemsOf(run, 'Read').map(({ json }) => json);
}

beforeAll(() => {
  lab().deliver(ALICE, FOLDER, [
    { raw: mail({ from: 'bob@example.test', to: ALICE, subject: 'Plain', text: 'just text' }), read: true },
    {
      raw: mail({
        from: '"Lovelace, Ada" <ada@example.test>',
        to: 'Bob <bob@example.test>',
        cc: 'carol@example.test',
        subject: 'Re: Visit',
        text: TEXT,
        html: HTML,
        attachments: [
          { filename: 'offer.pdf', contentType: 'application/pdf', content: 'PDF' },
          { filename: 'logo.png', contentType: 'image/png', content: 'logo', cid: 'logo' },
        ],
      }),
      receivedAt: new Date('2026-11-03T09:00:00Z'),
    },
  ]);
});

test('an item has what people read, in that order, and no body unless it is wanted', async () => {
  const [answer, plain] = await read();
  expect(answer).toMatchObject({
    id: expect.stringMatching(/^Reading;UIDVALIDITY=/) as string,
    folder: FOLDER,
    from: '"Lovelace, Ada" <ada@example.test>',
    to: 'Bob <bob@example.test>',
    cc: 'carol@example.test',
    subject: 'Re: Visit',
    receivedAt: '2026-11-03T09:00:00.000Z',
    isRead: false,
    attachments: [{ fileName: 'offer.pdf', size: expect.any(Number) as number }],
  });
  const keys = (item?: object) => Object.keys(item ?? {});
  const always = [
    ...[
      'from',
      'to',
      'subject',
      'receivedAt',
      'preview',
      'isRead',
      'attachments',
      'folder',
      'id',
      'threadId',
    ],
  ];
  expect(keys(plain)).toEqual(always);
  expect(keys(answer)).toEqual(always.toSpliced(2, 0, 'cc'));
  expect(Object.keys(plain ?? {}).length).toBeLessThanOrEqual(10);
});

test.each([
  ['getMany', 'none', []],
  ['getMany', 'text', ['text']],
  ['getMany', 'markdown', ['markdown']],
  ['get', undefined, ['text']],
  ['get', 'none', []],
  ['get', 'html', ['html']],
  ['get', 'both', ['text', 'html']],
  ['wait', 'both', ['text', 'html']],
  ['wait', undefined, []],
])('%s with Body %s gives these forms: %j', async (operation, body, forms) => {
  const [item] = await read({ ...(body && { body }) }, operation);
  const bodies = Object.fromEntries(
    ['text', 'markdown', 'html'].flatMap((name) => (item && name in item ? [[name, item[name]]] : [])),
  );
  expect(Object.keys(bodies)).toEqual(forms);
  const expected: Record<string, RegExp> = {
    text: /^Yes, Tuesday\./,
    markdown: /^Yes, \[Tuesday\]\(https:\/\/example\.test\/a\)\./,
    html: /^<p>Yes/,
  };
  for (const [name, value] of Object.entries(bodies)) expect(value).toMatch(expected[name]!);
});

test('a message without HTML has its text as Markdown', async () => {
  const items = await read({ body: 'markdown' });
  expect(items[1]?.markdown).toMatch(/^just text\s*$/);
});

test('Without Quoted History gives the answer alone, and says so', async () => {
  for (const [body, expected] of Object.entries({
    text: { text: 'Yes, Tuesday [https://example.test/a].' },
    markdown: { markdown: 'Yes, [Tuesday](https://example.test/a).' },
  })) {
    const [answer, plain] = await read({ body, options: { withoutHistory: true } });
    expect(answer).toMatchObject({ ...expected, quotedHistory: 'removed' });
    expect(plain).toMatchObject({ quotedHistory: 'not found' });
  }
  const [whole] = await read({ body: 'text' });
  expect(whole).not.toHaveProperty('quotedHistory');
});

test('Maximum Length cuts the body, and says how long it is', async () => {
  const [answer] = await read({ body: 'text', options: { maxLength: 3 } });
  expect(answer).toMatchObject({ text: 'Yes', truncated: true });
  expect(answer?.bodyLength).toBeGreaterThan(TEXT.length - 3);
  const [html] = await read({ body: 'html', options: { maxLength: 10 } });
  expect(html).toMatchObject({ html: '<p>Yes, ', truncated: true });
  const [all] = await read({ body: 'text', options: { maxLength: 1000 } });
  expect(all).not.toHaveProperty('truncated');
});

test('Raw gives all that the server gives, with the bodies that are wanted', async () => {
  const [raw] = await read({ output: 'raw', body: 'markdown', options: { withoutHistory: true } });
  expect(raw).toMatchObject({
    from: [{ name: 'Lovelace, Ada', address: 'ada@example.test' }],
    keywords: [],
    content: { markdown: 'Yes, [Tuesday](https://example.test/a).', quotedHistory: 'removed' },
  });
  expect(raw?.attachments).toHaveLength(2);
  expect(Object.keys(raw?.content as object)).toEqual(['markdown', 'quotedHistory']);
  const [bare] = await read({ output: 'raw' });
  expect(bare).not.toHaveProperty('content');
});

test('Selected Fields gives these fields in their order, beside the body and the headers', async () => {
  const outputFields = ['subject', 'isFlagged', 'cc', 'hasAttachments'];
  const [answer] = await read({ output: 'fields', outputFields });
  expect(Object.entries(answer ?? {})).toEqual([
    ['subject', 'Re: Visit'],
    ['isFlagged', false],
    ['cc', 'carol@example.test'],
    ['hasAttachments', true],
  ]);
  const [more] = await read({
    ...{ output: 'fields', outputFields: 'subject, id', body: 'text' },
    options: { includeHeaders: true },
  });
  expect(Object.keys(more ?? {})).toEqual(['subject', 'id', 'headers', 'text']);
  expect((more?.headers as IDataObject).subject).toBe('Re: Visit');
  const [all] = await read({ output: 'fields', outputFields: MESSAGE_FIELDS });
  const unknown = MESSAGE_FIELDS.filter((name) => name !== 'labels' && !(name in (all ?? {})));
  expect(unknown).toEqual([]);
});

test.each(['get', 'getMany', 'wait'])('%s downloads attachments with their prefix', async (operation) => {
  const options = { downloadAttachments: true, attachmentPrefix: 'file_' };
  const extra = operation === 'wait' ? { includeExisting: true, timeout: 5 } : {};
  const run = await lab().run(nodes(operation, { ...extra, options }));
  expectSuccess(run);
  const [item] = itemsOf(run, 'Read');
  const names = Object.values(item?.binary ?? {}).map(({ fileName }) => fileName);
  expect(names.sort()).toEqual(['logo.png', 'offer.pdf']);
  expect(Object.keys(item?.binary ?? {})).toEqual(['file_0', 'file_1']);
});

test.each([
  [{ output: 'all' }, /^Output: "all" is not known/],
  [{ body: 'pdf' }, /^Body: "pdf" is not known/],
  [{ output: 'fields', outputFields: ['id', 'x'] }, /^Fields: "x" is not known/],
  [{ output: 'fields', outputFields: [] }, /^Fields: none is chosen/],
  [{ body: 'text', options: { maxLength: 'two' } }, /^Maximum Length \(Characters\): two is not a number/],
  [{ options: { withoutHistory: 'maybe' } }, /^Without Quoted History: "maybe" is neither/],
])('refuses %j', async (parameters, message) => {
  const error = await lab().failure(nodes('getMany', parameters));
  expect(error.message).toMatch(message);
});

test.each<[what: string, parameters: object, isShown: boolean]>([
  ['simplified items', {}, true],
  ['raw items', { output: 'raw' }, true],
  ['chosen fields with it', { output: 'fields', outputFields: ['subject', 'preview'] }, true],
  ['chosen fields without it', { output: 'fields', outputFields: ['subject', 'id'] }, false],
])('a preview is asked for only if the items show it: %s', async (_, parameters, isShown) => {
  const { length } = lab().commands('FETCH');
  const [item] = await read(parameters);
  const last = lab().commands('FETCH').slice(length).at(-1);
  expect(item && 'preview' in item).toBe(isShown);
  expect(/PREVIEW|BODY\.PEEK\[TEXT\]/.test(String(last))).toBe(isShown);
});
