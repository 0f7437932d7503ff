import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Message } from '../../../mail/model/message';
import type { MessageQuery } from '../../../mail/model/query';
import { deliver, mail } from '../../servers/mailbox';
import { ALICE } from '../fixture';
import { commandsOf, numbered, startImapLab, type ImapLab } from './lab';

const MAILBOX = 50_000;

describe('finding messages over IMAP', () => {
  let lab: ImapLab;
  beforeAll(async () => {
    lab = await startImapLab();
  });
  afterAll(async () => await lab?.stop());

  it(`lists the newest 50 of ${MAILBOX} with fewer than ten commands, login included`, async () => {
    const raw = mail({ subject: 'one of many' });
    deliver(lab.dovecot, ALICE, 'Huge', Array<Buffer>(MAILBOX).fill(raw));
    deliver(lab.dovecot, ALICE, 'Huge', [mail({ subject: 'newest' })]);
    let messages: Message[] = [];
    const commands = await commandsOf(lab.wire, async () => {
      const client = await lab.open(undefined, { command: 20_000 });
      messages = await client.listMessages('Huge', {}, { content: false }, 50);
      await client.close();
    });
    expect(messages).toHaveLength(50);
    expect(messages[0]?.subject).toBe('newest');
    expect(commands.length).toBeLessThan(10);
    expect(commands.slice(-3)).toEqual(['SELECT', 'FETCH', 'LOGOUT']);
    expect(await lab.client.findMessages('Huge', {}, 50)).toEqual(messages.map(({ id }) => id));
    expect(lab.wire.commands.at(-1)).toMatch(/^UID SEARCH \d+:50001$/);
  }, 60_000);

  it('finds ids without reading the messages', async () => {
    const ids = await lab.fill('Some', numbered(20));
    const find = async (query: MessageQuery, limit: number) =>
      await commandsOf(lab.wire, async () => {
        expect(await lab.client.findMessages('Some', query, limit)).toEqual(ids.toReversed().slice(0, limit));
      });
    expect(await find({}, Infinity)).toEqual(['SELECT', 'UID SEARCH']);
    expect(await find({}, 3)).toEqual(['NOOP', 'UID SEARCH']);
    expect(await find({ isRead: false, from: ['sender'] }, 3)).toEqual(['NOOP', 'UID SEARCH']);
    expect(lab.wire.commands.at(-2)).toBe('NOOP');
    expect(await find({ receivedAfter: new Date('2001-01-01') }, 3)).toEqual([
      'NOOP',
      'UID SEARCH',
      'UID FETCH',
    ]);
    expect(lab.wire.commands.at(-1)).not.toMatch(/HEADER|BODYSTRUCTURE/);
    expect(await lab.client.findMessages('Drafts', {}, 5)).toEqual([]);
  });

  describe('by a raw search', () => {
    beforeAll(async () => {
      await lab.fill('Raw', ['Alpha', 'Beta (x)', 'Grüße aus Köln']);
      await lab.fill('Raw', ['Read'], { read: true });
    });
    const find = async (raw: string, query: MessageQuery = {}) =>
      (await lab.client.listMessages('Raw', { ...query, raw }, { content: false }, 10)).map(
        ({ subject }) => subject,
      );

    it.each<[string, MessageQuery, string[]]>([
      ['SUBJECT Alpha', {}, ['Alpha']],
      ['OR SUBJECT Alpha SUBJECT "Beta (x)"', {}, ['Beta (x)', 'Alpha']],
      ['OR (SUBJECT Alpha UNSEEN) (SEEN)', {}, ['Read', 'Alpha']],
      ['(SUBJECT Alpha) (UNSEEN)', {}, ['Alpha']],
      ['((SUBJECT Alpha) (UNSEEN)) (ALL)', {}, ['Alpha']],
      ['NOT SUBJECT "Köln"', { isRead: false }, ['Beta (x)', 'Alpha']],
      ['SUBJECT grüße', {}, ['Grüße aus Köln']],
      ['(SUBJECT "Köln")', { subject: ['Grüße'] }, ['Grüße aus Köln']],
      ['UID 1:* 1', {}, ['Alpha']],
      ['OR SEEN SUBJECT "a"', { subject: ['Alpha'] }, ['Alpha']],
      ['  ', { isRead: true }, ['Read']],
    ])('%s and %j', async (raw, query, subjects) => {
      expect(await find(raw, query)).toEqual(subjects);
      const ids = await lab.client.findMessages('Raw', { ...query, raw }, 10);
      expect(ids).toHaveLength(subjects.length);
    });

    it.each([
      ['NONSENSE', /does not understand/],
      ['OR SEEN', /does not understand/],
      ['RETURN (COUNT) ALL', /does not understand/],
      ['SEEN) (ALL', /parenthesis/],
      ['(SEEN', /parenthesis/],
      ['SUBJECT "a', /quotation mark/],
      ['SUBJECT {3}', /curly bracket/],
      ['SEEN\r\nA1 LOGOUT', /line break/],
    ])('refuses %j', async (raw, problem) => {
      await expect(find(raw)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(problem) as string,
      });
      await expect(find(raw)).rejects.toThrow(/^Raw Search: /);
      expect(await find('ALL')).toHaveLength(4);
    });
  });

  it('reads all headers of many messages with one more command', async () => {
    const headers = { References: '<a@x>\r\n <b@x>', 'X-Name': 'Jürgen', 'X-Twice': '1' };
    const raw = mail({ subject: 'Über uns', headers })
      .toString()
      .replace('X-Twice: 1', 'X-Twice: 1\r\nx-twice: 2');
    deliver(lab.dovecot, ALICE, 'Headers', Array<Buffer>(600).fill(Buffer.from(raw)));
    let messages: Message[] = [];
    const commands = await commandsOf(lab.wire, async () => {
      messages = await lab.client.listMessages('Headers', {}, { content: false, headers: true }, 600);
    });
    expect(commands).toEqual(['SELECT', 'FETCH', 'UID FETCH']);
    expect(messages).toHaveLength(600);
    const fields = messages[599]!.headers ?? [];
    expect(fields).toContainEqual({ name: 'Subject', value: 'Über uns' });
    expect(fields).toContainEqual({ name: 'References', value: '<a@x> <b@x>' });
    expect(fields).toContainEqual({ name: 'X-Name', value: 'Jürgen' });
    expect(fields.filter(({ name }) => /x-twice/i.test(name))).toEqual([
      { name: 'X-Twice', value: '1' },
      { name: 'x-twice', value: '2' },
    ]);
  });
});
