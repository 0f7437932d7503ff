import { describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { openClient } from '../../../mail/session/open-client';
import { fetched, hangUp, silence, type ImapAnswers } from '../../servers/scripted-imap';
import { cleanUp, opened, scripted, scriptedSettings } from './scripted-lab';

// What servers say over IMAP about folders, by the numbers of the field's dialogues.

cleanUp();

const ONE = [{ uid: 11 }];
const COUNTS = { counts: true };
const paths = async (client: MailClient) =>
  (await client.listFolders({ counts: false })).map(({ path }) => path);

/** By the beginning of the command. */
const saying =
  (answers: Record<string, string | typeof hangUp>): ImapAnswers =>
  (command) =>
    Object.entries(answers).find(([start]) => command.startsWith(start))?.[1];

const lines = (...names: string[]) => ['INBOX', ...names].map((name) => `* LIST () "/" ${name}\r\n`).join('');

describe('7. Attributes of folders in different upper and lower case', () => {
  it('folders that hold no messages are not selectable, and no STATUS is sent for them', async () => {
    const list =
      '* LIST (\\HASNOCHILDREN) "/" INBOX\r\n* LIST (\\NoSelect \\HasChildren) "/" "Shared Folders"\r\n' +
      '* LIST (\\NOSELECT) "/" "Upper"\r\n* LIST (\\NONEXISTENT) "/" Gone\r\n* LIST (\\SENT) "/" Gesendetes\r\n';
    const { client, server } = await opened(
      saying({ 'LIST "" "*"': list, STATUS: '* STATUS x (MESSAGES 3 UNSEEN 1)\r\n' }),
    );
    const folders = await client.listFolders(COUNTS);
    expect(folders.map(({ path, selectable, specialUse }) => [path, selectable, specialUse])).toEqual([
      ['INBOX', true, '\\Inbox'],
      ['Gesendetes', true, '\\Sent'],
      ['Gone', false, undefined],
      ['Shared Folders', false, undefined],
      ['Upper', false, undefined],
    ]);
    const asked = server.commands.filter((one) => one.startsWith('STATUS'));
    expect(asked.map((one) => one.split(' ')[1])).toEqual(['INBOX', 'Gesendetes']);
  });
});

// Courier lists the inbox in this way as soon as there are folders in it.
it('the inbox can be selected, whatever its attributes are', async () => {
  const list = '* LIST (\\Noselect \\HasChildren) "." INBOX\r\n* LIST (\\HasNoChildren) "." INBOX.Work\r\n';
  const { client } = await opened(
    saying({ 'LIST "" "*"': list, STATUS: '* STATUS INBOX (MESSAGES 3 UNSEEN 1)\r\n' }),
  );
  const inbox = { path: 'INBOX', selectable: true };
  expect(await client.listFolders({ counts: false })).toMatchObject([inbox, { path: 'INBOX.Work' }]);
  expect(await client.getFolder('INBOX')).toMatchObject({ ...inbox, counts: { total: 3, unread: 1 } });
});

describe('9. Folder names that are not valid modified UTF-7', () => {
  const utf8 = (text: string) => Buffer.from(text).toString('latin1');
  const NAMES: Array<[shown: string, written: string]> = [
    ['R&D', 'R&D'],
    ['Q&A 2026', 'Q&A 2026'],
    ['Gelöscht', utf8('Gelöscht')],
    ['Entwürfe', 'Entw&APw-rfe'],
    ['A&B', 'A&-B'],
    ['Möbel', 'M\xf6bel'],
    ['Tom &- Jerry/Ende&', 'Tom &- Jerry/Ende&'],
  ];
  const LIST = lines(...NAMES.map(([, written]) => `"${written}"`));
  const ONLY: ImapAnswers = (command) => {
    if (/^LIST "" (?!"")/.test(command)) return LIST;
    const [, name = ''] =
      /^(?:SELECT|APPEND|DELETE|RENAME|UID (?:COPY|MOVE) \d+) ("[^"]*"|[^ ]+)/.exec(command) ?? [];
    const isKnown =
      name === '' || name === 'INBOX' || NAMES.some(([, written]) => name.replace(/"/g, '') === written);
    return isKnown ? undefined : 'NO [TRYCREATE] no such mailbox';
  };

  it('are shown as people wrote them', async () => {
    const { client } = await opened(saying({ 'LIST "" "*"': LIST }));
    expect((await paths(client)).sort()).toEqual(['INBOX', ...NAMES.map(([shown]) => shown)].sort());
  });

  it.each(NAMES)('%s: every command gets the same bytes that LIST gave', async (shown, written) => {
    const { client, server } = await opened(ONLY, ONE);
    // Not listed before, as in a run that has the folder's name from elsewhere.
    const [message] = await client.listMessages(shown, {}, { content: false }, 1);
    expect(message).toMatchObject({ folder: shown });
    expect((await client.getMessages([message!.id], { content: false })).get(message!.id)).toMatchObject({
      subject: 'Number 11',
    });
    await client.appendMessage(shown, { content: Buffer.from('Subject: x\r\n\r\n'), marks: {} });
    const inbox = 'INBOX;UIDVALIDITY=7/;UID=11';
    expect((await client.copyMessages([inbox], shown)).get(inbox)).toMatchObject({ folder: shown });
    await client.deleteFolder(shown);
    // The script lists no folder of the new name, which is an error; the command is what counts here.
    await expect(client.renameFolder(shown, 'New')).rejects.toMatchObject({ name: 'MailError' });
    const last = (name: string) => server.commands.filter((one) => one.startsWith(name)).at(-1) ?? '';
    expect(
      server.commands.filter((one) => one.startsWith('SELECT')).some((one) => one.includes(written)),
    ).toBe(true);
    for (const name of ['APPEND', 'UID COPY', 'DELETE', 'RENAME']) expect(last(name)).toContain(written);
  });
});

describe('a folder that is not there', () => {
  const missing = { code: 'FOLDER_NOT_FOUND', message: expect.stringContaining('"Nope"') as string };

  it.each(['NO Mailbox does not exist', 'NO UID COPY [TRYCREATE] failed', 'NO [NONEXISTENT] none'])(
    'is named in the error, with a response code or without: %s',
    async (refusal) => {
      const id = 'INBOX;UIDVALIDITY=7/;UID=11';
      const refused = { 'SELECT Nope': refusal, 'APPEND Nope': refusal, 'UID COPY 11 Nope': refusal };
      const { client } = await opened(saying({ ...refused, 'LIST "" "Nope"': '', 'LIST "" Nope': '' }), ONE);
      await expect(client.listMessages('Nope', {}, { content: false }, 1)).rejects.toMatchObject(missing);
      const message = { content: Buffer.from('Subject: x\r\n\r\n'), marks: {} };
      await expect(client.appendMessage('Nope', message)).rejects.toMatchObject(missing);
      await expect(client.copyMessages([id], 'Nope')).rejects.toMatchObject(missing);
    },
  );

  it.each([
    ['NO [NOPERM] Permission denied', /may not do it in the folder "There"/],
    ['NO Permission denied', /may not do it in the folder "There"/],
    ['NO [OVERQUOTA] Quota exceeded', /mailbox is full/],
    ['NO Over quota', /mailbox is full/],
    ['NO [UNAVAILABLE] Try later', /temporary/],
    ['NO [SERVERBUG] oops', /its administrator/],
  ])('is not reported as missing when the server only refuses access: %s', async (refusal, description) => {
    const { client } = await opened(
      saying({ SELECT: refusal, APPEND: refusal, 'LIST "" ': lines('There') }),
      ONE,
    );
    const error = {
      code: 'SERVER_REFUSED',
      message: expect.stringContaining('"There"') as string,
      description: expect.stringMatching(description) as string,
    };
    await expect(client.listMessages('There', {}, { content: false }, 1)).rejects.toMatchObject(error);
    const message = { content: Buffer.from('Subject: x\r\n\r\n'), marks: {} };
    await expect(client.appendMessage('There', message)).rejects.toMatchObject(error);
  });

  it('a refused LIST does not mean that the folder is missing', async () => {
    const { client } = await opened(saying({ LIST: 'NO [SERVERBUG] oops' }));
    await expect(client.getFolder('Box')).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    await expect(client.listFolders(COUNTS)).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
  });

  it('a selected folder that another client has deleted is missing, not empty', async () => {
    let isThere = true;
    const { client } = await opened((command) => {
      if (command === 'NOOP' && !isThere) return '* 1 EXPUNGE\r\n';
      if (command.startsWith('SELECT Box') && !isThere) return 'NO [NONEXISTENT] gone';
      return undefined;
    }, ONE);
    expect(await client.listMessages('Box', {}, { content: false }, 9)).toHaveLength(1);
    isThere = false;
    await expect(client.listMessages('Box', {}, { content: false }, 9)).rejects.toMatchObject({
      code: 'FOLDER_NOT_FOUND',
    });
  });
});

describe('a folder that the server creates under another name, or not at all', () => {
  it.each([
    ['Dou//ble', 'Dou/ble'],
    ['Inbox/x', 'INBOX/x'],
    ['AtEnd/', 'AtEnd'],
    ['Cafe\u0301', 'Caf&AOk-', 'Caf\u00e9'],
  ])('created as %s, is returned under the name that LIST gives', async (path, written, shown = written) => {
    const { client } = await opened(saying({ 'LIST "" "*"': lines(`"${written}"`) }));
    expect(await client.createFolder(path)).toMatchObject({ path: shown });
  });

  it('that is missing after an OK is an error', async () => {
    const { client } = await opened(saying({ 'LIST "" "*"': lines('Other') }));
    const error = { code: 'SERVER_REFUSED', message: expect.stringContaining('"Box"') as string };
    await expect(client.createFolder('Box')).rejects.toMatchObject(error);
    await expect(client.renameFolder('Other', 'Box')).rejects.toMatchObject(error);
    await expect(client.renameFolder('Nothing', 'Box')).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' });
  });

  it('whose name lacks the prefix of the namespace is refused with the right name', async () => {
    const { client } = await opened(
      saying({
        CAPABILITY: '* CAPABILITY IMAP4rev1 NAMESPACE\r\n',
        NAMESPACE: '* NAMESPACE (("INBOX." ".")) NIL NIL\r\n',
        CREATE: 'NO Invalid mailbox name',
        'LIST "" "*"': '* LIST () "." INBOX\r\n',
      }),
    );
    await expect(client.createFolder('Box')).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      description: expect.stringContaining('try "INBOX.Box"') as string,
    });
  });
});

// RFC 5530 section 3.
it.each([
  ['HASCHILDREN', /holds other folders/, /Delete those folders first/],
  ['INUSE', /is in use/, /Try again later/],
])('a folder that is not deleted with [%s] gives the reason', async (code, message, description) => {
  const { client } = await opened(saying({ 'LIST "" "*"': lines('Box'), DELETE: `NO [${code}] not now` }));
  await expect(client.deleteFolder('Box')).rejects.toMatchObject({
    ...{ code: 'SERVER_REFUSED', message: expect.stringMatching(message) as string },
    description: expect.stringMatching(description) as string,
  });
});

describe('a change of folders during which the connection is lost', () => {
  const listed = { 'LIST "" "*"': lines('Box', 'New') };

  it('before the answer has an unknown outcome', async () => {
    for (const [command, work] of [
      ['CREATE', async (client: MailClient) => await client.createFolder('New')],
      ['RENAME', async (client: MailClient) => await client.renameFolder('Box', 'New')],
      ['DELETE', async (client: MailClient) => await client.deleteFolder('Box')],
    ] as const) {
      const { client } = await opened(saying({ ...listed, [command]: hangUp }));
      await expect(work(client)).rejects.toMatchObject({ code: 'CHANGE_UNCERTAIN' });
    }
  });

  it('after the answer is done', async () => {
    const created = await opened(saying({ 'LIST "" "*"': hangUp }));
    expect(await created.client.createFolder('New')).toMatchObject({ path: 'New' });
    const renamed = await opened(saying({ ...listed, SUBSCRIBE: hangUp }));
    expect(await renamed.client.renameFolder('Box', 'New')).toMatchObject({ path: 'New' });
    const deleted = await opened(saying({ ...listed, UNSUBSCRIBE: hangUp }));
    expect(await deleted.client.deleteFolder('Box')).toBeUndefined();
  });

  it('before the command is not done', async () => {
    const { client } = await opened(saying({ ...listed, SELECT: hangUp }), ONE);
    await client.listFolders({ counts: false });
    await expect(client.listMessages('Box', {}, { content: false }, 1)).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    });
    await expect(client.deleteFolder('Box')).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it.each(['UID STORE', 'UID SEARCH', 'NOOP'])(
    'at %s, when a draft has been saved to replace another, leaves both',
    async (command) => {
      let isSaved = false;
      const { client } = await opened(
        (line) => {
          if (line.startsWith('APPEND')) isSaved = true;
          if (isSaved && line.startsWith(command)) return hangUp;
          return line.startsWith('LIST "" "*"')
            ? lines('Box').replace('() "/" Box', '(\\Drafts) "/" Box')
            : undefined;
        },
        [{ uid: 11, flags: '\\Draft' }],
      );
      const draft = { from: 'ada@example.test', subject: 'x' };
      await expect(
        client.saveDraft(draft, { replaces: 'INBOX;UIDVALIDITY=7/;UID=11' }),
      ).rejects.toMatchObject({
        code: 'CHANGE_UNCERTAIN',
        message: expect.stringContaining('new draft was saved') as string,
      });
    },
  );
});

it('a deletion without the right to expunge removes its mark again', async () => {
  const { client, server } = await opened(saying({ EXPUNGE: 'NO [NOPERM] Permission denied' }), ONE);
  const id = 'INBOX;UIDVALIDITY=7/;UID=11';
  expect((await client.deleteMessages([id], { permanently: true })).get(id)).toMatchObject({
    code: 'SERVER_REFUSED',
  });
  const stores = server.commands.filter((one) => /STORE/.test(one));
  expect(stores).toEqual([
    expect.stringMatching(/\+FLAGS.*Deleted/) as string,
    expect.stringMatching(/-FLAGS.*Deleted/) as string,
  ]);
  await expect(client.emptyFolder('INBOX')).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
  expect(server.commands.filter((one) => /STORE/.test(one)).at(-1)).toMatch(/1:1 -FLAGS/);
});

it.each([5_000_000_000, 0xffffffff + 0.5])('sizes fit into 32 bits: %d', async (size) => {
  const { client, server } = await opened(() => undefined, ONE);
  // The server is asked for what it can say, and what it finds is looked at.
  expect(await client.findMessages('INBOX', { largerThan: size }, 10)).toEqual([]);
  expect(server.commands).toContain('UID SEARCH LARGER 2147483647');
  await client.findMessages('INBOX', { smallerThan: size }, 10);
  expect(server.commands.at(-1)).not.toMatch(/SMALLER/);
});

describe('a server that answers without limits', () => {
  it('counts messages that it does not give: an error', async () => {
    const { client, server } = await opened(
      saying({ SELECT: '* 4294967295 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n', FETCH: 'OK done' }),
    );
    const query = { hasAttachments: true };
    const error = { code: 'SERVER_REFUSED', message: expect.stringContaining('gives none') as string };
    await expect(client.listMessages('INBOX', query, { content: false }, 5)).rejects.toMatchObject(error);
    await expect(client.findMessages('INBOX', query, 5)).rejects.toMatchObject(error);
    expect(server.commands.filter((one) => /FETCH/.test(one)).length).toBeLessThan(10);
  });

  it('repeats a message over and over: it is listed once', async () => {
    const again = fetched(1, { uid: 11 });
    const { client } = await opened(saying({ FETCH: again.repeat(500) }), ONE);
    expect(await client.listMessages('INBOX', {}, { content: false }, 5)).toHaveLength(1);
  });

  it('gives ids for billions of copies: they are ignored', async () => {
    const copyUid = 'OK [COPYUID 9 1:4294967295 1:4294967295] done';
    const { client } = await opened(saying({ 'UID COPY': copyUid }), ONE);
    const id = 'INBOX;UIDVALIDITY=7/;UID=11';
    expect((await client.copyMessages([id], 'Box')).get(id)).toEqual({ folder: 'Box' });
  });

  it.each([
    ['a line', 'x'.repeat(33 * 1024 * 1024)],
    ['a literal', 'BODY[] {2000000000}\r\n'],
  ])('announces %s without end: an error', async (_, item) => {
    // 33 MB take longer than a second on a busy machine.
    const { client } = await opened(saying({ FETCH: `* 1 FETCH (UID 11 ${item}` }), ONE, 20_000);
    await expect(client.listMessages('INBOX', {}, { content: false }, 5)).rejects.toMatchObject({
      code: 'NOT_A_MAIL_SERVER',
    });
    expect(client.usable).toBe(false);
  });
});

it.each([
  ['+OK Dovecot ready.\r\n', /a POP3 server answered: \+OK Dovecot ready/],
  ['220 mx.example.test ESMTP Postfix\r\n', /an SMTP server answered: 220 mx/],
  ['HTTP/1.1 400 Bad Request\r\n', /a web server answered/],
])('another protocol is recognized by its greeting, at once: %j', async (greeting, message) => {
  const server = await scripted(() => silence, [], greeting);
  const settings = scriptedSettings(server.port);
  const started = Date.now();
  const patient = { ...settings, timeouts: { ...settings.timeouts, connect: 20_000 } };
  await expect(openClient(patient)).rejects.toMatchObject({
    code: 'NOT_A_MAIL_SERVER',
    message: expect.stringMatching(message) as string,
  });
  expect(Date.now() - started).toBeLessThan(10_000);
});
