import { describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import type { FailedFolders } from '../../../mail/model/message-search';
import { usual, type ImapAnswers } from '../../servers/scripted-imap';
import { cleanUp, opened } from './scripted-lab';

// What servers say about folders, by the bug reports of other mail programs.

cleanUp();

const ONE = [{ uid: 11 }];
const ALL = 'LIST "" "*"';
const saying =
  (answers: Record<string, string>): ImapAnswers =>
  (command) =>
    Object.entries(answers).find(([start]) => command.startsWith(start))?.[1];
const listing = (...lines: string[]) => ({
  [ALL]: ['() "/" INBOX', ...lines].map((line) => `* LIST ${line}\r\n`).join(''),
});
const paths = async (client: MailClient) =>
  (await client.listFolders({ counts: false })).map(({ path }) => path);

describe('a name in a LIST', () => {
  it.each([
    ['() "/" NIL', 'NIL', 'NIL'],
    ['() "/" 2024', '2024', '2024'],
    ['() "/" [Gmail]/All', '[Gmail]/All', '"[Gmail]/All"'],
    ['() "/" x]y', 'x]y', '"x]y"'],
    ['() "/" "a\\"b"', 'a"b', '"a\\"b"'],
    ['() "/" {7}\r\nHell"oh', 'Hell"oh', '"Hell\\"oh"'],
    ['() "/" {4}\r\na\\"b', 'a\\"b', '"a\\\\\\"b"'],
    ['() "\\\\" "c\\\\d"', 'c\\d', '"c\\\\d"'],
    ['() "/" "Old "', 'Old ', '"Old "'],
    ['( \\HasNoChildren )  "/"  Spaced ', 'Spaced', 'Spaced'],
    ['NIL "/" "No flags"', 'No flags', '"No flags"'],
    // Names that need quotation marks, or escapes, and have none.
    ['() "/" Sent Items', 'Sent Items', '"Sent Items"'],
    ['() "/" INBOX/From\tTo\t', 'INBOX/From\tTo\t', '"INBOX/From\tTo\t"'],
    ['() "/" foo(bar)', 'foo(bar)', '"foo(bar)"'],
    ['() "/" "a"b"', 'a"b', '"a\\"b"'],
    ['() "/" "a\\b"', 'a\\b', '"a\\\\b"'],
    ['() "/" Entw&APw-rfe alt', 'Entwürfe alt', '"Entw&APw-rfe alt"'],
    ['() "/" Work ("CHILDINFO" ("SUBSCRIBED"))', 'Work', 'Work'],
  ])('%s', async (line, path, selected) => {
    const { client, server } = await opened(saying(listing(line)), ONE);
    expect(await paths(client)).toEqual(['INBOX', path]);
    expect(await client.listMessages(path, {}, { content: false }, 1)).toMatchObject([{ folder: path }]);
    expect(server.commands.filter((one) => one.startsWith('SELECT')).at(-1)).toBe(`SELECT ${selected}`);
  });

  it('and in a STATUS', async () => {
    const { client } = await opened(
      saying({
        ...listing('() "/" "Deleted Items"', '() "/" A', '() "/" B'),
        'STATUS INBOX': '* STATUS "inbox" (MESSAGES 3 UNSEEN 1 )\r\n',
        'STATUS "Deleted Items"': '* STATUS Deleted Items (MESSAGES 5 UNSEEN 3)\r\n',
        'STATUS A': '* STATUS A (messages 4 unseen 2) \r\n',
        'STATUS B': 'NO [NOPERM] not for you',
      }),
    );
    expect((await client.listFolders({ counts: true })).map(({ path, counts }) => [path, counts])).toEqual([
      ['INBOX', { total: 3, unread: 1 }],
      ['A', { total: 4, unread: 2 }],
      ['B', undefined],
      ['Deleted Items', { total: 5, unread: 3 }],
    ]);
  });

  it('that cannot be read: a list and a search in all folders say so, and give the others', async () => {
    const { client } = await opened(saying(listing('(\\HasNoChildren "/" Broken', '() "/" Good')), ONE);
    const failed: FailedFolders = new Map();
    const search = {
      ...{ where: { allExcept: [] }, query: {}, wanted: { content: false } },
      ...{ limit: 9, sort: 'newest' as const },
    };
    const found = await client.searchMessages(search, undefined, failed);
    expect(found.map(({ folder }) => folder).sort()).toEqual(['Good', 'INBOX']);
    expect([...failed.values()]).toMatchObject([
      { code: 'SERVER_REFUSED', message: expect.stringContaining('left out') as string },
    ]);
    const listed: FailedFolders = new Map();
    const folders = await client.listFolders({ counts: false }, listed);
    expect([folders.map(({ path }) => path), [...listed.keys()]]).toEqual([['INBOX', 'Good'], ['?']]);
    await expect(client.listFolders({ counts: false })).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    await expect(client.searchMessages(search)).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    const thread = { threadId: '<a@example.test>' };
    const everywhere = { wanted: { content: false }, allFolders: true, limit: 9 };
    await expect(client.threadMessages(thread, everywhere)).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
  });
});

describe('an inbox that the server does not list', () => {
  it('is listed, with its counts, and can be looked at', async () => {
    const { client } = await opened(
      saying({ [ALL]: '* LIST () "." Sent\r\n', STATUS: '* STATUS INBOX (MESSAGES 3 UNSEEN 1)\r\n' }),
    );
    const inbox = { path: 'INBOX', specialUse: '\\Inbox', selectable: true, delimiter: '.' };
    const counts = { total: 3, unread: 1 };
    expect(await client.listFolders({ counts: true })).toMatchObject([
      { ...inbox, counts },
      { path: 'Sent' },
    ]);
    expect(await client.getFolder('inbox')).toMatchObject({ ...inbox, counts });
  });

  it('is not made up where the account has none', async () => {
    const { client } = await opened(
      saying({ [ALL]: '* LIST () "." Shared\r\n', 'LIST "" INBOX': 'OK done', STATUS: 'NO none' }),
    );
    expect(await paths(client)).toEqual(['Shared']);
    expect(await client.getFolder('INBOX')).toBeUndefined();
  });
});

it('of several folders with one use, the first that can be opened counts, in every operation', async () => {
  const lines = [
    '(\\Sent \\NonExistent) "/" Old',
    '(\\Sent) "/" Sent',
    '(\\Sent \\Noselect) "/" Zent',
    '(\\Trash) "/" T1',
    '(\\Trash) "/" T2',
  ];
  const { client, server } = await opened(saying(listing(...lines)), ONE);
  for (const [use, path] of [
    ['\\Sent', 'Sent'],
    ['\\Trash', 'T1'],
  ] as const) {
    await client.listMessages(use, {}, { content: false }, 1);
    expect(server.commands.filter((one) => one.startsWith('SELECT')).at(-1)).toBe(`SELECT ${path}`);
    expect(await client.getFolder(use)).toMatchObject({ path });
  }
});

it('a selected folder for which STATUS repeats what SELECT said has the counts of now', async () => {
  let messages = [{ uid: 11 }];
  let isSelected = false;
  let counted = '';
  const server = (command: string) => {
    if (command.startsWith('SELECT')) {
      isSelected = true;
      counted = `* STATUS INBOX (MESSAGES ${messages.length} UNSEEN ${messages.length})\r\n`;
    }
    if (command === 'NOOP') return `* ${messages.length} EXISTS\r\n`;
    if (!command.startsWith('STATUS')) return /^LIST/.test(command) ? undefined : usual(messages, command);
    return isSelected
      ? counted
      : `* STATUS INBOX (MESSAGES ${messages.length} UNSEEN ${messages.length})\r\n`;
  };
  const { client } = await opened(server);
  const list = async () => (await client.listMessages('INBOX', {}, { content: false }, 9)).length;
  expect(await list()).toBe(1);
  messages = [{ uid: 11 }, { uid: 12 }];
  expect(await list()).toBe(2);
  const counts = { total: 2, unread: 2 };
  expect(await client.getFolder('INBOX')).toMatchObject({ counts });
  expect(await list()).toBe(2);
  expect(await client.listFolders({ counts: true })).toMatchObject([{ counts }]);
  expect(await list()).toBe(2);
});

it('folders within a renamed one stay subscribed', async () => {
  let isRenamed = false;
  const { client, server } = await opened((command) => {
    if (command.startsWith('RENAME')) isRenamed = true;
    const name = isRenamed ? 'New' : 'Old';
    const folders = ['INBOX', name, `${name}/In`, `${name}/In/Deep`, `${name}/Unwatched`, 'Older'];
    if (command.startsWith(ALL)) return folders.map((path) => `* LIST () "/" ${path}\r\n`).join('');
    return command.startsWith('LSUB')
      ? [name, `${name}/In`, `${name}/In/Deep`, 'Older'].map((path) => `* LSUB () "/" ${path}\r\n`).join('')
      : undefined;
  });
  expect(await client.renameFolder('Old', 'New')).toMatchObject({ path: 'New' });
  expect(server.commands.filter((one) => /SUBSCRIBE/.test(one))).toEqual([
    ...['SUBSCRIBE New', 'UNSUBSCRIBE Old'],
    ...['SUBSCRIBE New/In', 'UNSUBSCRIBE Old/In'],
    ...['SUBSCRIBE New/In/Deep', 'UNSUBSCRIBE Old/In/Deep'],
  ]);
});

describe('a quota', () => {
  const storage = { used: 102_400, limit: 524_288 };
  it.each([
    ['(STORAGE 100 512)', { storage }],
    ['(storage 100 512)', { storage }],
    ['(STORAGE 100 -1)', {}],
    ['(STORAGE 100 18446744073709551615 MESSAGE 4 10)', { messages: { used: 4, limit: 10 } }],
    ['(STORAGE 100 NIL)', {}],
    ['()', {}],
  ])('%s', async (resources, expected) => {
    const { client } = await opened(
      saying({
        CAPABILITY: '* CAPABILITY IMAP4rev1 QUOTA\r\n',
        GETQUOTAROOT: `* QUOTAROOT INBOX ""\r\n* QUOTA "" ${resources}\r\n`,
      }),
    );
    expect(await client.getQuota('INBOX')).toEqual(expected);
  });
});
