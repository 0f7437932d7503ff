import type { MailClient } from '../../../mail/model/client';
import { isMailError } from '../../../mail/errors';
import type { Message } from '../../../mail/model/message';
import { crlf } from '../../corpus/shape';

/*
 * Mail that somebody writes to harm whoever reads it. Each costs little time and memory, and the others in its folder
 * arrive.
 */

const times = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length));
const raw = (header: string[], body: string) =>
  Buffer.from(crlf('From: ada@example.test', ...header, '', body), 'latin1');
const HTML = 'Content-Type: text/html; charset=utf-8';
const MIXED = 'Content-Type: multipart/mixed; boundary=b';
const HELLO = crlf('--b', '', 'hello', '');
const MB = 1_000_000;

export interface HostileMail {
  name: string;
  raw: () => Buffer;
  /** Something of it that is read all the same. */
  reads: (message: Message) => unknown;
}

export const MAILS: readonly HostileMail[] = [
  {
    name: '200,000 parts',
    raw: () => raw([MIXED], HELLO + times('--b\r\n\r\n', 1.4 * MB)),
    reads: ({ content }) => content?.text.startsWith('hello'),
  },
  {
    name: '2,000 multiparts within each other',
    raw: () => raw([MIXED], HELLO + times(crlf('--b', MIXED, '', ''), 90_000)),
    reads: ({ content }) => content?.text.startsWith('hello'),
  },
  {
    name: 'lines of dashes',
    raw: () => raw([MIXED], HELLO + times('--   \r\n', 2 * MB)),
    reads: ({ content }) => content?.text.startsWith('hello'),
  },
  {
    name: 'spaces in quoted-printable',
    raw: () => raw(['Content-Transfer-Encoding: quoted-printable'], `hello${times(' ', 2 * MB)}x`),
    reads: ({ content }) => content?.text.startsWith('hello'),
  },
  {
    name: 'a file name of dots',
    raw: () =>
      raw(
        [MIXED],
        crlf(
          HELLO,
          '--b',
          `Content-Disposition: attachment; filename="${times('.', MB / 2)}"`,
          '',
          'x',
          '--b--',
        ),
      ),
    reads: ({ attachments }) => attachments.length === 1,
  },
  {
    name: 'a header of 2.5 MB',
    raw: () =>
      raw(
        ['Subject: hello', ...Array.from({ length: 25 }, (_, i) => `X-${i}: ${times('x', MB / 10)}`)],
        'hello',
      ),
    reads: ({ subject }) => subject === 'hello',
  },
  {
    name: 'a date of parentheses',
    raw: () => raw([`Date: ${times('(', MB / 2)}`], 'hello'),
    reads: ({ date }) => date === undefined,
  },
  {
    name: 'groups without end',
    raw: () => raw([`To: ${times('a:', MB / 2)}`], 'hello'),
    reads: ({ to }) => to.length <= 1,
  },
  {
    name: 'recipients without end',
    raw: () =>
      raw(
        ['To', 'Cc', 'Bcc'].map((name) => `${name}: ${times('a,', MB / 4)}`),
        'hello',
      ),
    reads: ({ content }) => content?.text.trim() === 'hello',
  },
  {
    name: 'a quoted local part',
    raw: () => raw([`To: "${times('\\"', MB / 2)}"@x.test`], 'hello'),
    reads: ({ content }) => content?.text.trim() === 'hello',
  },
  {
    name: '<constructor>',
    raw: () => raw([HTML], '<constructor>hello</constructor>'),
    reads: ({ content }) => content?.text.includes('hello'),
  },
  {
    name: '3,000 elements within each other',
    raw: () => raw([HTML], `${times('<div>', 15_000)}hello`),
    reads: ({ content }) => content?.text.includes('hello'),
  },
  {
    name: '20 MB of HTML',
    raw: () => raw([HTML], `<p>hello</p>${times('<b>x</b>\r\n', 20 * MB)}`),
    reads: ({ content }) => content?.truncated && content.text.startsWith('hello'),
  },
  {
    name: '8 MB of elements within each other',
    raw: () => raw([HTML], `hello${times('<table>', 8 * MB)}`),
    reads: ({ content }) => content?.text.startsWith('hello'),
  },
  {
    name: '5 MB of flowed lines',
    raw: () => raw(['Content-Type: text/plain; format=flowed'], `hello ${times('\r\na ', 5 * MB)}`),
    reads: ({ content }) => content?.text.startsWith('hello a a'),
  },
  {
    name: '50 MB of text',
    raw: () => raw(['Content-Type: text/plain'], times('hello\r\n', 50 * MB)),
    reads: ({ content }) => content?.truncated,
  },
  {
    name: '8 MB of HTML in small pieces',
    raw: () => raw([MIXED], times(crlf('--b', HTML, '', times('<a href="x">y</a>', 80_000), ''), 8 * MB)),
    reads: ({ content }) => content?.text.startsWith('y'),
  },
];

/** Reads all of them in one list. */
export const ALL_OF_THEM = 'a list of all of them';

/** A message that does no harm, and comes last. */
export const HARMLESS = raw(['Subject: last'], 'hello');

/**
 * Reads one of a folder that holds all of `MAILS` and then the harmless one.
 *
 * @returns `done`, the code of an error, or what was not read
 */
export async function isRead(client: MailClient, name: string): Promise<string> {
  if (name === ALL_OF_THEM) {
    const [first, ...others] = await client.listMessages('INBOX', {}, { content: false }, 100);
    return first?.subject === 'last' && others.length === MAILS.length ? 'done' : 'a list without some';
  }
  const index = MAILS.findIndex((one) => one.name === name);
  const ids = await client.findMessages('INBOX', {}, Infinity);
  const id = ids.reverse()[index] ?? '';
  const message = (await client.getMessages([id], { content: true, attachments: true })).get(id);
  if (!message || isMailError(message)) return message?.code ?? 'no message';
  return MAILS[index]!.reads(message) === true ? 'done' : 'nothing of it is read';
}
