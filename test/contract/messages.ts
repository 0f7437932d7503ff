import type { Message } from '../../mail/model/message';
import type { MessageQuery } from '../../mail/model/query';
import { mail, type Delivery } from '../servers/mailbox';

const time = (day: number, hour = 12) => new Date(Date.UTC(2026, 10, day, hour, 30, 15));
/** What the last server on the way writes; the only time of arrival that POP3 tells. */
const received = (at: Date) => ({ Received: `from a.test by b.test; ${at.toUTCString()}` });

export const PDF = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7) % 256));
export const PICTURE = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 13) % 256));

/** Oldest first. The names in the queries below are the subjects. */
export const MAIL: readonly (Delivery & { receivedAt: Date })[] = [
  {
    raw: mail({
      from: 'Ada Lovelace <ada@example.test>',
      to: 'Alice <alice@example.test>, bob@example.test',
      cc: 'Team <team@example.test>',
      subject: 'Plain',
      date: time(1, 9),
      text: 'The needle is here.\r\nSecond line.',
      headers: { ...received(time(1)), 'Message-ID': '<plain@example.test>', 'X-Ticket': '42' },
    }),
    receivedAt: time(1),
    read: true,
  },
  {
    raw: mail({
      from: 'Jürgen Groß <juergen@example.test>',
      to: 'alice@example.test',
      subject: 'Grüße aus Köln 🎉',
      date: time(2, 9),
      text: 'äöü €',
      html: '<p>äöü €</p>',
      headers: {
        ...received(time(2)),
        'Message-ID': '<umlauts@example.test>',
        'In-Reply-To': '<plain@example.test>',
      },
    }),
    receivedAt: time(2),
    flagged: true,
  },
  {
    raw: mail({
      from: 'ada@example.test',
      to: 'alice@example.test',
      subject: 'Report',
      date: time(3, 9),
      html: '<p>See <img src="cid:chart"></p>',
      attachments: [
        { filename: 'chart.png', contentType: 'image/png', content: PICTURE, cid: 'chart' },
        { filename: 'Übersicht.pdf', contentType: 'application/pdf', content: PDF },
      ],
      headers: {
        ...received(time(3)),
        'Message-ID': '<report@example.test>',
        'Reply-To': 'reports@example.test',
      },
    }),
    receivedAt: time(3),
  },
  {
    raw: mail({
      from: 'Bob <bob@example.test>',
      to: 'alice@example.test',
      subject: 'Late on the third',
      date: time(3, 20),
      text: 'x'.repeat(20_000),
      headers: {
        ...received(time(3, 23)),
        'Message-ID': '<late@example.test>',
        Bcc: 'Boss <boss@example.test>',
      },
    }),
    receivedAt: time(3, 23),
    read: true,
  },
];

/** What is the same on every protocol; ids, folders, and the sizes that servers count in their own ways are not. */
export type Common = Omit<Message, 'id' | 'folder' | 'size' | 'attachments' | 'headersOnly' | 'threadId'> & {
  attachments: Array<Pick<Message['attachments'][number], 'fileName' | 'mimeType' | 'inline'>>;
};

export function common(message: Message): Common {
  const { id, folder, size, headersOnly, threadId, ...rest } = message;
  if (!id || !folder || !threadId || !(size > 0))
    throw new Error('Every message has an id, a folder, a thread and a size');
  if (headersOnly && rest.attachments.length > 0)
    throw new Error('Who knows only headers knows no attachments');
  const attachments = rest.attachments.map(({ fileName, mimeType, inline }) => ({
    fileName,
    mimeType,
    inline,
  }));
  return { ...rest, attachments };
}

const person = (address: string, name = '') => ({ name, address });
const UNMARKED = { isRead: false, isFlagged: false, isAnswered: false, isDraft: false, keywords: [] };

/** Newest first, as they are listed, without content. */
export const LISTED: readonly Common[] = [
  {
    ...UNMARKED,
    messageId: '<late@example.test>',
    subject: 'Late on the third',
    from: [person('bob@example.test', 'Bob')],
    to: [person('alice@example.test')],
    bcc: [person('boss@example.test', 'Boss')],
    date: '2026-11-03T20:30:15.000Z',
    receivedAt: '2026-11-03T23:30:15.000Z',
    isRead: true,
    attachments: [],
  },
  {
    ...UNMARKED,
    messageId: '<report@example.test>',
    subject: 'Report',
    from: [person('ada@example.test')],
    replyTo: [person('reports@example.test')],
    to: [person('alice@example.test')],
    date: '2026-11-03T09:30:15.000Z',
    receivedAt: '2026-11-03T12:30:15.000Z',
    attachments: [
      { fileName: 'chart.png', mimeType: 'image/png', inline: true },
      { fileName: 'Übersicht.pdf', mimeType: 'application/pdf', inline: false },
    ],
  },
  {
    ...UNMARKED,
    messageId: '<umlauts@example.test>',
    inReplyTo: '<plain@example.test>',
    subject: 'Grüße aus Köln 🎉',
    from: [person('juergen@example.test', 'Jürgen Groß')],
    to: [person('alice@example.test')],
    date: '2026-11-02T09:30:15.000Z',
    receivedAt: '2026-11-02T12:30:15.000Z',
    isFlagged: true,
    attachments: [],
  },
  {
    ...UNMARKED,
    messageId: '<plain@example.test>',
    subject: 'Plain',
    from: [person('ada@example.test', 'Ada Lovelace')],
    to: [person('alice@example.test', 'Alice'), person('bob@example.test')],
    cc: [person('team@example.test', 'Team')],
    date: '2026-11-01T09:30:15.000Z',
    receivedAt: '2026-11-01T12:30:15.000Z',
    isRead: true,
    attachments: [],
  },
].map((message) => ({
  ...{ inReplyTo: undefined, cc: [], bcc: [] },
  // A message without Reply-To is answered to who it is from.
  replyTo: message.from,
  ...message,
}));

/** Which messages each query finds, newest first. */
export const QUERIES: ReadonlyArray<[query: MessageQuery, subjects: string[]]> = [
  [{}, ['Late on the third', 'Report', 'Grüße aus Köln 🎉', 'Plain']],
  [{ from: ['ADA'] }, ['Report', 'Plain']],
  [{ from: ['lovelace'] }, ['Plain']],
  [{ from: ['juergen@', 'nobody@', 'lovelace'] }, ['Grüße aus Köln 🎉', 'Plain']],
  [{ from: ['bob@', 'groß'], subject: ['köln', 'third'] }, ['Late on the third', 'Grüße aus Köln 🎉']],
  [{ to: ['bob@'] }, ['Plain']],
  [{ to: ['nobody@', 'bob@'] }, ['Plain']],
  [{ cc: ['TEAM'] }, ['Plain']],
  [{ cc: ['nobody@', 'team@example.test'] }, ['Plain']],
  [{ cc: ['alice@'] }, []],
  [{ bcc: ['boss@', 'x@'] }, ['Late on the third']],
  [{ bcc: ['alice@'] }, []],
  // A whole subject is in quotes in the editor.
  [{ subject: [{ exactly: 'report' }] }, ['Report']],
  [{ subject: [{ exactly: 'Grüße aus köln 🎉' }] }, ['Grüße aus Köln 🎉']],
  [{ subject: [{ exactly: 'the third' }] }, []],
  [{ subject: [{ exactly: 'the third' }, 'plai', { exactly: 'Report' }] }, ['Report', 'Plain']],
  [{ body: ['NEEDLE', 'äöü'] }, ['Grüße aus Köln 🎉', 'Plain']],
  [{ subject: ['köln'] }, ['Grüße aus Köln 🎉']],
  [{ body: ['NEEDLE'] }, ['Plain']],
  [{ body: ['äöü'] }, ['Grüße aus Köln 🎉']],
  [{ hasAttachments: true }, ['Report']],
  [{ hasAttachments: false }, ['Late on the third', 'Grüße aus Köln 🎉', 'Plain']],
  [{ largerThan: 15_000 }, ['Late on the third']],
  [{ smallerThan: 15_000, from: ['ada'] }, ['Report', 'Plain']],
  [{ receivedAfter: time(3) }, ['Late on the third', 'Report']],
  [{ receivedBefore: time(3) }, ['Grüße aus Köln 🎉', 'Plain']],
  [{ receivedAfter: time(2), receivedBefore: time(3, 13) }, ['Report', 'Grüße aus Köln 🎉']],
  [{ messageId: '<plain@example.test>' }, ['Plain']],
  [{ messageId: 'plain@example.test' }, ['Plain']],
  [{ subject: ['no such subject'] }, []],
  [{ subject: [`<x a="b">&'"]]>`], from: ['&lt;'], body: ['</t:Constant>'] }, []],
];

/** The same for what only a server that keeps flags can answer. */
export const FLAG_QUERIES: typeof QUERIES = [
  [{ isRead: false }, ['Report', 'Grüße aus Köln 🎉']],
  [{ isRead: true, from: ['ada'] }, ['Plain']],
  [{ isFlagged: true }, ['Grüße aus Köln 🎉']],
  [{ isFlagged: false, isRead: true }, ['Late on the third', 'Plain']],
  [{ isAnswered: true }, []],
];
