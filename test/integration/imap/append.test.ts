import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Message } from '../../../mail/model/message';
import { mail } from '../../servers/mailbox';
import { commandsOf, cutAt, startImapLab, type ImapLab } from './lab';

describe('storing messages over IMAP', () => {
  let lab: ImapLab;
  beforeAll(async () => {
    lab = await startImapLab({ extraConfig: 'protocol imap {\n imap_capability = +APPENDLIMIT=100000\n}' });
  });
  afterAll(async () => await lab?.stop());

  const source = async (id: string) => await buffer((await lab.witness.openMessage(id)).content);

  it('stores one message with one command, and gives its id', async () => {
    const content = mail({ subject: 'Stored', text: 'x'.repeat(50_000) });
    const receivedAt = new Date('2026-10-01T08:00:00Z');
    const marks = { isRead: true, isDraft: true, addKeywords: ['Invoice'] };
    let id = '';
    const commands = await commandsOf(lab.wire, async () => {
      const stored = await lab.client.appendMessage('Archive', { content, marks, receivedAt });
      expect(stored.folder).toBe('Archive');
      id = stored.id!;
    });
    expect(commands).toEqual(['APPEND']);
    const message = (await lab.witness.getMessages([id], { content: false })).get(id) as Message;
    expect(message).toMatchObject({
      ...{ subject: 'Stored', isRead: true, isFlagged: false, isDraft: true, keywords: ['Invoice'] },
      receivedAt: receivedAt.toISOString(),
    });
    expect((await source(id)).equals(content)).toBe(true);
  });

  it('gives a file from Unix the line ends of mail, and changes nothing else', async () => {
    const content = Buffer.from('Subject: \xff\nX: 1\r\n\nbody\r\rend\n', 'latin1');
    const { id = '' } = await lab.client.appendMessage('Archive', { content, marks: {} });
    expect((await source(id)).toString('latin1')).toBe('Subject: \xff\r\nX: 1\r\n\r\nbody\r\rend\r\n');
  });

  it.each(['', 'no header', '\r\nSubject: late', '{"json": true}'])('refuses %j', async (text) => {
    const storing = lab.client.appendMessage('Archive', { content: Buffer.from(text), marks: {} });
    await expect(storing).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('refuses a message that is larger than the server accepts, before sending it', async () => {
    const content = mail({ text: 'x'.repeat(200_000) });
    const commands = await commandsOf(lab.wire, async () => {
      await expect(lab.client.appendMessage('Archive', { content, marks: {} })).rejects.toMatchObject({
        code: 'SERVER_REFUSED',
        message: expect.stringMatching(/bytes, which is more than the server stores/) as string,
      });
    });
    expect(commands).toEqual([]);
  });

  it('names the folder that is not there', async () => {
    const storing = lab.client.appendMessage('Nowhere', { content: mail(), marks: {} });
    await expect(storing).rejects.toMatchObject({
      code: 'FOLDER_NOT_FOUND',
      message: expect.stringContaining('"Nowhere"') as string,
    });
  });

  it('reports an unknown outcome when the connection ends after the whole message was sent', async () => {
    const client = await lab.open();
    cutAt(lab.wire, /^APPEND/);
    const storing = client.appendMessage('Junk', { content: mail({ text: 'x'.repeat(9000) }), marks: {} });
    await expect(storing).rejects.toMatchObject({ code: 'CHANGE_UNCERTAIN' });
  });

  it('reports that nothing was stored when the server never asked for the message', async () => {
    const client = await lab.open(undefined, { command: 500 });
    const content = mail({ subject: 'Unsent', text: 'x'.repeat(9000) });
    lab.wire.stall();
    const storing = client.appendMessage('Junk', { content, marks: {} });
    await expect(storing).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT' });
    lab.wire.resume();
    expect(await lab.subjects('Junk')).not.toContain('Unsent');
  });
});
