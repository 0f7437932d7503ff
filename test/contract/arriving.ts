import { afterAll, beforeAll, expect, it } from 'vitest';

import type { Cursor, FolderChanges } from '../../mail/model/changes';
import type { MailClient } from '../../mail/model/client';
import { isMailError } from '../../mail/errors';
import { mail } from '../servers/mailbox';
import type { MailLab } from './lab';

/** A cursor is stored with a workflow, for each trigger. Bytes. */
const LONGEST_CURSOR = 64 * 1024;

interface Abilities {
  /** Whether there are folders and flags. POP3 has one folder, and reads and deletes only. */
  folders: boolean;
}

/** How every protocol tells what arrived in a folder. Each test has a folder of its own, where there are folders. */
export function tellsWhatArrived(startLab: () => Promise<MailLab>, { folders }: Abilities): void {
  const itWithFolders = (title: string, work: () => Promise<void>) => {
    if (folders) it(title, work);
  };
  let lab: MailLab;
  let client: MailClient;
  let count = 0;

  const filled = async (...subjects: string[]): Promise<string> => {
    const folder = folders ? `${lab.prefix ?? ''}Arriving${++count}` : lab.inbox;
    await deliver(folder, ...subjects);
    return folder;
  };
  const deliver = async (folder: string, ...subjects: string[]) =>
    await lab.deliver(
      folder,
      subjects.map((subject) => ({ raw: mail({ subject, text: subject }) })),
    );
  const since = async (
    folder: string,
    cursor?: Cursor,
    { limit = 100, from = client }: { limit?: number; from?: MailClient } = {},
  ): Promise<FolderChanges> => {
    const changes = await from.changesSince(folder, cursor, { limit });
    expect(changes.cursor.length).toBeLessThan(LONGEST_CURSOR);
    expect(JSON.parse(changes.cursor)).toBeTypeOf('object');
    return changes;
  };
  const now = async (folder: string): Promise<Cursor> => {
    const { cursor, ...rest } = await since(folder);
    expect(rest).toEqual({ arrived: [], more: false, restarted: false });
    return cursor;
  };
  const subjectsOf = async (ids: readonly string[], from = client): Promise<string[]> => {
    const messages = await from.getMessages(ids, { content: false });
    return ids.map((id) => {
      const message = messages.get(id)!;
      return isMailError(message) ? message.code : message.subject;
    });
  };

  const madeAnew = async (folder: string) => {
    await client.deleteFolder(folder);
    await deliver(folder, 'in the new folder');
  };

  beforeAll(async () => {
    lab = await startLab();
    client = await lab.open();
    // Over POP3, a session that has just begun shows what there was when it began.
    await client.changesSince(lab.inbox, undefined, { limit: 1 });
  });
  afterAll(async () => {
    await client?.close();
    await lab?.stop();
  });

  it('begins with nothing, and then tells of new mail once, oldest first', async () => {
    const folder = await filled('old', 'older');
    const start = await now(folder);
    expect(await since(folder, start)).toMatchObject({ arrived: [], more: false, restarted: false });
    await deliver(folder, 'one', 'two', 'three');
    const { arrived, cursor, ...rest } = await since(folder, start);
    expect(await subjectsOf(arrived)).toEqual(['one', 'two', 'three']);
    expect(rest).toEqual({ more: false, restarted: false });
    expect((await since(folder, cursor)).arrived).toEqual([]);
    await deliver(folder, 'four');
    expect(await subjectsOf((await since(folder, cursor)).arrived)).toEqual(['four']);
    // The old cursor still holds.
    const again = await since(folder, start);
    expect(await subjectsOf(again.arrived)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('begins in an empty folder', async () => {
    const folder = await filled();
    const start = await now(folder);
    await deliver(folder, 'first');
    expect(await subjectsOf((await since(folder, start)).arrived)).toEqual(['first']);
  });

  it('gives no more than the limit at once, and the rest with the next cursors', async () => {
    const folder = await filled('old');
    let cursor = await now(folder);
    const wanted = ['one', 'two', 'three', 'four', 'five'];
    await deliver(folder, ...wanted);
    const found: string[] = [];
    const sizes: number[] = [];
    for (let more = true; more; ) {
      const changes = await since(folder, cursor, { limit: 2 });
      found.push(...changes.arrived);
      sizes.push(changes.arrived.length);
      ({ cursor, more } = changes);
    }
    expect(sizes.filter((size) => size > 0)).toEqual([2, 2, 1]);
    expect((await subjectsOf(found)).sort()).toEqual([...wanted].sort());
    await deliver(folder, 'six');
    expect(await subjectsOf((await since(folder, cursor, { limit: 2 })).arrived)).toEqual(['six']);
  });

  it('leaves out what was deleted before anyone looked, and goes on', async () => {
    const folder = await filled('old');
    const start = await now(folder);
    await deliver(folder, 'gone', 'stays');
    const witness = await lab.open();
    try {
      const all = await witness.listMessages(folder, {}, { content: false }, Infinity);
      const ids = all.filter(({ subject }) => ['old', 'gone'].includes(subject)).map(({ id }) => id);
      await witness.deleteMessages(ids, { permanently: true });
    } finally {
      await witness.close();
    }
    const { arrived, cursor, restarted } = await since(folder, start);
    expect(restarted).toBe(false);
    expect(await subjectsOf(arrived)).toEqual(['stays']);
    await deliver(folder, 'next');
    expect(await subjectsOf((await since(folder, cursor)).arrived)).toEqual(['next']);
  });

  itWithFolders('tells of messages that were moved in or copied, but not of changed flags', async () => {
    const [from, folder] = [await filled('moved', 'copied'), await filled('old')];
    const start = await now(folder);
    const [copied = '', moved = ''] = await client.findMessages(from, {}, 10);
    const [old = ''] = await client.findMessages(folder, {}, 10);
    await client.markMessages([old], { isRead: true, isFlagged: true });
    const { arrived: none, cursor } = await since(folder, start);
    expect(none).toEqual([]);
    await client.moveMessages([moved], folder);
    await client.copyMessages([copied], folder);
    const { arrived } = await since(folder, cursor);
    expect((await subjectsOf(arrived)).sort()).toEqual(['copied', 'moved']);
    await client.markMessages(arrived, { isRead: true });
    await client.markMessages([old], { isRead: false });
    const both = await since(folder, start);
    expect((await subjectsOf(both.arrived)).sort()).toEqual(['copied', 'moved']);
    expect((await since(folder, both.cursor)).arrived).toEqual([]);
  });

  it('goes on from a cursor on another connection', async () => {
    const folder = await filled('old');
    const start = await now(folder);
    await deliver(folder, 'between');
    const other = await lab.open();
    try {
      const { arrived, cursor, restarted } = await since(folder, start, { from: other });
      expect(restarted).toBe(false);
      expect(await subjectsOf(arrived, other)).toEqual(['between']);
      await deliver(folder, 'later');
      const later = await since(folder, cursor, { from: other });
      expect(await subjectsOf(later.arrived, other)).toEqual(['later']);
    } finally {
      await other.close();
    }
  });

  it('starts again from a cursor that cannot be used', async () => {
    const folder = await filled('old');
    const start = await now(folder);
    const unusable = [
      ...[
        '',
        'x',
        'null',
        '[]',
        '{}',
        '"x"',
        '{"imap":{}}',
        '{"pop3":{}}',
        '{"ews":1}',
        '{"graph":{"folder":null}}',
      ],
      start.replace(/\d/g, ''),
      start.slice(0, -5),
      JSON.stringify(JSON.parse(start)).replace(/:"[^"]*"/g, ':"AAAA"'),
    ];
    for (const cursor of unusable) {
      const changes = await since(folder, cursor);
      expect([cursor, changes]).toMatchObject([cursor, { arrived: [], more: false, restarted: true }]);
      expect((await since(folder, changes.cursor)).restarted).toBe(false);
    }
  });

  itWithFolders(
    'starts again with the cursor of another folder, and in a folder that was made anew',
    async () => {
      const [folder, other] = [await filled('old'), await filled('other')];
      const [start, elsewhere] = [await now(folder), await now(other)];
      expect(await since(folder, elsewhere)).toMatchObject({ arrived: [], restarted: true });
      await client.deleteFolder(folder);
      await lab.deliver(folder, [{ raw: mail({ subject: 'new folder' }) }]);
      const changes = await since(folder, start);
      expect(changes).toMatchObject({ arrived: [], more: false, restarted: true });
      await deliver(folder, 'after');
      expect(await subjectsOf((await since(folder, changes.cursor)).arrived)).toEqual(['after']);
    },
  );

  itWithFolders('starts again after the server has lost its memory', async () => {
    const folder = await filled('old');
    const before = await lab.open();
    const { cursor: start } = await since(folder, undefined, { from: before });
    await deliver(folder, 'between');
    await before.close();
    if (lab.loseMemory) await lab.loseMemory(folder);
    else await madeAnew(folder);
    const after = await lab.open();
    try {
      const changes = await since(folder, start, { from: after });
      expect(changes).toMatchObject({ arrived: [], more: false, restarted: true });
      await deliver(folder, 'after');
      const { arrived, restarted } = await since(folder, changes.cursor, { from: after });
      expect(restarted).toBe(false);
      expect(await subjectsOf(arrived, after)).toEqual(['after']);
    } finally {
      await after.close();
    }
  });

  itWithFolders('says that a folder does not exist', async () => {
    const asking = since(`${lab.prefix ?? ''}Nowhere`);
    await expect(asking).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' });
    expect((await since(lab.inbox)).restarted).toBe(false);
  });

  it('loses nothing and repeats nothing while mail keeps arriving', async () => {
    const folder = await filled('old');
    let cursor = await now(folder);
    const sent: string[] = [];
    let isDone = false;
    const sending = (async () => {
      for (let i = 0; i < 30; i++) {
        const subjects = Array.from({ length: 1 + (i % 3) }, (_, n) => `during ${i} ${n}`);
        await deliver(folder, ...subjects);
        sent.push(...subjects);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      isDone = true;
    })();
    const found: string[] = [];
    for (let isLast = false, more = false; !isLast || more; ) {
      isLast = isDone;
      const changes = await since(folder, cursor, { limit: 4 });
      found.push(...changes.arrived);
      ({ cursor, more } = changes);
    }
    await sending;
    expect((await subjectsOf(found)).sort()).toEqual([...sent].sort());
  });
}
