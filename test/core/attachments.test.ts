import { createHash, randomBytes } from 'node:crypto';

import type { INodeExecutionData } from 'n8n-workflow';
import { expect, test } from 'vitest';

import { mail } from '../servers/mailbox';
import { ALICE, expectSuccess, itemsOf, useLab } from './lab';
import { connect, mailbox } from './nodes';

const lab = useLab();

/** The commands that ask for a part of a message, and not only for fields of its header. */
const bodies = () =>
  lab()
    .commands('BODY.PEEK')
    .filter((line) => /BODY\.PEEK\[\d/.test(line));
let count = 0;

const attachment = (operation: string, parameters: object = {}, extras: object = {}) =>
  mailbox('Files', { resource: 'attachment', operation, ...parameters }, extras);
const list = (folder: string) => mailbox('List', { folder, returnAll: true });
const hash = (data: Buffer) => createHash('sha256').update(data).digest('hex');
const bytesOf = ({ binary }: INodeExecutionData, field: string) =>
  Buffer.from(binary?.[field]?.data ?? '', 'base64');

const PICTURE = randomBytes(500);
const PDF = randomBytes(4000);

function filled(messages: (Buffer | { raw: Buffer })[]): string {
  const folder = `Files${++count}`;
  lab().deliver(ALICE, folder, messages);
  return folder;
}

const mixed = () =>
  mail({
    subject: 'Mixed',
    html: '<img src="cid:pic">',
    attachments: [
      { filename: 'pic.png', contentType: 'image/png', content: PICTURE, cid: 'pic' },
      { filename: 'Invoice-1.PDF', contentType: 'application/pdf', content: PDF },
      { filename: 'notes.txt', contentType: 'text/plain', content: 'text' },
    ],
  });

test('attachments are listed with what is known of them, and nothing is downloaded', async () => {
  const folder = filled([mixed(), mail({ subject: 'None' })]);
  const run = await lab().run([connect(ALICE), list(folder), attachment('getMany')]);
  expectSuccess(run);
  expect(
    itemsOf(run, 'Files').map(({ json, pairedItem }) => [json.fileName, json.mimeType, pairedItem]),
  ).toEqual([
    ['Invoice-1.PDF', 'application/pdf', { item: 1 }],
    ['notes.txt', 'text/plain', { item: 1 }],
  ]);
  expect(itemsOf(run, 'Files')[0]?.json).toMatchObject({
    subject: 'Mixed',
    inline: false,
    part: expect.any(String),
  });
  expect(bodies()).toEqual([]);
});

test.each([
  [{}, ['Invoice-1.PDF', 'notes.txt']],
  [{ namePattern: '*.pdf' }, ['Invoice-1.PDF']],
  [{ namePattern: 'invoice-?.*, *.txt' }, ['Invoice-1.PDF', 'notes.txt']],
  [{ namePattern: 'a.b' }, []],
  [{ mimeType: 'image/*', inline: 'include' }, ['pic.png']],
  [{ inline: 'only' }, ['pic.png']],
  [{ minSize: 2 }, ['Invoice-1.PDF']],
  [{ maxSize: 2 }, ['notes.txt']],
])('attachments that meet %j', async (attachmentFilters, names) => {
  const folder = filled([mixed()]);
  const run = await lab().run([connect(ALICE), list(folder), attachment('getMany', { attachmentFilters })]);
  expect(itemsOf(run, 'Files').map(({ json }) => json.fileName)).toEqual(names);
});

test('attachments are downloaded byte for byte, an item for each message or each file', async () => {
  const folder = filled([mixed()]);
  const perMessage = await lab().run([connect(ALICE), list(folder), attachment('download')]);
  const [item] = itemsOf(perMessage, 'Files');
  expect(Object.keys(item?.binary ?? {})).toEqual(['attachment_0', 'attachment_1']);
  expect(bytesOf(item!, 'attachment_0').equals(PDF)).toBe(true);
  expect(item?.binary?.attachment_0).toMatchObject({
    fileName: 'Invoice-1.PDF',
    mimeType: 'application/pdf',
  });
  const perFile = await lab().run([
    connect(ALICE),
    list(folder),
    attachment('download', { output: 'attachment', attachmentFilters: { inline: 'include' } }),
  ]);
  const files = itemsOf(perFile, 'Files');
  expect(files.map(({ json }) => json.fileName)).toEqual(['pic.png', 'Invoice-1.PDF', 'notes.txt']);
  expect(bytesOf(files[0]!, 'data').equals(PICTURE)).toBe(true);
  expect(bytesOf(files[2]!, 'data').toString()).toBe('text');
});

test('two hundred attachments of as many messages are a handful of commands', async () => {
  const contents = Array.from({ length: 200 }, () => randomBytes(20_000));
  const folder = filled(
    contents.map((content, i) =>
      mail({ subject: `${i}`, text: 'x', attachments: [{ filename: `${i}.bin`, content }] }),
    ),
  );
  const run = await lab().run([connect(ALICE), list(folder), attachment('download')]);
  expectSuccess(run);
  const files = itemsOf(run, 'Files');
  expect(files.map((item) => hash(bytesOf(item, 'attachment_0')))).toEqual(contents.map(hash).reverse());
  expect(bodies().length).toBeLessThan(4);
});

test('large and small attachments go together', async () => {
  const [large, small] = [randomBytes(7_000_000), randomBytes(1000)];
  const folder = filled([
    mail({
      text: 'x',
      attachments: [
        { filename: 'large', content: large },
        { filename: 'small', content: small },
      ],
    }),
  ]);
  const run = await lab().run([connect(ALICE), list(folder), attachment('download')]);
  const [item] = itemsOf(run, 'Files');
  expect(bytesOf(item!, 'attachment_0').equals(large)).toBe(true);
  expect(bytesOf(item!, 'attachment_1').equals(small)).toBe(true);
});

test('the attachments of all messages that match are saved, and counted first where that is wanted', async () => {
  const folder = filled([mixed(), mixed(), mail({ subject: 'None' })]);
  const parameters = { select: 'filter', folder, filters: { hasAttachments: true } };
  const counted = await lab().run([connect(ALICE), attachment('download', { ...parameters, dryRun: true })]);
  expect(itemsOf(counted, 'Files')[0]?.json).toMatchObject({
    folder,
    matched: 2,
    attachments: 4,
    dryRun: true,
  });
  expect(bodies()).toEqual([]);
  const run = await lab().run([connect(ALICE), attachment('download', parameters)]);
  expect(itemsOf(run, 'Files').map(({ binary }) => Object.keys(binary ?? {}).length)).toEqual([2, 2]);
});

const part = (head: string, body: Buffer | string) =>
  Buffer.concat([Buffer.from(`--b\r\n${head}\r\n\r\n`), Buffer.from(body as string), Buffer.from('\r\n')]);
const message = (...parts: Buffer[]) =>
  Buffer.concat([
    Buffer.from('From: a@example.test\r\nSubject: Odd\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n'),
    ...parts,
    Buffer.from('--b--\r\n'),
  ]);
const BYTES = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 37) % 256));
const brokenLines = BYTES.toString('base64').replace(/(.{7})/g, '$1\r\n');

test.each<[string, Buffer, Buffer]>([
  [
    'base64 in short lines',
    part('Content-Disposition: attachment; filename=a\r\nContent-Transfer-Encoding: base64', brokenLines),
    BYTES,
  ],
  [
    'base64 in one line',
    part(
      'Content-Disposition: attachment; filename=a\r\nContent-Transfer-Encoding: BASE64',
      BYTES.toString('base64'),
    ),
    BYTES,
  ],
  [
    'base64 without its padding',
    part(
      'Content-Disposition: attachment; filename=a\r\nContent-Transfer-Encoding: base64',
      BYTES.toString('base64').replace(/=+$/, ''),
    ),
    BYTES,
  ],
  [
    'quoted-printable',
    part(
      'Content-Disposition: attachment; filename=a\r\nContent-Transfer-Encoding: quoted-printable',
      'a=3Db=\r\nc=E4 \r\nd',
    ),
    Buffer.from('a=bc\xe4\r\nd', 'latin1'),
  ],
  [
    '8-bit',
    part(
      'Content-Type: text/csv; charset=windows-1252; name=a\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: 8bit',
      Buffer.from('\xe4;\xf6\r\n;', 'latin1'),
    ),
    Buffer.from('\xe4;\xf6\r\n;', 'latin1'),
  ],
  [
    'an encoding that nobody knows',
    part('Content-Disposition: attachment; filename=a\r\nContent-Transfer-Encoding: x-odd', 'as it is'),
    Buffer.from('as it is'),
  ],
  [
    'a message',
    part(
      'Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=a',
      'Subject: Inner\r\n\r\nBody',
    ),
    Buffer.from('Subject: Inner\r\n\r\nBody'),
  ],
])('an attachment in %s is kept byte for byte', async (_, file, bytes) => {
  const folder = filled([message(part('Content-Type: text/plain', 'text'), file)]);
  const run = await lab().run([connect(ALICE), list(folder), attachment('download')]);
  expectSuccess(run);
  expect(bytesOf(itemsOf(run, 'Files')[0]!, 'attachment_0').toString('latin1')).toBe(
    bytes.toString('latin1'),
  );
});

test('a message that is only a file is downloaded as one', async () => {
  const raw = Buffer.from(
    `From: a@example.test\r\nContent-Type: application/pdf; name="only.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n${BYTES.toString('base64')}\r\n`,
  );
  const run = await lab().run([connect(ALICE), list(filled([raw])), attachment('download')]);
  const [item] = itemsOf(run, 'Files');
  expect(item?.binary?.attachment_0?.fileName).toBe('only.pdf');
  expect(bytesOf(item!, 'attachment_0').equals(BYTES)).toBe(true);
});

test('unsafe and empty file names of attachments are replaced', async () => {
  const folder = filled([
    mail({
      text: 'x',
      attachments: [
        { filename: '../../etc/pass\u202ewd', content: 'x' },
        { filename: '', content: 'y' },
      ],
    }),
  ]);
  const run = await lab().run([connect(ALICE), list(folder), attachment('download')]);
  const names = Object.values(itemsOf(run, 'Files')[0]?.binary ?? {}).map(({ fileName }) => fileName);
  expect(names).toEqual(['etc_passwd', expect.stringMatching(/^attachment-/)]);
});

test('a connection that is cut in the middle leaves no half files', async () => {
  const folder = filled([
    mail({ text: 'x', attachments: [{ filename: 'a', content: randomBytes(9_000_000) }] }),
  ]);
  const running = lab().run([connect(ALICE), list(folder), attachment('download')]);
  const watch = setInterval(() => {
    if (bodies().length === 2) {
      lab().wire.dropAll();
      clearInterval(watch);
    }
  }, 1);
  const run = await running;
  clearInterval(watch);
  // Read again from its start on a new connection, so the user notices nothing.
  expectSuccess(run);
  expect(bytesOf(itemsOf(run, 'Files')[0]!, 'attachment_0')).toHaveLength(9_000_000);
});
