import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import { deliver, mail } from '../../servers/mailbox';
import { ALICE } from '../fixture';
import { commandsOf, numbered, startImapLab, type ImapLab } from './lab';

describe('reading whole messages over IMAP', () => {
  let lab: ImapLab;
  const large = mail({ subject: 'large', attachments: [{ filename: 'a', content: randomBytes(9_000_000) }] });
  beforeAll(async () => {
    lab = await startImapLab();
  });
  afterAll(async () => await lab?.stop());

  const put = async (folder: string, messages: Buffer[]) => {
    deliver(lab.dovecot, ALICE, folder, messages);
    return (await lab.witness.findMessages(folder, {}, Infinity)).reverse();
  };

  it('streams a large one byte for byte, in pieces, marking nothing as read', async () => {
    const [id = ''] = await put('Large', [large]);
    const commands = await commandsOf(lab.wire, async () => {
      const { content, size } = await lab.client.openMessage(id);
      expect(size).toBe(large.length);
      expect((await buffer(content)).equals(large)).toBe(true);
    });
    expect(commands).toEqual(['SELECT', 'UID FETCH', 'UID FETCH', 'UID FETCH']);
    const [message] = await lab.witness.listMessages('Large', {}, { content: false }, 1);
    expect(message?.isRead).toBe(false);
  });

  it('leaves the connection usable when its reader stops early', async () => {
    const [id = ''] = await lab.witness.findMessages('Large', {}, 1);
    const { content } = await lab.client.openMessage(id);
    await once(content, 'readable');
    content.destroy();
    expect(await lab.client.findMessages('Large', {}, 1)).toEqual([id]);
  });

  it('says that a message is gone', async () => {
    const [id = ''] = await put('Gone', [mail()]);
    const absent = id.replace(/UID=\d+$/, 'UID=4000');
    await expect(lab.client.openMessage(absent)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
  });

  it('reads 1,000 small ones in two commands, even with large or missing ones among them', async () => {
    const small = numbered(1000).map((subject) => mail({ subject, text: 'x'.repeat(2000) }));
    const ids = await put('Mixed', [...small, large]);
    const absent = ids[0]!.replace(/UID=\d+$/, 'UID=4000');
    const nowhere = ids[0]!.replace('Mixed', 'Nowhere');
    const read = new Map<string, Buffer | string>();
    const commands = await commandsOf(lab.wire, async () => {
      for await (const [id, message] of lab.client.openMessages([...ids, absent, nowhere, 'nonsense'])) {
        read.set(id, isMailError(message) ? message.code : await buffer(message.content));
      }
    });
    expect(ids.every((id, i) => [...small, large][i]!.equals(read.get(id) as Buffer))).toBe(true);
    expect([absent, nowhere, 'nonsense'].map((id) => read.get(id))).toEqual([
      'MESSAGE_NOT_FOUND',
      'FOLDER_NOT_FOUND',
      'INVALID_INPUT',
    ]);
    // The search shows that the absent one is gone, and was not only left out.
    expect(commands.slice(0, 5)).toEqual(['SELECT', 'UID FETCH', 'UID SEARCH', 'UID FETCH', 'UID FETCH']);
    expect(commands.length).toBeLessThan(14);
  });

  it('frees the connection when the reader stops midway', async () => {
    const ids = await lab.witness.findMessages('Mixed', {}, 3);
    for await (const [, message] of lab.client.openMessages(ids)) {
      expect(isMailError(message)).toBe(false);
      if (!isMailError(message) && (message.size ?? 0) > 1_000_000) break;
    }
    expect(await lab.client.findMessages('Mixed', {}, 3)).toEqual(ids);
  });

  it('lets other work run between two messages', async () => {
    const ids = await lab.witness.findMessages('Mixed', {}, 5);
    const small = ids.slice(1);
    for await (const [id] of lab.client.openMessages(small)) {
      expect((await lab.client.markMessages([id], { isRead: true })).get(id)).toBe(true);
    }
  });
});
