import { beforeAll, expect, test } from 'vitest';

import { mail } from '../servers/mailbox';
import { ALICE, expectSuccess, itemsOf, subjects, useLab } from './lab';
import { connect, mailbox } from './nodes';

const lab = useLab();

const time = (day: number) => new Date(Date.UTC(2026, 10, day));
const ROOT = '<ask@example.test>';
const reply = { 'In-Reply-To': ROOT, References: ROOT };

beforeAll(() => {
  const put = (folder: string, day: number, subject: string, headers: Record<string, string>) =>
    lab().deliver(ALICE, folder, [
      { raw: mail({ subject, text: subject, date: time(day), headers }), receivedAt: time(day) },
    ]);
  put('INBOX', 1, 'Question', { 'Message-ID': ROOT });
  put('Sent', 2, 'Re: Question', { 'Message-ID': '<answer@example.test>', ...reply });
  put('INBOX', 3, 'Re: Re: Question', { 'Message-ID': '<thanks@example.test>', ...reply });
});

const list = mailbox('List', { filters: { subject: 'Question' }, options: {} });
const thread = (parameters: object = {}) =>
  mailbox('Thread', { operation: 'getThread', ...parameters }, { typeVersion: 2 });

test('Get Thread gives the conversation of a message, with the answers that were sent', async () => {
  const question = mailbox('List', { filters: { messageIdHeader: ROOT } });
  const run = await lab().run([connect(ALICE), question, thread({ body: 'text' })]);
  expectSuccess(run);
  const items = itemsOf(run, 'Thread').map(({ json }) => json);
  expect(items.map(({ subject, folder, threadId }) => [subject, folder, threadId])).toEqual([
    ['Question', 'INBOX', ROOT],
    ['Re: Question', 'Sent', ROOT],
    ['Re: Re: Question', 'INBOX', ROOT],
  ]);
  expect(items.map(({ text }) => String(text).trim())).toEqual(items.map(({ subject }) => subject));
});

test('the thread can be named by its id, and given from its end', async () => {
  const byId = thread({
    ...{ threadOf: 'thread', threadId: ROOT, output: 'raw' },
    ...{ sort: 'newest', limit: 2 },
  });
  const run = await lab().run([connect(ALICE), byId]);
  expectSuccess(run);
  expect(subjects(run, 'Thread')).toEqual(['Re: Re: Question', 'Re: Question']);
  expect(itemsOf(run, 'Thread')[0]?.json).toMatchObject({ threadId: ROOT, inReplyTo: ROOT });
});

test.each([
  [{ messageId: ' ' }, /^Message ID: it is empty/],
  [{ threadOf: 'thread', threadId: ' ' }, /^Thread ID: it is empty/],
  [{ threadOf: 'thread', threadId: 'AAQkAD' }, /^Thread ID: "AAQkAD" is not the id of a thread/],
  [{ threadOf: 'subject', messageId: 'x' }, /^Thread Of: "subject" is not known/],
  [{ messageId: 'x', threadFolders: 'some' }, /^Search In: "some" is not known/],
  [{ messageId: 'x', sort: 'random' }, /^Sort: "random" is not known/],
])('Get Thread refuses %j', async (parameters, message) => {
  const error = await lab().failure([connect(ALICE), thread(parameters)]);
  expect(error.message).toMatch(message);
});

test('labels are refused where there are none, by their name, and nothing is changed', async () => {
  const mark = mailbox('Mark', { operation: 'mark', readState: 'yes', addLabels: 'Invoice' });
  const marking = await lab().failure([connect(ALICE), list, mark]);
  expect(marking.message).toMatch(/^Labels: only Gmail over IMAP has them/);
  const filtered = mailbox('Filtered', { filters: { label: 'Invoice' } });
  const filtering = await lab().failure([connect(ALICE), filtered]);
  expect(filtering.message).toMatch(/^Labels: only Gmail over IMAP has them/);
  const after = await lab().run([connect(ALICE), list]);
  expect(itemsOf(after, 'List').map(({ json }) => json.isRead)).toEqual([false, false]);
  expect(itemsOf(after, 'List').some(({ json }) => 'labels' in json)).toBe(false);
});
