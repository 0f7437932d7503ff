import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import type { MailClient } from '../../../mail/model/client';
import type { CountedClient } from '../../../mail/model/counted-client';
import type { Message } from '../../../mail/model/message';
import { openClient } from '../../../mail/session/open-client';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { startGmailProxy, threadKeyword, type GmailProxy } from '../../servers/gmail-proxy';
import { mail } from '../../servers/mailbox';
import { ALICE, settingsFor } from '../fixture';

/** Gmail's folder for all mail; on this server it is an ordinary folder with that use. */
const ALL = 'All Mail';
const EXTRA = `namespace inbox {\n  mailbox "${ALL}" {\n    special_use = \\All\n    auto = create\n  }\n}`;

let dovecot: Dovecot;
let gmail: GmailProxy;
let client: MailClient & CountedClient;
let direct: ImapFlow;

beforeAll(async () => {
  dovecot = await startDovecot({ extraConfig: EXTRA });
  gmail = await startGmailProxy(dovecot.ports.imap);
  const settings = settingsFor(dovecot, { port: gmail.port, security: 'none' });
  client = (await openClient(settings)) as MailClient & CountedClient;
  direct = new ImapFlow({
    ...{ host: 'localhost', port: gmail.port, secure: false, doSTARTTLS: false, logger: false },
    auth: { user: ALICE, pass: dovecot.users[ALICE]! },
  });
  await direct.connect();
  for (const [i, thread] of ['1278455344230334865', '1278455344230334865', '77'].entries()) {
    const message = mail({
      subject: `Number ${i}`,
      text: 'Text',
      headers: { 'Message-ID': `<n${i}@example.test>` },
    });
    const receivedAt = new Date(Date.UTC(2026, 10, 1 + i));
    for (const folder of i === 1 ? [ALL] : [ALL, 'INBOX']) {
      await direct.append(folder, message, [threadKeyword(thread)], receivedAt);
    }
  }
  gmail.commands.length = 0;
});
afterAll(async () => {
  await client?.close();
  await direct?.logout();
  await gmail?.stop();
  await dovecot?.stop();
});

const list = async (folder = ALL): Promise<Message[]> =>
  await client.listMessages(folder, {}, { content: false }, Infinity);
const ids = async () => (await list()).map(({ id }) => id);
const sent = async (work: () => Promise<unknown>): Promise<string[]> => {
  const before = gmail.commands.length;
  await work();
  return gmail.commands.slice(before).filter((command) => /^(UID )?(STORE|SEARCH|FETCH)/.test(command));
};
const errors = (outcomes: Map<string, unknown>) => [...outcomes.values()].filter((one) => isMailError(one));

it('reads the thread and the labels with the FETCH that it sends anyway', async () => {
  let messages: Message[] = [];
  const commands = await sent(async () => (messages = await list()));
  expect(commands).toHaveLength(1);
  expect(commands[0]).toMatch(/X-GM-THRID X-GM-LABELS/);
  expect(messages.map(({ threadId }) => threadId)).toEqual([
    '77',
    '1278455344230334865',
    '1278455344230334865',
  ]);
  expect(messages.map(({ labels, keywords }) => [labels, keywords])).toEqual(messages.map(() => [[], []]));
});

it('finds a thread by its number in All Mail alone, with one SEARCH and one FETCH', async () => {
  const commands = await sent(async () => {
    const found = await client.threadMessages(
      { threadId: '1278455344230334865' },
      { wanted: { content: false }, limit: 10 },
    );
    expect(found.map(({ subject, folder }) => [subject, folder])).toEqual([
      ['Number 0', ALL],
      ['Number 1', ALL],
    ]);
  });
  expect(commands.map((command) => /SEARCH|FETCH/.exec(command)?.[0])).toEqual(['SEARCH', 'FETCH']);
  expect(commands[0]).toBe('UID SEARCH X-GM-THRID 1278455344230334865');
  const [, own] = await list('INBOX');
  const options = { wanted: { content: true }, limit: 10 };
  const byMessage = await client.threadMessages({ id: own!.id }, options);
  expect(byMessage.map(({ subject, content }) => [subject, content?.text.trim()])).toEqual([
    ['Number 0', 'Text'],
    ['Number 1', 'Text'],
  ]);
  for (const threadId of ['T123', '1 OR ALL', '']) {
    await expect(client.threadMessages({ threadId }, options)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  }
});

const LABELS = ['Customers/Acme & Söhne', 'Zu erledigen', '\\Important', 'a "quoted" \\ one', '日本', '*'];

it('adds and removes labels of many messages with one command each, whatever the names are', async () => {
  const all = await ids();
  const commands = await sent(async () => {
    expect(errors(await client.markMessages(all, { addLabels: LABELS, isFlagged: true }))).toEqual([]);
  });
  expect(commands.filter((command) => command.includes('STORE'))).toHaveLength(2);
  for (const one of await list()) {
    expect(new Set(one.labels)).toEqual(new Set(LABELS));
    expect([one.isFlagged, one.keywords]).toEqual([true, []]);
  }
  const [first = ''] = all;
  await client.markMessages([first], { removeLabels: LABELS.slice(1), addLabels: ['New'] });
  const labels = (await client.getMessages([first], { content: false })).get(first) as Message;
  expect(labels.labels).toEqual(expect.arrayContaining([LABELS[0], 'New']));
  expect(labels.labels).toHaveLength(2);
});

it('sends the same as imapflow does when it is used directly', async () => {
  const lock = await direct.getMailboxLock(ALL);
  try {
    const ours = await sent(
      async () => await client.markMessages([(await ids())[1]!], { addLabels: LABELS }),
    );
    const theirs = await sent(
      async () => await direct.messageFlagsAdd('2', LABELS, { uid: true, useLabels: true }),
    );
    const ofLabels = (commands: string[]) =>
      commands.filter((one) => one.includes('STORE')).map((one) => one.replace(/STORE \S+/, 'STORE n'));
    expect(ofLabels(ours)).toEqual(ofLabels(theirs));
    const found = await direct.fetchOne('2', { labels: true, threadId: true }, { uid: true });
    const read = (await list()).find(({ id }) => id.endsWith('UID=2'))!;
    expect(found).toMatchObject({ threadId: read.threadId });
    expect(read.labels).toEqual([...(found as { labels: Set<string> }).labels]);
  } finally {
    lock.release();
  }
});

it('finds messages by their label, exactly', async () => {
  const find = async (label: string) =>
    (await client.listMessages(ALL, { label: [label] }, { content: false }, Infinity)).map(
      ({ subject }) => subject,
    );
  expect(await find('New')).toEqual(['Number 2']);
  expect(await find('Customers/Acme & Söhne')).toEqual(['Number 2', 'Number 1', 'Number 0']);
  expect(await find('a "quoted" \\ one')).toEqual(['Number 1', 'Number 0']);
  expect(await find('\\important')).toEqual(['Number 1', 'Number 0']);
  expect(await find('日本')).toEqual(['Number 1', 'Number 0']);
  expect(await find('Customers')).toEqual([]);
  expect(await client.findMessages(ALL, { label: ['New', 'Customers/Acme & Söhne'] }, 10)).toHaveLength(3);
  const query = { label: ['New'], subject: ['Number'] };
  expect(await client.findMessages(ALL, query, 10)).toHaveLength(1);
  const all = await ids();
  const matching = await client.matchMessages(all, query);
  expect(all.map((id) => matching.get(id))).toEqual([true, false, false]);
});

it("understands Gmail's own search language after gmail:", async () => {
  const find = async (raw: string) =>
    (await client.listMessages(ALL, { raw }, { content: false }, Infinity)).map(({ subject }) => subject);
  expect(await find('gmail: label:New subject:"Number 2"')).toEqual(['Number 2']);
  expect(await find('gmail:subject:nothing')).toEqual([]);
  // SEARCH keys stay what they are.
  expect(await find('X-GM-RAW "label:New" SUBJECT Number')).toEqual(['Number 2']);
  const commands = await sent(async () => await find('gmail: a "b" \\ (ALL)'));
  expect(commands[0]).toBe('UID SEARCH ALL (X-GM-RAW "a \\"b\\" \\\\ (ALL)")');
});

it('refuses names that are none, and names the field', async () => {
  for (const label of ['\\', '\\a b', '\\Recent ', 'a\r\nb', 'x'.repeat(300)]) {
    const marking = client.markMessages(await ids(), { addLabels: [label] });
    if (label.trim() === '\\Recent') continue;
    await expect(marking, label).rejects.toMatchObject({
      ...{ code: 'INVALID_INPUT', message: expect.stringContaining('Add Labels') as string },
    });
  }
});
