import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { commandsOf, cutAt, startImapLab, without, type ImapLab } from './lab';

describe('folders over IMAP', () => {
  let lab: ImapLab;
  beforeAll(async () => {
    lab = await startImapLab();
  });
  afterAll(async () => await lab?.stop());

  it('are listed with their counts in one command', async () => {
    await lab.fill('Counted', ['one', 'two']);
    await lab.fill('Counted', ['read'], { read: true });
    const commands = await commandsOf(lab.wire, async () => {
      const folders = await lab.client.listFolders({ counts: true });
      expect(folders[0]).toMatchObject({ path: 'INBOX', specialUse: '\\Inbox', delimiter: '/' });
      const paths = folders.slice(1).map(({ path }) => path);
      expect(paths).toEqual([...paths].sort((a, b) => a.localeCompare(b)));
      expect(folders.find(({ path }) => path === 'Counted')).toEqual({
        ...{ path: 'Counted', name: 'Counted', delimiter: '/', selectable: true },
        counts: { total: 3, unread: 2 },
      });
    });
    expect(commands).toEqual(['LIST']);
    const [inbox] = await lab.client.listFolders({ counts: false });
    expect(inbox).not.toHaveProperty('counts');
  });

  it.each([
    'Ärger & Söhne',
    '日本語',
    '🎉 party',
    '&',
    'a&-b',
    'with "quotes" and \\',
    'with % and *',
    ' space ',
  ])('keep the name %j', async (name) => {
    const made = await lab.client.createFolder(name);
    expect(made).toEqual({ path: name, name, delimiter: '/', selectable: true });
    const [id = ''] = await lab.fill('Source', ['to be moved']);
    expect((await lab.client.moveMessages([id], name)).get(id)).toMatchObject({ folder: name });
    expect((await lab.client.getFolder(name))?.counts).toEqual({ total: 1, unread: 1 });
    const [message] = await lab.client.listMessages(name, {}, { content: true }, 1);
    expect(message?.subject).toBe('to be moved');
    expect((await lab.client.renameFolder(name, `${name}2`)).path).toBe(`${name}2`);
    expect(await lab.subjects(`${name}2`)).toEqual(['to be moved']);
    await lab.client.deleteFolder(`${name}2`);
    expect(await lab.client.getFolder(`${name}2`)).toBeUndefined();
  });

  it('say what is wrong with a name', async () => {
    await lab.client.createFolder('There');
    const { client } = lab;
    await expect(client.createFolder('There')).rejects.toMatchObject({ code: 'FOLDER_EXISTS' });
    await expect(client.renameFolder('There', 'Trash')).rejects.toMatchObject({ code: 'FOLDER_EXISTS' });
    await expect(client.renameFolder('Not there', 'New')).rejects.toMatchObject({
      code: 'FOLDER_NOT_FOUND',
      message: expect.stringContaining('"Not there"') as string,
    });
    await expect(client.deleteFolder('Not there')).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' });
    await expect(client.emptyFolder('Not there')).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' });
    for (const name of ['', '\\Trash', 'a\r\nA1 LOGOUT']) {
      await expect(client.createFolder(name)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    await expect(client.createFolder('a//b')).rejects.toMatchObject({ name: 'MailError' });
    await expect(client.deleteFolder('inbox')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'Folder: the inbox cannot be deleted',
    });
    await expect(client.renameFolder('\\Inbox', 'Old')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await client.getFolder('\\All')).toBeUndefined();
  });

  it('keep their messages and subfolders when they are renamed, even while they are selected', async () => {
    await lab.client.createFolder('Old/Inner');
    const [id = ''] = await lab.fill('Old/Inner', ['inner']);
    await lab.client.markMessages([id], { isRead: true });
    await lab.markAllDeleted('Old/Inner');
    expect(await lab.client.renameFolder('Old', 'New')).toMatchObject({ path: 'New' });
    expect(await lab.subjects('New/Inner')).toEqual(['inner']);
    await expect(lab.client.listMessages('Old/Inner', {}, { content: false }, 1)).rejects.toMatchObject({
      code: 'FOLDER_NOT_FOUND',
    });
    await lab.client.deleteFolder('New/Inner');
  });

  it('are emptied with two commands, and say how much was in them', async () => {
    await lab.fill('Full', ['one', 'two', 'three']);
    const commands = await commandsOf(lab.wire, async () => {
      expect(await lab.client.emptyFolder('Full')).toBe(3);
    });
    expect(commands).toEqual(['SELECT', 'STORE', 'EXPUNGE']);
    expect(await lab.client.emptyFolder('Full')).toBe(0);
    const client = await lab.open();
    await lab.fill('Full', ['four']);
    cutAt(lab.wire, /^EXPUNGE/);
    await expect(client.emptyFolder('Full')).rejects.toMatchObject({ code: 'CHANGE_UNCERTAIN' });
  });

  it('that another client renamed are found again by their use', async () => {
    const client = await lab.open();
    expect(await client.listMessages('\\Archive', {}, { content: false }, 1)).toEqual([]);
    await lab.witness.createFolder('Elsewhere');
    await lab.witness.deleteFolder('Archive');
    await lab.witness.createFolder('Archives');
    await client.listMessages('INBOX', {}, { content: false }, 1);
    await client.listMessages('\\Archive', {}, { content: false }, 1).catch(() => {});
    expect(await client.listMessages('\\Archive', {}, { content: false }, 1)).toEqual([]);
    await client.close();
  });
});

it('folders are named as the server names them, where it has a prefix and dots', async () => {
  const lab = await startImapLab({ extraConfig: 'namespace inbox {\n prefix = INBOX.\n separator = .\n}' });
  expect(await lab.client.createFolder('INBOX.Projects.2026')).toMatchObject({
    ...{ path: 'INBOX.Projects.2026', name: '2026', delimiter: '.' },
  });
  const paths = (await lab.client.listFolders({ counts: true })).map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['INBOX', 'INBOX.Projects', 'INBOX.Sent']));
  expect(await lab.client.getFolder('\\Sent')).toMatchObject({ path: 'INBOX.Sent' });
  await expect(lab.client.createFolder('Projects')).rejects.toMatchObject({ name: 'MailError' });
  await expect(lab.client.createFolder('INBOX.a/b')).rejects.toMatchObject({ name: 'MailError' });
  await lab.stop();
});

it('counts also work on a server without LIST-STATUS', async () => {
  const lab = await startImapLab(without('LIST-STATUS', 'LIST-EXTENDED', 'SPECIAL-USE'));
  await lab.fill('Counted', ['one']);
  const folders = await lab.client.listFolders({ counts: true });
  expect(folders.find(({ path }) => path === 'Counted')?.counts).toEqual({ total: 1, unread: 1 });
  expect(folders.find(({ specialUse }) => specialUse === '\\Trash')?.path).toBe('Trash');
  await lab.stop();
});
