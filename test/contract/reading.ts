import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MailClient } from '../../mail/model/client';
import type { Message } from '../../mail/model/message';
import type { MailLab } from './lab';
import { FLAG_QUERIES, LISTED, MAIL, PDF, PICTURE, QUERIES, common, type Common } from './messages';

interface Abilities {
  /** Whether the server keeps flags. */
  flags: boolean;
  /** Whether a list without content tells of attachments. */
  structure: boolean;
  /** Whether the server gives previews, or enough of a body for one. */
  previews?: boolean;
}

/** What every protocol gives to whoever only reads: the same items for the same mail. */
export function readsMail(
  startLab: () => Promise<MailLab>,
  { flags, structure, previews = true }: Abilities,
): void {
  let lab: MailLab;
  let client: MailClient;

  const list = async (content = false) => await client.listMessages(lab.inbox, {}, { content }, Infinity);
  const bySubject = async (wanted: string) =>
    (await list()).find(({ subject }) => subject === wanted) ?? expect.fail(`no ${wanted}`);
  /** What this protocol can know of a message. */
  const known = ({ isRead, isFlagged, attachments, ...rest }: Common): Partial<Common> => ({
    ...rest,
    ...(flags && { isRead, isFlagged }),
    ...(structure && { attachments }),
  });

  beforeAll(async () => {
    lab = await startLab();
    await lab.deliver(lab.inbox, MAIL);
    client = await lab.open();
  });
  afterAll(async () => {
    await client?.close();
    await lab?.stop();
  });

  it('gives the same items, newest first', async () => {
    expect((await list()).map(common).map(known)).toEqual(LISTED.map(known));
  });

  it('gives the newest where only some are wanted', async () => {
    const messages = await client.listMessages(lab.inbox, {}, { content: false }, 2);
    expect(messages.map(({ subject }) => subject)).toEqual(['Late on the third', 'Report']);
  });

  describe('filters', () => {
    it.each([...QUERIES, ...(flags ? FLAG_QUERIES : [])])('%j', async (query, subjects) => {
      const found = await client.listMessages(lab.inbox, query, { content: false }, Infinity);
      expect(found.map(({ subject }) => subject)).toEqual(subjects);
      expect(await client.findMessages(lab.inbox, query, Infinity)).toEqual(found.map(({ id }) => id));
      expect(await client.findMessages(lab.inbox, query, 1)).toEqual(found.slice(0, 1).map(({ id }) => id));
      const all = (await list()).map(({ id, subject }) => [id, subject] as const);
      const decided = await client.matchMessages(
        all.map(([id]) => id),
        query,
      );
      expect(all.flatMap(([id, subject]) => (decided.get(id) === true ? [subject] : []))).toEqual(subjects);
      expect([...decided.values()].filter((one) => one === false)).toHaveLength(all.length - subjects.length);
    });
  });

  it('gives text and HTML where they are asked for', async () => {
    const contents = new Map((await list(true)).map(({ subject, content }) => [subject, content]));
    expect(contents.get('Plain')?.text.trimEnd()).toMatch(/^The needle is here\.\r?\nSecond line\.$/);
    expect(contents.get('Plain')?.html).toBe('');
    expect(contents.get('Grüße aus Köln 🎉')?.text.trim()).toBe('äöü €');
    expect(contents.get('Grüße aus Köln 🎉')?.html).toContain('<p>äöü €</p>');
    expect(contents.get('Report')?.html).toContain('cid:chart');
    // Of HTML that came alone, a text is made.
    expect(contents.get('Report')?.text.trim()).toBe('See');
    expect((await list()).every(({ content }) => content === undefined)).toBe(true);
  });

  it('gives previews where they are asked for, from the text or from the beginning of it', async () => {
    const listed = async (content: boolean) => {
      const messages = await client.listMessages(lab.inbox, {}, { content, preview: true }, Infinity);
      return Object.fromEntries(messages.map(({ subject, preview }) => [subject, preview]));
    };
    const expected = {
      Plain: 'The needle is here. Second line.',
      'Grüße aus Köln 🎉': 'äöü €',
      Report: 'See',
      'Late on the third': `${'x'.repeat(100)}…`,
    };
    expect(await listed(true)).toEqual(expected);
    expect(await listed(false)).toEqual(previews ? expected : {});
    expect((await list()).every((message) => !('preview' in message))).toBe(true);
    const { id } = await bySubject('Plain');
    const got = (await client.getMessages([id], { content: false, preview: true })).get(id);
    expect(got).toMatchObject({ subject: 'Plain', ...(previews && { preview: expected.Plain }) });
  });

  it('gives all headers where they are asked for', async () => {
    const { id } = await bySubject('Plain');
    const message = (await client.getMessages([id], { content: false, headers: true })).get(id) as Message;
    const headers = message.headers ?? [];
    expect(headers).toContainEqual({ name: 'X-Ticket', value: '42' });
    expect(headers.filter(({ name }) => name.toLowerCase() === 'message-id')).toHaveLength(1);
  });

  it('gets messages by their ids, in one go, and says which are gone', async () => {
    const ids = (await list()).map(({ id }) => id);
    const absent = ids[0]!.replace(/.{3}$/, (end) => [...end].reverse().join('') + '9');
    const found = await client.getMessages([...ids, absent], { content: false });
    expect(ids.map((id) => (found.get(id) as Message).subject)).toEqual(LISTED.map(({ subject }) => subject));
    expect(found.get(absent)).toMatchObject({
      code: expect.stringMatching(/^(MESSAGE_NOT_FOUND|INVALID_INPUT)$/) as string,
    });
  });

  it('streams attachments byte for byte, and the next command works', async () => {
    const { id } = await bySubject('Report');
    const message = (await client.getMessages([id], { content: true })).get(id) as Message;
    expect(message.attachments.map(({ fileName }) => fileName)).toEqual(['chart.png', 'Übersicht.pdf']);
    for (const [i, bytes] of [PICTURE, PDF].entries()) {
      const { content, mimeType } = await client.openAttachment(id, message.attachments[i]!.part);
      expect(mimeType).toBe(message.attachments[i]!.mimeType);
      expect((await buffer(content)).equals(bytes)).toBe(true);
    }
    expect(await list()).toHaveLength(4);
  });

  it('gives an error for an attachment that the message does not have, alone and beside others', async () => {
    const { id } = await bySubject('Report');
    const message = (await client.getMessages([id], { content: true })).get(id) as Message;
    const attachment = message.attachments[0]!;
    const own = attachment.part;
    const wrong = /^\d/.test(own) ? '9' : own.replace(/.{8}$/, (end) => [...end].reverse().join(''));
    const refused = { code: expect.stringMatching(/^(MESSAGE_NOT_FOUND|INVALID_INPUT)$/) as string };
    await expect(client.openAttachment(id, wrong)).rejects.toMatchObject(refused);
    const results: unknown[] = [];
    for await (const [{ part }, result] of client.openAttachments(
      [own, wrong].map((part) => ({ ...attachment, id, part })),
    )) {
      results.push([part, result instanceof Error ? result : (await buffer(result.content)).length > 0]);
    }
    expect(results).toEqual(
      expect.arrayContaining([
        [own, true],
        [wrong, expect.objectContaining(refused)],
      ]),
    );
    expect(await client.check()).toBe(true);
  });

  it('streams a message as it is stored', async () => {
    const { id } = await bySubject('Report');
    const { content, size } = await client.openMessage(id);
    const source = await buffer(content);
    expect(source.toString('latin1')).toContain('Message-ID: <report@example.test>');
    expect(source.toString('latin1').replace(/\r\n/g, '')).toContain(PDF.toString('base64').slice(0, 300));
    if (size !== undefined) expect(source.length).toBe(size);
  });

  it('refuses a folder that is not there', async () => {
    const refused = client.listMessages('No such folder', {}, { content: false }, 1);
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/^(FOLDER_NOT_FOUND|NOT_SUPPORTED)$/) as string,
    });
    expect(await client.check()).toBe(true);
  });

  it('refuses labels, which only Gmail has, instead of ignoring the filter', async () => {
    const [{ id }] = (await list()) as [Message];
    const query = { label: ['Invoice'] };
    const wanted = { content: false };
    for (const refused of [
      async () => await client.listMessages(lab.inbox, query, wanted, 1),
      async () =>
        await client.searchMessages({ where: [lab.inbox], query, wanted, limit: 1, sort: 'newest' }),
      async () => await client.findMessages(lab.inbox, query, 1),
      async () => await client.matchMessages([id], query),
    ]) {
      await expect(refused()).rejects.toMatchObject({
        ...{
          code: 'NOT_SUPPORTED',
          message: expect.stringMatching(/^Labels: only Gmail over IMAP/) as string,
        },
      });
    }
  });

  it('refuses text that would break a protocol line', async () => {
    for (const query of [{ from: ['a\r\nb'] }, { subject: ['plain', 'a\0'] }]) {
      const refused = client.listMessages(lab.inbox, query, { content: false }, 1);
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
  });
}
