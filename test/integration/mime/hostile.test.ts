import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import type { Message } from '../../../mail/model/message';
import { startDovecotLab } from '../../contract/dovecot-lab';
import type { MailLab } from '../../contract/lab';
import { crlf } from '../../corpus/shape';

/*
 * Mail that somebody writes to harm whoever reads it. Each costs little time and memory, and the others in its folder
 * arrive.
 */

/** What one message may cost. Milliseconds, and megabytes above what the process had. */
const TIME = 3_000;
const MEMORY = 250;

const times = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length));
const raw = (header: string[], body: string) =>
  Buffer.from(crlf('From: ada@example.test', ...header, '', body), 'latin1');
const HTML = 'Content-Type: text/html; charset=utf-8';
const MIXED = 'Content-Type: multipart/mixed; boundary=b';
const HELLO = crlf('--b', '', 'hello', '');
const MB = 1_000_000;

interface Hostile {
  name: string;
  raw: () => Buffer;
  /** Something of it that is read all the same. */
  reads: (message: Message) => unknown;
}

const MAIL: Hostile[] = [
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

describe.each(['imap', 'pop3'] as const)('%s', (protocol) => {
  let lab: MailLab;
  let client: MailClient;
  let ids: string[];

  beforeAll(async () => {
    lab = await startDovecotLab(protocol);
    for (const { raw: make } of MAIL) await lab.deliver(lab.inbox, [{ raw: make() }]);
    await lab.deliver(lab.inbox, [{ raw: raw(['Subject: last'], 'hello') }]);
    client = await lab.open();
    ids = (await client.findMessages(lab.inbox, {}, Infinity)).reverse();
  }, 120_000);
  afterAll(async () => {
    await client?.close();
    await lab?.stop();
  });

  it.each(MAIL.map((mail, index) => ({ ...mail, index })))(
    '$name',
    { timeout: 60_000 },
    async ({ index, reads }) => {
      globalThis.gc?.();
      const before = process.memoryUsage().rss;
      const start = performance.now();
      const message = (await client.getMessages([ids[index]!], { content: true, attachments: true })).get(
        ids[index]!,
      );
      const took = performance.now() - start;
      if (!message || message instanceof Error) throw message ?? new Error('not there');
      const grown = (process.memoryUsage().rss - before) / 1024 / 1024;
      expect(reads(message)).toBe(true);
      expect(took, 'milliseconds').toBeLessThan(TIME);
      expect(grown, 'megabytes').toBeLessThan(MEMORY);
    },
  );

  it('gives a list of them all, with the harmless one in it', { timeout: 60_000 }, async () => {
    const list = await client.listMessages(lab.inbox, {}, { content: false }, 100);
    expect(list).toHaveLength(MAIL.length + 1);
    expect(list[0]!.subject).toBe('last');
  });
});
