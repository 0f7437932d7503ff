import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it as always } from 'vitest';

import type { MailClient } from '../../mail/model/client';
import { isMailError } from '../../mail/errors';
import { deleteDrafts, getDrafts, listDrafts } from '../../mail/model/drafts';
import type { Message } from '../../mail/model/message';
import { mail } from '../servers/mailbox';
import type { MailLab } from './lab';

interface Abilities {
  /** Whether any word can be a keyword. */
  keywords: boolean;
  /** Whether the server tells the new id of what it has moved or stored. */
  newIds: boolean;
  /** Whether nobody reaches by its id what was deleted for good. */
  forgets?: boolean;
  /** The titles of tests that fail on this server. Each has to fail, so that the list stays true. */
  failing?: readonly string[];
}

/** What every protocol does that can change a mailbox. Each test has a folder of its own. */
export function changesMail(
  startLab: () => Promise<MailLab>,
  { keywords, newIds, forgets = true, failing = [] }: Abilities,
): void {
  const it = (title: string, work: () => Promise<void>) =>
    (failing.includes(title) ? always.fails : always)(title, work);
  let lab: MailLab;
  let client: MailClient;
  let folders = 0;
  /** A folder's path, by its name. */
  const at = (...names: string[]) => (lab.prefix ?? '') + names.join(delimiter);
  let delimiter = '/';

  /** A new folder with messages in it, oldest first. */
  async function filled(...subjects: string[]): Promise<string> {
    const folder = at(`Contract${++folders}`);
    await lab.deliver(
      folder,
      subjects.map((subject) => ({ raw: mail({ subject, text: subject }) })),
    );
    return folder;
  }
  const list = async (folder: string) => await client.listMessages(folder, {}, { content: false }, Infinity);
  const subjects = async (folder: string) => (await list(folder)).map(({ subject }) => subject);
  const ids = async (folder: string) => (await list(folder)).map(({ id }) => id);
  const errors = (outcomes: Map<string, unknown>) =>
    [...outcomes.values()].flatMap((one) => (isMailError(one) ? [one.code] : []));

  beforeAll(async () => {
    lab = await startLab();
    client = await lab.open();
    delimiter = (await client.listFolders({ counts: false }))[0]?.delimiter ?? '/';
  });
  afterAll(async () => {
    await client?.close();
    await lab?.stop();
  });

  it('moves messages, and gives their new ids', async () => {
    const [from, to] = [await filled('one', 'two', 'three'), await filled('other')];
    const moved = await ids(from);
    const outcomes = await client.moveMessages(moved.slice(0, 2), to);
    expect(errors(outcomes)).toEqual([]);
    expect([...outcomes.keys()].sort()).toEqual(moved.slice(0, 2).sort());
    expect(await subjects(from)).toEqual(['one']);
    expect((await subjects(to)).sort()).toEqual(['other', 'three', 'two']);
    if (!newIds) return;
    const newOnes = [...outcomes.values()].map((one) => (isMailError(one) ? '' : (one.id ?? '')));
    const found = await client.getMessages(newOnes, { content: false });
    expect([...found.values()].map((one) => (one as Message).subject).sort()).toEqual(['three', 'two']);
  });

  const itIfForgotten = forgets ? it : always.fails;
  itIfForgotten('says which messages were not there to be moved', async () => {
    const [from, to] = [await filled('stays', 'goes'), await filled('other')];
    const [gone = '', left = ''] = await ids(from);
    await client.deleteMessages([gone], { permanently: true });
    const outcomes = await client.moveMessages([gone, left], to);
    expect(outcomes.get(gone)).toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
    expect(isMailError(outcomes.get(left))).toBe(false);
    expect(await subjects(to)).toHaveLength(2);
  });

  it('refuses labels, which only Gmail has, and changes nothing', async () => {
    const folder = await filled('one');
    for (const labels of [{ addLabels: ['Invoice'] }, { removeLabels: ['Invoice'] }]) {
      const marking = client.markMessages(await ids(folder), { isRead: true, ...labels });
      await expect(marking).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    }
    expect((await list(folder)).map(({ isRead }) => isRead)).toEqual([false]);
  });

  it('moves nothing to a folder that is not there', async () => {
    const from = await filled('one');
    const moving = client.moveMessages(await ids(from), at('Nowhere'));
    await expect(moving).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' });
    expect(await subjects(from)).toEqual(['one']);
  });

  it('copies messages', async () => {
    const [from, to] = [await filled('one', 'two'), await filled()];
    await lab.deliver(to, []);
    expect(errors(await client.copyMessages(await ids(from), to))).toEqual([]);
    expect(await subjects(from)).toHaveLength(2);
    expect((await subjects(to)).sort()).toEqual(['one', 'two']);
  });

  it('deletes to the trash, and from there for good', async () => {
    const folder = await filled('rubbish', 'treasure');
    const [, rubbish = ''] = await ids(folder);
    const outcome = (await client.deleteMessages([rubbish], { permanently: false })).get(rubbish);
    expect(outcome).toMatchObject({ folder: expect.any(String) as string });
    expect(await subjects(folder)).toEqual(['treasure']);
    const inTrash = (await list('\\Trash')).filter(({ subject }) => subject === 'rubbish');
    expect(inTrash).toHaveLength(1);
    const again = await client.deleteMessages([inTrash[0]!.id], { permanently: false });
    expect(again.get(inTrash[0]!.id)).not.toHaveProperty('folder', expect.any(String));
    expect(await subjects('\\Trash')).not.toContain('rubbish');
  });

  it('deletes for good', async () => {
    const folder = await filled('one', 'two', 'three');
    const [first = ''] = await ids(folder);
    expect(errors(await client.deleteMessages([first], { permanently: true }))).toEqual([]);
    expect(await subjects(folder)).toEqual(['two', 'one']);
    expect(await subjects('\\Trash')).not.toContain('three');
  });

  it('marks messages, and leaves all other marks as they are', async () => {
    const folder = await filled('one', 'two');
    const all = await ids(folder);
    const state = async () =>
      (await list(folder)).map(({ isRead, isFlagged, isAnswered }) => [isRead, isFlagged, isAnswered]);
    expect(errors(await client.markMessages(all, { isRead: true, isAnswered: true }))).toEqual([]);
    expect(await state()).toEqual([
      [true, false, true],
      [true, false, true],
    ]);
    await client.markMessages(all.slice(0, 1), { isRead: false, isFlagged: true });
    expect(await state()).toEqual([
      [false, true, true],
      [true, false, true],
    ]);
  });

  (keywords ? it : always.fails)('adds and removes keywords, and finds by them', async () => {
    const folder = await filled('one', 'two');
    const [newest = ''] = await ids(folder);
    await client.markMessages([newest], { addKeywords: ['Invoice', 'Paid'] });
    await client.markMessages([newest], { removeKeywords: ['Paid'] });
    const [message] = await list(folder);
    expect(message?.keywords).toEqual(['Invoice']);
    const found = await client.listMessages(folder, { keyword: ['Invoice'] }, { content: false }, 10);
    expect(found.map(({ subject }) => subject)).toEqual(['two']);
    const others = await client.listMessages(folder, { withoutKeyword: ['Invoice'] }, { content: false }, 10);
    expect(others.map(({ subject }) => subject)).toEqual(['one']);
    const both = await ids(folder);
    const decided = await client.matchMessages(both, { withoutKeyword: ['Invoice'] });
    expect(both.map((id) => decided.get(id))).toEqual([false, true]);
  });

  it('stores a message as it is, with marks and its time', async () => {
    const folder = await filled('other');
    const content = mail({
      subject: 'Stored',
      text: 'äöü',
      headers: { 'Message-ID': '<stored@example.test>' },
    });
    const receivedAt = new Date('2026-10-01T08:00:00Z');
    const { id } = await client.appendMessage(folder, {
      content,
      marks: { isRead: true, isFlagged: true },
      receivedAt,
    });
    const stored = (await list(folder)).find(({ subject }) => subject === 'Stored');
    expect(stored).toMatchObject({
      ...{ isRead: true, isFlagged: true, isDraft: false },
      ...{ messageId: '<stored@example.test>', receivedAt: receivedAt.toISOString() },
    });
    if (newIds) expect(id).toBe(stored?.id);
    expect((await buffer((await client.openMessage(stored!.id)).content)).toString()).toContain('Stored');
  });

  describe('folders', () => {
    it('are listed with their uses and counts, the inbox first', async () => {
      const folder = await filled('one', 'two');
      const [newest = ''] = await ids(folder);
      await client.markMessages([newest], { isRead: true });
      const all = await client.listFolders({ counts: true });
      expect(all[0]).toMatchObject({ specialUse: '\\Inbox' });
      for (const use of ['\\Drafts', '\\Sent', '\\Trash']) {
        expect(all.filter(({ specialUse }) => specialUse === use)).toHaveLength(1);
      }
      expect(all.find(({ path }) => path === folder)).toMatchObject({
        ...{ name: folder.slice(at('').length), selectable: true, counts: { total: 2, unread: 1 } },
      });
    });

    it('are made, found, renamed and deleted', async () => {
      const [first, second] = [at('Größe & Sohn'), at('Partner 🎉')];
      const made = await client.createFolder(first);
      expect(made).toMatchObject({ path: first, name: 'Größe & Sohn' });
      expect(await client.getFolder(first)).toMatchObject({ counts: { total: 0, unread: 0 } });
      await expect(client.createFolder(first)).rejects.toMatchObject({ code: 'FOLDER_EXISTS' });
      const renamed = await client.renameFolder(first, second);
      expect(renamed.path).toBe(second);
      expect(await client.getFolder(first)).toBeUndefined();
      await client.deleteFolder(second);
      expect(await client.getFolder(second)).toBeUndefined();
      await expect(client.deleteFolder(second)).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' });
    });

    it('stay where they are when the new name is taken', async () => {
      for (const one of [['From'], ['To'], ['From', 'a'], ['To', 'b']]) await client.createFolder(at(...one));
      const renaming = client.renameFolder(at('From', 'a'), at('To', 'b'));
      await expect(renaming).rejects.toMatchObject({ code: 'FOLDER_EXISTS' });
      expect(await client.getFolder(at('From', 'a'))).toBeDefined();
      // A folder of the old name in its way is no obstacle.
      await client.createFolder(at('To', 'a'));
      const renamed = await client.renameFolder(at('From', 'a'), at('To', 'c'));
      expect(renamed).toMatchObject({ path: at('To', 'c') });
      expect(await client.getFolder(at('To', 'a'))).toBeDefined();
      expect(await client.getFolder(at('From', 'a'))).toBeUndefined();
      for (const one of ['From', 'To']) await client.deleteFolder(at(one)).catch(() => {});
    });

    it('may have any name', async () => {
      const name = `a <b> & "c" 'd' ]]> ü`;
      const made = await client.createFolder(at(name));
      expect((await client.getFolder(made.path))?.name).toBe(name);
      await lab.deliver(made.path, [{ raw: mail({ subject: 'x' }) }]);
      expect(await subjects(made.path)).toEqual(['x']);
      await client.deleteFolder(made.path);
    });

    it('hold folders', async () => {
      await client.createFolder(at('Parent'));
      const child = await client.createFolder(at('Parent', 'Child'));
      expect(child).toMatchObject({ path: at('Parent', 'Child'), name: 'Child' });
      expect(await client.getFolder(child.path)).toBeDefined();
    });

    it('are emptied for good, and say how much was in them', async () => {
      const folder = await filled('one', 'two', 'three');
      expect(await client.emptyFolder(folder)).toBe(3);
      expect(await subjects(folder)).toEqual([]);
      expect(await subjects('\\Trash')).not.toContain('one');
      expect(await client.emptyFolder(folder)).toBe(0);
    });

    it('are named by their use', async () => {
      const folder = await filled('for the archive');
      const [id = ''] = await ids(folder);
      await client.moveMessages([id], '\\Trash');
      expect(await subjects('\\Trash')).toContain('for the archive');
      expect(await subjects('\\Inbox')).toEqual(await subjects(lab.inbox));
      expect(await client.getFolder('\\Sent')).toMatchObject({ specialUse: '\\Sent' });
    });
  });

  describe('drafts', () => {
    const letter = {
      from: 'alice@example.test',
      to: 'bob@example.test',
      bcc: 'secret@example.test',
      subject: 'Draft',
      text: 'first try',
    };

    it('are saved with their blind recipients, and replaced', async () => {
      const saved = await client.saveDraft(letter);
      const inDrafts = async () => (await list('\\Drafts')).filter(({ subject }) => /^Draft/.test(subject));
      const [draft] = await inDrafts();
      expect(draft).toMatchObject({ isDraft: true, to: [{ address: 'bob@example.test' }] });
      expect(draft?.bcc).toEqual([{ name: '', address: 'secret@example.test' }]);
      if (newIds) expect(saved.id).toBe(draft?.id);
      await client.saveDraft({ ...letter, subject: 'Draft 2' }, { replaces: draft!.id });
      expect((await inDrafts()).map(({ subject }) => subject)).toEqual(['Draft 2']);
    });

    it('stay in their thread', async () => {
      const thread = ['<zero@example.test>', '<one@example.test>'];
      const { id } = await client.saveDraft({
        ...{ ...letter, subject: 'Re: Thread', inReplyTo: '<one@example.test>' },
        references: thread,
      });
      const [found] = (await list('\\Drafts')).filter(({ subject }) => subject === 'Re: Thread');
      if (newIds) expect(id).toBe(found?.id);
      expect(found).toMatchObject({ inReplyTo: '<one@example.test>' });
      const source = (await buffer((await client.openMessage(found!.id)).content)).toString();
      const referenced = /^References:((?:.*|\r?\n[ \t].*)*)/im.exec(source)?.[1];
      expect(referenced?.trim().split(/\s+/)).toEqual(thread);
    });

    it('are listed newest first, given and deleted by id, and nothing else is', async () => {
      const folder = await filled('received');
      const [received = ''] = await ids(folder);
      for (const subject of ['Draft a', 'Draft b', 'Draft c']) await client.saveDraft({ ...letter, subject });
      const found = await listDrafts(client, { content: false }, 2);
      expect(found.map(({ subject, isDraft }) => [subject, isDraft])).toEqual([
        ['Draft c', true],
        ['Draft b', true],
      ]);
      const [c = '', b = ''] = found.map(({ id }) => id);
      const given = await getDrafts(client, [received, c], { content: true });
      expect(given.get(received)).toMatchObject({
        ...{ code: 'INVALID_INPUT', message: 'Draft ID: the message is not a draft' },
      });
      expect(given.get(c)).toMatchObject({ subject: 'Draft c', content: { text: 'first try\n' } });
      const deleted = await deleteDrafts(client, [b, received, c], { permanently: false });
      expect(errors(deleted)).toEqual(['INVALID_INPUT']);
      expect(await subjects(folder)).toEqual(['received']);
      const left = await subjects('\\Drafts');
      expect(left).toContain('Draft a');
      expect(left).not.toContain('Draft b');
      expect((await subjects('\\Trash')).filter((one) => /^Draft [bc]/.test(one)).sort()).toEqual([
        'Draft b',
        'Draft c',
      ]);
      const last = (await listDrafts(client, { content: false }, Infinity)).find(
        ({ subject }) => subject === 'Draft a',
      )!;
      expect(errors(await deleteDrafts(client, [last.id], { permanently: true }))).toEqual([]);
      expect(await subjects('\\Trash')).not.toContain('Draft a');
    });

    it('are all messages in the folder for drafts, also without the mark of a draft', async () => {
      const { path } = (await client.getFolder('\\Drafts'))!;
      const raws = ['Unmarked', 'Unmarked too'].map((subject) => ({ raw: mail({ subject, text: 'x' }) }));
      await lab.deliver(path, raws);
      const listed = async () =>
        (await listDrafts(client, { content: false }, Infinity)).filter(({ subject }) =>
          /^Unmarked/.test(subject),
        );
      const [too, one] = await listed();
      expect([one, too]).toMatchObject([
        { subject: 'Unmarked', isDraft: false },
        { subject: 'Unmarked too', isDraft: false },
      ]);
      const given = await getDrafts(client, [one!.id], { content: false });
      expect(given.get(one!.id)).toMatchObject({ subject: 'Unmarked' });
      await client.saveDraft({ ...letter, subject: 'Unmarked before' }, { replaces: one!.id });
      expect((await listed()).map(({ subject }) => subject)).toEqual(['Unmarked before', 'Unmarked too']);
      expect(errors(await deleteDrafts(client, [too!.id], { permanently: true }))).toEqual([]);
      expect((await listed()).map(({ subject }) => subject)).toEqual(['Unmarked before']);
    });

    it('replace only drafts, and only drafts can be sent as drafts', async () => {
      const folder = await filled('received');
      const [received = ''] = await ids(folder);
      const replacing = client.saveDraft({ ...letter, subject: 'Draft 3' }, { replaces: received });
      await expect(replacing).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      const sending = client.sendDraft(received, { saveToSent: 'automatic' });
      await expect(sending).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(await subjects(folder)).toEqual(['received']);
      expect(await subjects('\\Drafts')).not.toContain('Draft 3');
    });
  });

  describe('waiting', () => {
    it('notices new messages, also those that arrive between two waits', async () => {
      const folder = await filled('old');
      const waiter = await lab.open();
      try {
        const before = await waiter.waitForChanges(folder, undefined, { timeout: 1000 });
        await lab.deliver(folder, [{ raw: mail({ subject: 'between' }) }]);
        const after = await waiter.waitForChanges(folder, before, { timeout: 10_000 });
        expect(after).not.toBe(before);
        const waiting = waiter.waitForChanges(folder, after, { timeout: 10_000 });
        await lab.deliver(folder, [{ raw: mail({ subject: 'during' }) }]);
        expect(await waiting).not.toBe(after);
      } finally {
        await waiter.close();
      }
    });

    it('ends when the time is up, and when it is cancelled', async () => {
      const folder = await filled('old');
      const waiter = await lab.open();
      try {
        const state = await waiter.waitForChanges(folder, undefined, { timeout: 1000 });
        const started = Date.now();
        expect(await waiter.waitForChanges(folder, state, { timeout: 500 })).toBe(state);
        expect(Date.now() - started).toBeGreaterThan(400);
        const signal = AbortSignal.timeout(300);
        await waiter.waitForChanges(folder, state, { timeout: 20_000, signal }).catch(() => {});
        expect(Date.now() - started).toBeLessThan(3000);
      } finally {
        await waiter.close();
      }
    });
  });
}
