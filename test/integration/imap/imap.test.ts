import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { MailError } from '../../../mail/errors';
import type { Message } from '../../../mail/model/message';
import type { MessageQuery } from '../../../mail/model/query';
import { openClient } from '../../../mail/session/open-client';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { deliver, mail } from '../../servers/mailbox';
import { startWire, type Wire } from '../../servers/wire';
import { ALICE, settingsFor } from '../fixture';

const PICTURE = randomBytes(300_000);
const day = (n: number, hour = 12) => new Date(Date.UTC(2026, 10, n, hour));

describe('messages of a real IMAP server', () => {
  let dovecot: Dovecot;
  let wire: Wire;
  let client: MailClient;

  const list = async (
    query: MessageQuery = {},
    { folder = 'INBOX', limit = Infinity, content = false } = {},
  ) => await client.listMessages(folder, query, { content }, limit);
  const subjects = async (query: MessageQuery) => (await list(query)).map(({ subject }) => subject);

  beforeAll(async () => {
    dovecot = await startDovecot();
    deliver(dovecot, ALICE, 'INBOX', [
      {
        raw: mail({
          from: 'Ada <ada@example.test>',
          to: 'alice@example.test',
          subject: 'First',
          text: 'one needle',
        }),
        receivedAt: day(1),
        read: true,
      },
      {
        raw: mail({
          from: 'Bob <bob@example.test>',
          to: 'team@example.test',
          subject: 'Grüße aus Köln',
          text: 'zwei: äöü €',
          html: '<p>zwei: äöü €</p>',
        }),
        receivedAt: day(2, 23),
        flagged: true,
      },
      {
        raw: mail({
          from: 'ada@example.test',
          to: 'alice@example.test',
          subject: 'Picture',
          text: 'see attachment',
          attachments: [{ filename: '../../evil\u202Egnp.exe', contentType: 'image/png', content: PICTURE }],
        }),
        receivedAt: day(3),
      },
    ]);
    wire = await startWire(dovecot.ports.imap);
    client = await openClient(settingsFor(dovecot, { port: wire.port, security: 'none' }));
  });

  afterAll(async () => {
    await client?.close();
    await wire?.stop();
    await dovecot?.stop();
  });

  it('lists the newest first with all that the server knows about them', async () => {
    const messages = await list();
    expect(messages.map(({ subject }) => subject)).toEqual(['Picture', 'Grüße aus Köln', 'First']);
    expect(messages[1]).toMatchObject({
      folder: 'INBOX',
      from: [{ name: 'Bob', address: 'bob@example.test' }],
      to: [{ name: '', address: 'team@example.test' }],
      receivedAt: '2026-11-02T23:00:00.000Z',
      isRead: false,
      isFlagged: true,
      attachments: [],
    });
    expect(messages[2]).toMatchObject({ isRead: true });
    expect(messages[0]!.attachments).toMatchObject([{ mimeType: 'image/png', inline: false }]);
  });

  it.each<[string, MessageQuery, string[]]>([
    ['unread', { isRead: false }, ['Picture', 'Grüße aus Köln']],
    ['read', { isRead: true }, ['First']],
    ['from, by name', { from: ['bob'] }, ['Grüße aus Köln']],
    ['to', { to: ['team@'] }, ['Grüße aus Köln']],
    ['subject beyond ASCII, whatever the case', { subject: ['GRÜSSE'] }, []],
    ['subject beyond ASCII', { subject: ['grüße'] }, ['Grüße aus Köln']],
    ['body', { body: ['NEEDLE'] }, ['First']],
    ['received after, to the second', { receivedAfter: day(2, 23) }, ['Picture', 'Grüße aus Köln']],
    ['received after, a second later', { receivedAfter: new Date(day(2, 23).getTime() + 1000) }, ['Picture']],
    ['received before, exclusive', { receivedBefore: day(2, 23) }, ['First']],
    [
      'received before, a second later',
      { receivedBefore: new Date(day(2, 23).getTime() + 1000) },
      ['Grüße aus Köln', 'First'],
    ],
    ['with attachments', { hasAttachments: true }, ['Picture']],
    ['without attachments', { hasAttachments: false }, ['Grüße aus Köln', 'First']],
    ['larger than', { largerThan: 100_000 }, ['Picture']],
    ['larger than nothing', { largerThan: 0 }, ['Picture', 'Grüße aus Köln', 'First']],
    ['all criteria together', { isRead: false, from: ['ada'], hasAttachments: true }, ['Picture']],
    ['nothing', { from: ['nobody'] }, []],
  ])('finds messages: %s', async (_, query, expected) => {
    expect(await subjects(query)).toEqual(expected);
  });

  it('returns the newest matching messages, and no more than the limit', async () => {
    expect((await list({}, { limit: 1 })).map(({ subject }) => subject)).toEqual(['Picture']);
    expect((await list({ hasAttachments: false }, { limit: 1 })).map(({ subject }) => subject)).toEqual([
      'Grüße aus Köln',
    ]);
  });

  it('reads text and HTML of several messages in their charset, marking none as read', async () => {
    const messages = await list({}, { content: true });
    expect(messages.map(({ content }) => content?.text.trim())).toEqual([
      'see attachment',
      'zwei: äöü €',
      'one needle',
    ]);
    expect(messages[1]!.content?.html.trim()).toBe('<p>zwei: äöü €</p>');
    expect((await list({ isRead: false })).length).toBe(2);
  });

  it('streams an attachment byte for byte, with a file name that has no path', async () => {
    const [message] = await list({ hasAttachments: true });
    const { content, fileName, mimeType } = await client.openAttachment(
      message!.id,
      message!.attachments[0]!.part,
    );
    expect(
      createHash('sha256')
        .update(await buffer(content))
        .digest('hex'),
    ).toBe(createHash('sha256').update(PICTURE).digest('hex'));
    expect({ fileName, mimeType }).toEqual({ fileName: 'evilgnp.exe', mimeType: 'image/png' });
  });

  it('gets messages by id, and says for each id what is wrong with it', async () => {
    const [picture, , first] = await list();
    const gone = first!.id.replace(/UID=\d+$/, 'UID=4000');
    const replaced = first!.id.replace(/UIDVALIDITY=\d+/, 'UIDVALIDITY=7');
    const nowhere = first!.id.replace('INBOX', 'Nowhere');
    const results = await client.getMessages([first!.id, gone, 'nonsense', replaced, picture!.id, nowhere], {
      content: true,
    });
    const codeOf = (id: string) => (results.get(id) as MailError).code;
    expect((results.get(first!.id) as Message).content?.text.trim()).toBe('one needle');
    expect((results.get(picture!.id) as Message).subject).toBe('Picture');
    expect([gone, replaced, nowhere, 'nonsense'].map(codeOf)).toEqual([
      'MESSAGE_NOT_FOUND',
      'MESSAGE_NOT_FOUND',
      'FOLDER_NOT_FOUND',
      'INVALID_INPUT',
    ]);
  });

  it('sees mail that arrives while the session is open', async () => {
    deliver(dovecot, ALICE, 'Later', [mail({ subject: 'one' })]);
    expect((await list({}, { folder: 'Later' })).length).toBe(1);
    deliver(dovecot, ALICE, 'Later', [mail({ subject: 'two' })]);
    expect((await list({}, { folder: 'Later' })).map(({ subject }) => subject)).toEqual(['two', 'one']);
  });

  it('lists 3,000 messages with one FETCH, and their bodies with a handful', async () => {
    deliver(
      dovecot,
      ALICE,
      'Many',
      Array.from({ length: 3000 }, (_, i) => mail({ subject: `n ${i}`, text: `body ${i}` })),
    );
    const before = wire.commands.length;
    const messages = await list({}, { folder: 'Many' });
    expect(messages.map(({ subject }) => subject)).toEqual(
      Array.from({ length: 3000 }, (_, i) => `n ${2999 - i}`),
    );
    expect(wire.commands.slice(before).map((line) => line.split(' ')[0])).toEqual(['SELECT', 'FETCH']);
    const between = wire.commands.length;
    const full = await list({}, { folder: 'Many', content: true });
    expect(full.map(({ content }) => content?.text.trim())).toEqual(
      Array.from({ length: 3000 }, (_, i) => `body ${2999 - i}`),
    );
    expect(wire.commands.length - between).toBeLessThanOrEqual(8);
  });

  it('refuses text that would break the protocol line', async () => {
    await expect(list({ subject: ['x\r\nA1 LOGOUT'] })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(list({}, { folder: 'INBOX\r\nA1 LOGOUT' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
