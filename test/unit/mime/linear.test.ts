import { describe, expect, it } from 'vitest';

import { parseAddressList } from '../../../mail/mime/address-list';
import { shownIds } from '../../../mail/mime/content-ids';
import { decodeBytes } from '../../../mail/mime/charset';
import { contentOf, singleForms } from '../../../mail/mime/content';
import { headerDate } from '../../../mail/mime/date';
import { decodeText } from '../../../mail/mime/decode-text';
import { headerFields } from '../../../mail/mime/header';
import { bodyOf } from '../../../mail/mime/html';
import { htmlToMarkdown } from '../../../mail/mime/html-to-markdown';
import { htmlToText, pageText } from '../../../mail/mime/html-to-text';
import { MimeWalker } from '../../../mail/mime/mime-walker';
import { parseParameters } from '../../../mail/mime/parameters';
import { quoteForReply } from '../../../mail/mime/quote';
import { withoutHistory } from '../../../mail/mime/quoted-history';
import { replyTo } from '../../../mail/mime/reply';
import { summaryOf } from '../../../mail/mime/summary';
import { decodeTransfer, TransferDecoder } from '../../../mail/mime/transfer-decoder';
import { decodeWords } from '../../../mail/mime/words';
import { formatAddresses, parseAddresses } from '../../../mail/model/addresses';
import type { Message } from '../../../mail/model/message';
import { safeFileName } from '../../../mail/text';
import { matchesGlob } from '../../../nodes/EmailMailbox/actions/attachment/glob';
import { processorTime } from '../processor-time';

/*
 * Whoever can send a mail chooses what these functions read. Twice as much of it may take twice as long, and no more:
 * otherwise one mail stops n8n for minutes.
 */

/** Letters at first; eight times as many at the end. */
const START = 50_000;
const DOUBLINGS = 3;
/** For each doubling. The processor's time counts, not the clock's, and the best of several runs. */
const MOST = 2.5;
const RUNS = 8;
/** What takes no longer for the largest input is no danger, and too short to be measured. Milliseconds. */
const TOO_SHORT = 40;

const times = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length));
const walk = (text: string, size = 64 * 1024) => {
  const walker = new MimeWalker(() => () => {});
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += size) walker.push(bytes.subarray(at, at + size));
  return walker.end();
};
const message = (html: string) => ({ from: [], content: { text: '', html } }) as unknown as Message;
const refused = (work: () => unknown) => {
  try {
    work();
  } catch {
    // An error is an answer, too.
  }
};

const replyToAll = (count: number) => {
  const to = Array.from({ length: count }, (_, n) => ({ name: '', address: `u${n}@example.test` }));
  const original = { from: [], replyTo: to, to, cc: to, subject: '' } as unknown as Message;
  return replyTo(original, { all: true, own: ['me@example.test'] });
};

const latin1 = (text: string, n: number): Buffer => Buffer.from(times(text, n), 'latin1');

const MULTIPART = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n';
const NESTED = Array.from(
  { length: 60 },
  (_, i) => `${i > 0 ? `--b${i - 1}\n` : ''}Content-Type: multipart/mixed; boundary=b${i}\nx\n`,
).join('');
const QP = 'quoted-printable';

const SCANS: Array<[what: string, work: (length: number) => unknown]> = [
  ['spaces in quoted-printable', (n) => decodeTransfer(Buffer.from(times(' ', n)), QP)],
  ['spaces and line ends in quoted-printable', (n) => decodeTransfer(Buffer.from(times(' \t  x\n', n)), QP)],
  ['= in quoted-printable', (n) => decodeTransfer(Buffer.from(times('= =\t', n)), QP)],
  ['quoted-printable without lines, in pieces', (n) => inPieces(times('=41', n), QP, 100)],
  ['base64 without lines, in pieces', (n) => inPieces(times('QUJD', n), 'base64', 100)],
  ['padding in base64', (n) => decodeTransfer(Buffer.from(times('QQ==', n)), 'base64')],
  ['padding alone', (n) => decodeTransfer(Buffer.from(times('=', n)), 'base64')],
  [
    'base64 without lines, then words',
    (n) => inPieces(times('QUJD', n / 2) + times('a b\n', n / 2), 'base64', n),
  ],
  [
    'lines of base64 with padding',
    (n) => decodeTransfer(Buffer.from(times('QUJDQUJD\nQQ==\n', n)), 'base64'),
  ],
  ['lines of base64 and dashes', (n) => decodeTransfer(Buffer.from(times('QUJDQUJD\nQUJ-\n', n)), 'base64')],
  ['lines of base64', (n) => decodeTransfer(Buffer.from(times('QUJD\n', n)), 'base64')],
  ['dashes and spaces in a multipart', (n) => walk(`${MULTIPART}--${times(' ', n)}\r\n--b--`)],
  ['lines of dashes', (n) => walk(MULTIPART + times('--\r\n', n))],
  ['dashes without an end', (n) => walk(MULTIPART + times('-', n), 100)],
  ['boundaries', (n) => walk(MULTIPART + times('--b\r\n\r\n', n))],
  ['boundaries, byte by byte', (n) => walk(MULTIPART + times('--b\r\n\r\n', n / 4), 1)],
  [
    'multiparts within each other',
    (n) => walk(times('--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n', n)),
  ],
  [
    'encoded multiparts within each other',
    (n) =>
      walk(
        MULTIPART +
          times(`--b\r\n${MULTIPART.replace('\r\n\r\n', `\r\nContent-Transfer-Encoding: ${QP}\r\n\r\n`)}`, n),
      ),
  ],
  ['a header without an end', (n) => walk(times('x', n), 100)],
  ['folded lines', (n) => headerFields(Buffer.from(`Subject: ${times('\r\n a', n)}`))],
  ['fields', (n) => headerFields(Buffer.from(times('a:\r\n', n)))],
  ['spaces in a field', (n) => headerFields(Buffer.from(`Subject:${times(' ', n)}x${times(' ', n)}`))],
  [
    'fields of recipients',
    (n) => summaryOf(Array.from({ length: n / 8 }, () => ({ name: 'To', value: 'a@x.test' }))),
  ],
  ['commas in a route', (n) => parseAddressList(`<@${times(',', n)}`)],
  ['words in a route', (n) => parseAddressList(`<@${times('a,', n)}`)],
  ['recipients of a reply', (n) => replyToAll(n / 20)],
  [
    'carriage returns in a text',
    (n) => decodeText({ type: 'text/plain' }, Buffer.from(`${times('\r', n)}x`)),
  ],
  ['groups', (n) => parseAddressList(times('a:', n))],
  ['groups of nobody', (n) => parseAddressList(times('a:;', n))],
  ['commas', (n) => parseAddressList(times('a,', n))],
  ['angle brackets', (n) => parseAddressList(times('<', n))],
  ['mailboxes without commas', (n) => parseAddressList(times('<a@b>', n))],
  ['comments', (n) => parseAddressList(times('(', n))],
  ['quotation marks', (n) => parseAddressList(times('"', n))],
  ['a quoted local part', (n) => parseAddressList(`"${times('\\"', n)}"@x.test`)],
  ['escaped quotation marks without an end', (n) => parseAddressList(`"${times('\\"', n)}`)],
  ['brackets and quotation marks', (n) => parseAddressList(times('["', n))],
  [
    'eight-bit letters between escape sequences',
    (n) =>
      decodeText({ type: 'text/plain', parameters: { charset: 'iso-2022-jp' } }, latin1('\x1b(B\xff', n / 4)),
  ],
  ['fields whose values are not indented', (n) => headerFields(Buffer.from(times('a:\r\nb\r\n', n / 4)))],
  ['pictures in HTML', (n) => shownIds(times('cid:', n) + times('<img src="cid:a%40">', n / 10))],
  ['at signs', (n) => parseAddressList(times('a@ ', n))],
  ['brackets', (n) => parseAddressList(times('[', n))],
  ['addresses without commas', (n) => parseAddressList(times('a@b ', n))],
  ['colons in an address', (n) => parseAddressList(`<${times('a:', n)}a@b>`)],
  ['brackets around an address', (n) => parseAddressList(`<[${times('a', n)}@]`)],
  ['words of an address', (n) => parseAddressList(times('a ', n))],
  ['encoded words in an address', (n) => parseAddressList(times('=?utf-8?Q?a?=', n))],
  ['the beginnings of encoded words', (n) => decodeWords(times('=?', n))],
  ['encoded words without an end', (n) => decodeWords(times('=?u?q?', n))],
  ['encoded words with an end far away', (n) => decodeWords(`${times('=?u?q?a', n)}?=`)],
  ['encoded words of two charsets', (n) => decodeWords(times('=?a?q?a?==?b?q?a?=', n))],
  ['base64 words that go on', (n) => decodeWords(times('=?utf-8?b?QUJ?=', n))],
  ['question marks', (n) => decodeWords(`=?u?q?${times('?', n)}`)],
  ['semicolons', (n) => parseParameters(times(';', n))],
  ['parameters', (n) => parseParameters(`a/b; ${times('a*0=b;', n)}`)],
  ['quotation marks in a parameter', (n) => parseParameters(`a/b; name="${times('"', n)}`)],
  ['comments in a parameter', (n) => parseParameters(`a/b; ${times('(', n)}`)],
  ['a long file name', (n) => parseParameters(`a/b; name=${times('.', n)}`)],
  ['open quotations', (n) => parseParameters(`a/b; x="${times('; y="', n)}`)],
  ['parameters without semicolons', (n) => parseParameters(`a/b ${times('a=b ', n)}`)],
  ['spaces in a type', (n) => parseParameters(`a/b${times(' ', n)}=`)],
  ['percent signs', (n) => parseParameters(`a/b; name*=u''${times('%4', n)}`)],
  ['dots in a file name', (n) => safeFileName(times('.', n), 'x')],
  ['dots and a letter in a file name', (n) => safeFileName(`a${times('.', n)}a`, 'x')],
  ['slashes in a file name', (n) => safeFileName(times('/', n), 'x')],
  ['parentheses in a date', (n) => headerDate(times('(', n))],
  ['spaces in a date', (n) => headerDate(`1${times(' ', n)}Feb`)],
  ['digits in a date', (n) => headerDate(times('1 ', n))],
  ['bytes that are no UTF-8', (n) => decodeBytes(Buffer.from(times('\xff\xc3', n), 'latin1'), 'utf-8')],
  ['escapes', (n) => decodeBytes(Buffer.from(times('\x1b$B', n)), 'iso-2022-jp')],
  ['escapes that are none', (n) => decodeBytes(Buffer.from(times('\x1b$B\x1bx', n)), 'iso-2022-jp')],
  ['HZ', (n) => decodeBytes(Buffer.from(times('~{', n)), 'hz-gb-2312')],
  ['UTF-7', (n) => decodeBytes(Buffer.from(times('+', n)), 'utf-7')],
  ['a header that is none', (n) => walk(times('a\n', n))],
  ['a header of blank lines', (n) => walk(`A: b\n${times(' \n', n)}`)],
  ['boundaries in a header', (n) => walk(`Content-Type: a/b\n \n${times('--b\n \n', n)}`)],
  [
    'parts whose headers have no end, in one piece',
    (n) => walk(MULTIPART + '--b\r\nx\r\n\r\n'.repeat(900) + times('y\r\n', n), Infinity),
  ],
  ['multiparts within each other whose headers have no end', (n) => walk(NESTED + times('y\n', n))],
  ['raw bytes in a header', (n) => headerFields(Buffer.from(`A: ${times('\xa0', n)}`, 'latin1'))],
  ['spaces around raw bytes', (n) => headerFields(Buffer.from(`A:${times(' \xa0', n)}`, 'latin1'))],
  ['commands of enriched text', (n) => decodeText({ type: 'text/enriched' }, Buffer.from(times('<a>', n)))],
  ['< in enriched text', (n) => decodeText({ type: 'text/richtext' }, Buffer.from(times('<\n', n)))],
  [
    'lines of uuencode',
    (n) => decodeTransfer(Buffer.from(`begin 644 a\n${times('#86)C\n', n)}`), 'x-uuencode'),
  ],
  ['uuencode that never begins', (n) => decodeTransfer(Buffer.from(times('begin\n', n)), 'x-uuencode')],
  [
    'letters between blank lines in base64',
    (n) => decodeTransfer(Buffer.from(`YWJj\n\n${times('Z\n\n', n)}`), 'base64'),
  ],
  ['flowed lines', (n) => flowed(times('a \n', n))],
  ['flowed quotes', (n) => flowed(times('>', n))],
  ['flowed quotes in lines', (n) => flowed(times('> \n>> \n', n))],
  ['meta elements', (n) => decodeText({ type: 'text/html' }, Buffer.from(times('<meta ', n)))],
  ['<head> in a quotation', (n) => quoteForReply(message(times('<head>', n)), { timeZone: 'UTC' })],
  ['doctypes in a quotation', (n) => bodyOf(times('<!doctype ', n))],
  ['<body in a quotation', (n) => bodyOf(times('<body ', n))],
  ['</head in a quotation', (n) => bodyOf(`<head>${times('</head ', n)}`)],
  ['elements within each other', (n) => htmlToText(times('<div>', n))],
  ['elements that no program writes', (n) => htmlToText(times('<constructor>', n))],
  ['links', (n) => htmlToText(times('<a href="x">y</a>', n))],
  ['cells', (n) => htmlToText(times('<td>a<td> ', n))],
  ['cells of a large page', (n) => pageText(times('<td>a<td> ', n))],
  ['tables within each other', (n) => htmlToText(times('<table><tr><td>', n))],
  ['< in HTML', (n) => htmlToText(times('<', n))],
  ['& in HTML', (n) => htmlToText(times('&', n))],
  ['lines in HTML', (n) => htmlToText(times('<br> ', n))],
  ['lists within each other', (n) => htmlToText(times('<ul><li>', n))],
  ['attributes', (n) => htmlToText(`<a ${times('a ', n)}`)],
  ['comments in HTML', (n) => htmlToText(times('<!--', n))],
  ...[
    ...['<div>', '<b>x', '<blockquote>x<br>', '<ul><li>x', '<ol><li>', '<table><tr><td>x', '<th>x', '<'],
    ...['<a href="http://x">y<p>', '<a ', '&', '&amp;', '</div>', '</div', '<pre>x\n', '<!--', '<br> '],
    ...['<div hidden>', '<template>', '<constructor>', 'x ', '\u200c', '<p style="display:', '</'],
  ].map((piece): [string, (n: number) => unknown] => [
    `${JSON.stringify(piece)} as Markdown`,
    (n) => htmlToMarkdown(times(piece, n)),
  ]),
  ...[
    ...['<blockquote type=cite>x', '<blockquote type=cite>x</blockquote>', '<div class=gmail_quote>'],
    ...['<div id=divRplyFwdMsg>x', '<p>From: a<p>', '<br>a@b wrote:', '</blockquote>', '<p>Von: x<p>'],
  ].map((piece): [string, (n: number) => unknown] => [
    `history in ${piece}`,
    (n) => withoutHistory({ text: '', html: times(piece, n) }, ''),
  ]),
  ...['> a\n', '>', 'a@b wrote:\n', 'a\n> b\n', 'From: a\n', 'wrote ', '1 schrieb:\n', '\n', ' ', '_'].map(
    (piece): [string, (n: number) => unknown] => [
      `history in ${JSON.stringify(piece)}`,
      (n) => withoutHistory({ text: times(piece, n), html: '' }, ''),
    ],
  ),
  [
    'pieces of a message',
    (n) =>
      contentOf(
        // Messages have no more parts than this.
        times(' a', n / 4)
          .split(' ')
          .flatMap((one) => singleForms(one, '')),
      ),
  ],
  ['addresses that a person wrote', (n) => refused(() => parseAddresses('To', times('a@b.c,', n)))],
  [
    'a quoted local part that a person wrote',
    (n) => refused(() => parseAddresses('To', `"${times('\\"', n)}@x.test`)),
  ],
  ['a domain that a person wrote', (n) => refused(() => parseAddresses('To', `a@${times('a.', n)}`))],
  ['angle brackets that a person wrote', (n) => refused(() => parseAddresses('To', times('<', n)))],
  ['groups that a person wrote', (n) => refused(() => parseAddresses('To', times('a:', n)))],
  ['stars that match a file name', (n) => matchesGlob('*a*a*a*a*b', times('a', n))],
  ['names that are written', (n) => formatAddresses([{ name: times('"', n), address: 'a@b.c' }])],
];

function inPieces(text: string, encoding: string, size: number): void {
  const decoder = new TransferDecoder(encoding);
  for (let at = 0; at < text.length; at += size) decoder.push(Buffer.from(text.slice(at, at + size)));
  decoder.end();
}

const flowed = (text: string) =>
  decodeText({ type: 'text/plain', parameters: { format: 'flowed' } }, Buffer.from(text));

describe('twice the input takes at most twice the time:', () => {
  it.each(SCANS)('%s', (_, work) => {
    const lengths = Array.from({ length: DOUBLINGS + 1 }, (__, i) => START * 2 ** i);
    work(START);
    const best = lengths.map(() => Infinity);
    const isLinear = () =>
      best.at(-1)! < TOO_SHORT || best.at(-1)! / Math.max(best[0]!, 4) <= MOST ** DOUBLINGS;
    for (let run = 0; run < RUNS; run++) {
      for (const [i, length] of lengths.entries()) {
        best[i] = Math.min(
          best[i]!,
          processorTime(() => work(length)),
        );
        expect(best[i], `${length} letters take ${best[i]} ms`).toBeLessThan(3000);
      }
      if (run > 0 && isLinear()) break;
    }
    expect(
      isLinear(),
      `${lengths.join(', ')} letters take ${best.map((one) => one.toFixed(1)).join(', ')} ms`,
    ).toBe(true);
  });
});
