import { afterEach, expect, test, vi } from 'vitest';

import { bugs, TEXT, thrown } from '../contract/bugs';
import { mail } from '../servers/mailbox';
import { ALICE, expectSuccess, itemsOf, subjects, useLab } from './lab';
import { connect, get, mailbox, pass } from './nodes';

// Code of ours that throws at one message of several: while it is read, while its item is made, while a file is decoded.

vi.mock('../../mail/mime/content', async (importOriginal) => {
  const { stumblingContent } = await import('../contract/bugs.js');
  return await stumblingContent(importOriginal);
});
vi.mock('../../mail/mime/shown-body', async (importOriginal) => {
  const { stumble } = await import('../contract/bugs.js');
  const real = await importOriginal<typeof import('../../mail/mime/shown-body')>();
  const shownBody: typeof real.shownBody = (content, subject, options) => {
    stumble(`shown:${content.text}`);
    return real.shownBody(content, subject, options);
  };
  return { ...real, shownBody };
});
vi.mock('../../mail/mime/transfer-decoder', async (importOriginal) => {
  const { stumble } = await import('../contract/bugs.js');
  const real = await importOriginal<typeof import('../../mail/mime/transfer-decoder')>();
  const decodeTransfer: typeof real.decodeTransfer = (stored, encoding) => {
    stumble(stored.toString());
    return real.decodeTransfer(stored, encoding);
  };
  return { ...real, decodeTransfer };
});

const lab = useLab();
afterEach(() => bugs.clear());

const FILE = 'a file that stumbles';
let count = 0;

/** Oldest first. */
function filled(): string {
  const folder = `Bugs${++count}`;
  const withFile = (subject: string, content: string) =>
    mail({
      subject,
      text: subject === 'Bad' ? TEXT : 'fine',
      attachments: [{ filename: 'a.txt', contentType: 'text/plain', content }],
    });
  lab().deliver(ALICE, folder, [withFile('One', 'x'), withFile('Bad', FILE), withFile('Two', 'y')]);
  return folder;
}

const V2 = { typeVersion: 2 };
const read = async (parameters: object = {}) => {
  const list = { operation: 'getMany', folder: filled(), returnAll: true, ...parameters };
  return await lab().run([connect(ALICE), mailbox('Read', list, V2)]);
};
const hintOf = (result: Awaited<ReturnType<typeof read>>) =>
  result.data.resultData.runData.Read?.at(-1)?.hints?.[0]?.message;

const NAMED = {
  id: expect.stringMatching(/UID=2$/) as string,
  error: expect.stringContaining('"Bad"') as string,
};

test.each([
  ['the reading of its text', TEXT],
  ['the making of its item', `shown:${TEXT}`],
])('a bug in %s costs only this message, which is named', async (_, text) => {
  bugs.set(text, thrown);
  const result = await read({ body: 'markdown' });
  expectSuccess(result);
  expect(subjects(result, 'Read')).toEqual(['Two', 'One']);
  expect(itemsOf(result, 'Read')[0]?.json.failed).toEqual([NAMED]);
  expect(hintOf(result)).toMatch(/^Could not be read: 1 of the messages.*bug in this package.*report it/);
});

test('it fails the item if no other message is there, and says what to do', async () => {
  bugs.set(`shown:${TEXT}`, thrown);
  const result = await read({ body: 'markdown', filters: { subject: 'Bad' } });
  const { error } = result.data.resultData;
  expect(error?.message).toMatch(/"Bad"\) could not be read, because of a bug in this package/);
  expect(error?.description).toMatch(/report it on the page of this package/);
});

test('a file that brings a bug to light costs only its message', async () => {
  bugs.set(Buffer.from(FILE).toString('base64').slice(0, 20), thrown);
  const result = await read({ options: { downloadAttachments: true } });
  expectSuccess(result);
  expect(subjects(result, 'Read')).toEqual(['Two', 'One']);
  const binaries = itemsOf(result, 'Read').map(({ binary }) => Object.keys(binary ?? {}));
  expect(binaries).toEqual([['attachment_0'], ['attachment_0']]);
  expect(itemsOf(result, 'Read')[0]?.json.failed).toEqual([
    { ...NAMED, error: expect.any(String) as string },
  ]);
});

test('Attachment → Download by filter gives the files of the other messages, and names this one', async () => {
  bugs.set(Buffer.from(FILE).toString('base64').slice(0, 20), thrown);
  const select = { resource: 'attachment', operation: 'download', select: 'filter', folder: filled() };
  const files = mailbox('Read', { ...select, filters: { hasAttachments: true } }, V2);
  const result = await lab().run([connect(ALICE), files]);
  expectSuccess(result);
  expect(itemsOf(result, 'Read').map(({ json }) => json.subject)).toEqual(['Two', 'One']);
  expect(itemsOf(result, 'Read')[0]?.json.failed).toMatchObject([{ id: NAMED.id }]);
});

test('Message → Get fails for this message and not for the others, and Save gives it as a file', async () => {
  const folder = filled();
  bugs.set(TEXT, thrown);
  const list = mailbox('List', { folder, returnAll: true });
  const onError = { ...V2, onError: 'continueRegularOutput' };
  const result = await lab().run([
    connect(ALICE),
    list,
    get('Read', '={{ $json.id }}', { body: 'text' }, onError),
  ]);
  expect(itemsOf(result, 'Read').map(({ json }) => json.error ?? json.subject)).toEqual([
    'Two',
    expect.stringContaining('bug in this package'),
    'One',
  ]);
  const save = mailbox('Save', { operation: 'save', messageId: '={{ $json.id }}' }, V2);
  const saved = await lab().run([connect(ALICE), list, save]);
  expectSuccess(saved);
  expect(itemsOf(saved, 'Save').map(({ json }) => json.fileName)).toEqual(['Two.eml', 'Bad.eml', 'One.eml']);
});

test('the list of messages in the editor has it too, with the reason', async () => {
  // Late, for the mock in engine.ts.
  const { messageResults } = await import('../../nodes/EmailMailbox/methods/message-results.js');
  const sessionName = 'Bugs';
  expectSuccess(
    await lab().run({
      nodes: [connect(ALICE, { sessionName }), pass('End')],
      mode: 'manual',
      userId: 'joan',
    }),
  );
  const message = { id: 'a', subject: 'Fine', from: [], to: [], receivedAt: '2026-11-01T10:00:00.000Z' };
  const messages = [{ ...message, id: 'b', subject: 'Bad', receivedAt: 'never' }, message];
  const load = async () => await Promise.resolve({ account: ALICE, messages, failed: new Map() } as never);
  const { results } = await messageResults(lab().editor('joan', { sessionName }), load, 'from');
  expect(results.map(({ value, name }) => [value, name])).toEqual([
    ['a', expect.stringMatching(/^Fine – 2026-11-01 \d\d:00 – alice@/)],
    ['b', expect.stringMatching(/^\(cannot be read\) – .*"Bad".*Invalid time value.* – alice@/)],
  ]);
});
