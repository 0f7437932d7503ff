import { describe, expect, it } from 'vitest';

import { openClient } from '../../../mail/session/open-client';
import { CYRUS_ADMIN, CYRUS_LIMITS, startCyrus } from '../../servers/debian/cyrus';
import { PASSWORD } from '../../servers/debian/mail-server';
import { mail } from '../../servers/mailbox';
import { RawImap } from '../../servers/raw-imap';
import { onServer } from './contract';
import { failureOf, fill, tellsMadeFolders, withClient } from './faults';
import { settingsOf } from './lab';

const cyrus = onServer(startCyrus, CYRUS_LIMITS);

const administer = async (command: string) => {
  const admin = await RawImap.open(cyrus().ports.imap, CYRUS_ADMIN, PASSWORD);
  await admin.ok(command);
  await admin.close();
};
const allow = async (folder: string, rights: string) =>
  await administer(`SETACL "user/alice/${folder}@example.test" "alice@example.test" ${rights}`);
const all = { content: false };

describe('the quota', () => {
  const setQuota = async (limits: string) =>
    await administer(`SETQUOTA "user/alice@example.test" (${limits})`);
  const quotaOf = async (folder: string) =>
    await withClient(cyrus(), async (client) => await client.getQuota(folder));

  it('is given for the mailbox, and empty where none is set', async () => {
    const folder = await fill(cyrus(), 'Counted', 'one', 'two');
    expect(await quotaOf(folder)).toEqual({});
    await setQuota('STORAGE 5000 MESSAGE 500');
    try {
      const { storage, messages } = await quotaOf(folder);
      expect(storage?.limit).toBe(5000 * 1024);
      expect(messages?.limit).toBe(500);
      expect(messages?.used).toBeGreaterThanOrEqual(2);
    } finally {
      await setQuota('');
    }
  });
});

describe('in its own way', () => {
  // RFC 3501 has numbers of 32 bits, and Cyrus hangs up on a larger one.
  it('finds nothing when asked for messages larger than any', async () => {
    const folder = await fill(cyrus(), 'Large', 'one');
    await withClient(cyrus(), async (client) => {
      expect(await client.findMessages(folder, { largerThan: 5_000_000_000 }, 10)).toEqual([]);
      expect(await client.check()).toBe(true);
    });
  });

  tellsMadeFolders(cyrus, ['Dou//ble', 'Inbox/x']);

  // RFC 4314: who may mark and not remove leaves no mark behind.
  it('removes the deleted mark again when it may not delete the message', async () => {
    const folder = await fill(cyrus(), 'Kept', 'one');
    await allow('Kept', 'lrswit');
    await withClient(cyrus(), async (client) => {
      const [id = ''] = await client.findMessages(folder, {}, 1);
      const outcome = (await client.deleteMessages([id], { permanently: true })).get(id);
      expect(outcome).toMatchObject({ code: 'SERVER_REFUSED' });
    });
    const raw = await cyrus().raw('alice');
    await raw.ok(`SELECT ${folder}`);
    expect((await raw.ok('FETCH 1 FLAGS'))[0]).not.toContain('\\Deleted');
    await raw.close();
  });

  // An error names what it is about.
  it.each([
    ['a name that the server does not take', 'a"b', 'lrswipkxte', 'create'],
    ['a folder that may not be read', 'Closed', 'l', 'list'],
    ['a folder that takes no messages', 'Full', 'lrs', 'append'],
  ] as const)('names %s', async (_, name, rights, work) => {
    if (work !== 'create') {
      await fill(cyrus(), name, 'one');
      await allow(name, rights);
    }
    await withClient(cyrus(), async (client) => {
      const works = {
        create: async () => await client.createFolder(name),
        list: async () => await client.listMessages(name, {}, all, 1),
        append: async () => await client.appendMessage(name, { content: mail(), marks: {} }),
      };
      expect((await failureOf(works[work]())).message).toContain(name);
    });
  });

  it('says that a mailbox is full, and which folder was meant', async () => {
    const folder = await fill(cyrus(), 'Quota');
    await administer('SETQUOTA "user/alice@example.test" (STORAGE 100)');
    try {
      await withClient(cyrus(), async (client) => {
        const content = Buffer.concat([mail(), Buffer.alloc(200_000, 'x\r\n')]);
        const { message } = await failureOf(client.appendMessage(folder, { content, marks: {} }));
        expect(message).toContain(folder);
        expect(message).toMatch(/quota/i);
      });
    } finally {
      await administer('SETQUOTA "user/alice@example.test" ()');
    }
  });

  // What answers is no IMAP server, and no silent one either.
  it('says that a POP3 server answers where IMAP was expected', async () => {
    const { pop3 } = cyrus().ports;
    const settings = settingsOf(
      cyrus(),
      'imap',
      'alice',
      { port: pop3, security: 'none' },
      { connect: 2000 },
    );
    const failure = await failureOf(openClient(settings));
    expect(failure.code).toBe('NOT_A_MAIL_SERVER');
  });

  // Cyrus sends EXPUNGE for each message of a folder that another program deletes.
  it('says that a folder is gone that another program has deleted', async () => {
    const folder = await fill(cyrus(), 'Gone', 'one');
    await withClient(cyrus(), async (client) => {
      expect(await client.listMessages(folder, {}, all, 10)).toHaveLength(1);
      const raw = await cyrus().raw('alice');
      await raw.ok(`DELETE ${folder}`);
      await raw.close();
      expect((await failureOf(client.listMessages(folder, {}, all, 10))).code).toBe('FOLDER_NOT_FOUND');
    });
  });
});
