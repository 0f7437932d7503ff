import { crlf, type Shape } from './shape';

/*
 * Kinds of mail that the test suites of mail programs and libraries hold and that nobody sends every day, each with its
 * right reading by the RFC.
 */

/** One character for each byte. */
const raw = (header: string[], ...body: string[]): Buffer =>
  Buffer.from(crlf(...header, '', ...body), 'latin1');
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

const FROM = 'From: Ada <ada@example.test>';
const MIME = 'MIME-Version: 1.0';

const header = (name: string, lines: string[], found: Partial<Shape>): Shape => ({
  name: `rare header: ${name}`,
  raw: raw(lines, 'hi'),
  ...found,
});
const to = (name: string, line: string, expected: string[]): Shape =>
  header(name, [FROM, `To: ${line}`], { to: expected });
const dated = (line: string, date: string): Shape =>
  header(`date ${line}`, [FROM, `Date: ${line}`], { date });

const HEADERS: Shape[] = [
  // The last byte of these letters is that of a space that does not break.
  header('a letter that ends with the byte A0', [FROM, `Subject: ${utf8('voilà')}`], { subject: 'voilà' }),
  header('such a letter in a name', [`From: ${utf8('Роза à')} <a@x.test>`], {
    from: ['Роза à <a@x.test>'],
  }),
  to('such a letter in an address', utf8('Р@Рx.test'), ['Р@Рx.test']),
  to('such a letter within a word', `=?utf-8?Q?${utf8('à')}=2C?= <a@x.test>`, ['à, <a@x.test>']),
  header(
    'raw bytes in the charset of the text',
    [FROM, 'Subject: \xcf\xf0\xe8\xe2\xe5\xf2', 'Content-Type: text/plain; charset="windows-1251"'],
    { subject: 'Привет' },
  ),
  header(
    'raw bytes in the charset of a word',
    ['From: =?koi8-r?B?8NLJ18XU?= <a@x.test>', 'Subject: \xf0\xd2\xc9\xd7\xc5\xd4'],
    { from: ['Привет <a@x.test>'], subject: 'Привет' },
  ),
  header(
    'raw UTF-8 beside a text in Latin-1',
    [FROM, `Subject: ${utf8('日本')}`, 'Content-Type: text/plain; charset=iso-8859-1'],
    { subject: '日本' },
  ),
  header(
    'raw Latin-1 beside a text in UTF-16',
    [FROM, 'Subject: Gr\xfc\xdfe', 'Content-Type: text/plain; charset=utf-16'],
    { subject: 'Grüße' },
  ),
  header(
    'a letter of Big5 that holds a backslash',
    ['From: "\xa5\x5c" <a@x.test>', 'Content-Type: text/plain; charset=big5'],
    { from: ['功 <a@x.test>'] },
  ),
  header('raw ISO-2022-JP in a name', ['From: "\x1b$B"A%"\x1b(B" <a@x.test>'], { from: ['∩ア <a@x.test>'] }),
  header('a word without a charset', [FROM, 'Subject: [x] =??Q?Re=3A_K=F6ln?='], {
    subject: '[x] Re: Köln',
  }),
  to('a route before a second address', 'A <@r.test,@s.test:a@x.test>, b@x.test', [
    'A <a@x.test>',
    'b@x.test',
  ]),
  to('a comment behind a group', 'G: a@x.test; (the end)', ['a@x.test']),
  to('a comment within an empty group', '(x) G: (nobody) ;', []),
  to('what a server writes for nobody', 'unlisted-recipients:; (no To-header on input)', []),
  to('nobody, with a domain', 'undisclosed-recipients:;@x.test', []),
  to('nobody in angle brackets', '<Undisclosed-Recipient:;>', []),
  to('nobody in angle brackets, with a domain', '<Undisclosed-Recipient:@x.test;>', []),
  to('an address of a link', '"A" <mailto:a@x.test>', ['A <a@x.test>']),
  to('an address in square brackets', 'A [a@x.test]', ['A <a@x.test>']),
  to('addresses without commas', 'a@x.test b@x.test c@x.test', ['a@x.test', 'b@x.test', 'c@x.test']),
  to('an address that is a word', '<=?utf-8?Q?a=40x=2Etest?=>', ['a@x.test']),
  to('a word that would be two addresses', '<=?utf-8?Q?a=40x=2Etest=2Cb=40x=2Etest?=>', [
    '=?utf-8?Q?a=40x=2Etest=2Cb=40x=2Etest?=',
  ]),
  to('a colon in a quoted local part', '"a:b"@x.test', ['"a:b"@x.test']),
  dated('Fri, 21 Nov 1997 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06.000Z'),
  dated('Fri, 21 Nov 1997 9:5:6 +0000', '1997-11-21T09:05:06.000Z'),
  dated('Fri, 21 Nov 1997 24:00:00 +0000', '1997-11-22T00:00:00.000Z'),
  dated('=?us-ascii?Q?Fri=2C_21_Nov_1997_09=3A55=3A06_+0000?=', '1997-11-21T09:55:06.000Z'),
];

const body = (name: string, lines: string[], text: string[], found: Partial<Shape>): Shape => ({
  name: `rare body: ${name}`,
  raw: raw([FROM, MIME, ...lines], ...text),
  ...found,
});

const BODIES: Shape[] = [
  body(
    'an unknown kind of multipart',
    ['Content-Type: multipart/*; boundary=b'],
    ['--b', '', 'hello', '--b', 'Content-Type: application/x; name=x.y', '', 'x', '--b--'],
    { text: 'hello', files: [{ name: 'x.y', bytes: Buffer.from('x') }] },
  ),
  body(
    'two plain texts as alternatives',
    ['Content-Type: multipart/alternative; boundary=b'],
    ['--b', 'Content-Type: text/plain', '', 'good', '--b', 'Content-Type: text/plain', '', 'best', '--b--'],
    { text: 'best', files: [{ name: '', bytes: Buffer.from('good') }] },
  ),
  body(
    'cut off in its last line',
    ['Content-Type: multipart/mixed; boundary=b'],
    ['--b', 'Content-Type: text/plain', '', 'hello', '--b-'],
    { text: 'hello' },
  ),
  body(
    'base64 with blank lines between short ones',
    ['Content-Transfer-Encoding: base64'],
    ['YWJj', '', 'ZG', '', 'V', '', 'mZ2hpamts', '', 'bW4=', ''],
    { text: 'abcdefghijklmn' },
  ),
  body(
    'base64 with words as a footer',
    ['Content-Transfer-Encoding: base64'],
    ['aGVsbG8h', '', 'Regards', 'Peter'],
    { text: 'hello!' },
  ),
  body(
    'enriched text',
    ['Content-Type: text/enriched; charset=us-ascii'],
    [
      ...[
        '<bold>Now</bold> is the time for',
        '<italic>all</italic> good men',
        '<smaller>(and <<women>)</smaller>',
      ],
      ...['to <color><param>red</param>come</color>', '', '', 'to the aid.', '<nofill>a', ' b</nofill>'],
    ],
    { text: 'Now is the time for all good men (and <women>) to come\n\nto the aid. a\n b' },
  ),
  body(
    'rich text',
    ['Content-Type: text/richtext'],
    ['<bold>Now</bold> is the time<nl>', 'for <lt>all<comment>hidden</comment>', '<constructor>men.'],
    { text: 'Now is the time\nfor <all men.' },
  ),
  body('RTF that says it is text', ['Content-Type: text/rtf'], ['{\\rtf1 hello}', ''], {
    text: '',
    files: [{ name: '', bytes: Buffer.from('{\\rtf1 hello}\r\n') }],
  }),
];

const UU = ['begin 644 a.bin', '#86)C', '`', 'end'];
const ABC = Buffer.from('abc');

/** Wrong, rare and missing labels. */
const LABELS: Shape[] = [
  ...['quotedprintable', 'Quoted_Printable', 'quoted-printable; x=1', 'quoted-printable, 8bit'].map((name) =>
    body(`encoded as ${name}`, [`Content-Transfer-Encoding: ${name}`], ['a=3Db'], { text: 'a=b' }),
  ),
  ...['base-64', 'x-base64', 'BASE64;'].map((name) =>
    body(`encoded as ${name}`, [`Content-Transfer-Encoding: ${name}`], ['aGVsbG8='], { text: 'hello' }),
  ),
  body('uuencode', ['Content-Transfer-Encoding: x-uuencode'], UU, { text: 'abc' }),
  body(
    'a file in uuencode',
    ['Content-Type: multipart/mixed; boundary=b'],
    [
      ...['--b', '', 'hello', '--b', 'Content-Type: application/x; name=a.bin'],
      ...['Content-Transfer-Encoding: uuencode', '', 'before', ...UU, 'after', '--b--'],
    ],
    { text: 'hello', files: [{ name: 'a.bin', bytes: ABC }] },
  ),
  body(
    'uuencode that lost the spaces at the end of its lines',
    ['Content-Transfer-Encoding: x-uue'],
    ['begin 644 a.bin', '#0', '#86)C', '`', 'end'],
    { text: '@abc' },
  ),
  body('uuencode that is none', ['Content-Transfer-Encoding: uuencode'], ['hello'], { text: 'hello' }),
  body('base64 with spaces in its lines', ['Content-Transfer-Encoding: base64'], ['aGVs bG8', ' ='], {
    text: 'hello',
  }),
  body(
    'a footer in HTML right behind base64',
    ['Content-Type: text/html', 'Content-Transfer-Encoding: base64'],
    ['PGI+aGVsbG88L2I+', '<p>a list</p>'],
    { html: '<b>hello</b>', text: 'hello' },
  ),
  body(
    'a page that says UTF-8 and is in the charset of its meta',
    ['Content-Type: text/html; charset=utf-8'],
    ['<meta charset=windows-1251>\xcf\xf0'],
    { text: 'Пр' },
  ),
  body(
    'a page in UTF-8 with a damaged letter, whose meta was forgotten',
    ['Content-Type: text/html; charset=utf-8'],
    [`<meta charset=windows-1251>${utf8('Привет')} \xc3`],
    { text: 'Привет Ã' },
  ),
  body('an encoding that no program knows', ['Content-Transfer-Encoding: constructor'], ['hello'], {
    text: 'hello',
  }),
  body('XHTML', ['Content-Type: text/html'], ['<?xml version="1.0" encoding="koi8-r"?><p>\xf0\xd2</p>'], {
    text: 'Пр',
  }),
  body('no semicolon before the charset', ['Content-Type: text/html charset=koi8-r'], ['<p>\xf0\xd2</p>'], {
    text: 'Пр',
  }),
  body(
    'no semicolon before the next',
    ['Content-Type: text/plain; charset=koi8-r format=flowed'],
    ['\xf0 ', 'a'],
    {
      text: 'П a',
    },
  ),
  body(
    'no semicolon before the boundary',
    ['Content-Type: multipart/mixed', ' boundary="b"'],
    ['--b', '', 'hello', '--b--'],
    { text: 'hello' },
  ),
  body(
    'an open quote before the boundary',
    ['Content-Type: multipart/mixed; charset="utf-8; boundary="b"'],
    ['--b', '', 'hello', '--b--'],
    { text: 'hello' },
  ),
  body(
    'a boundary that is nowhere',
    ['Content-Type: multipart/mixed; boundary=b'],
    ['--c', '', 'hello', '--c--'],
    { text: '--c\n\nhello\n--c--' },
  ),
  body(
    'an inner boundary that is nowhere',
    ['Content-Type: multipart/mixed; boundary=b'],
    [
      ...['--b', 'Content-Type: multipart/mixed; boundary=c', '', 'hello'],
      ...['--b', 'Content-Type: application/x; name=a.bin', '', 'abc', '--b--'],
    ],
    { text: 'hello', files: [{ name: 'a.bin', bytes: ABC }] },
  ),
  body(
    'the boundary of the outer multipart is longer by a dash',
    ['Content-Type: multipart/mixed; boundary=b-'],
    [
      ...['--b-', 'Content-Type: multipart/alternative; boundary=b', '', '--b', '', 'hello'],
      ...['--b-', 'Content-Type: application/x; name=a.bin', '', 'abc', '--b---'],
    ],
    { text: 'hello', files: [{ name: 'a.bin', bytes: ABC }] },
  ),
  body(
    'cells and rows of a table',
    ['Content-Type: text/html'],
    [
      '<title>no</title><table><tr><td>Total</td><td>12.00</td></tr><tr><td>Tax</td><td>2.00</td></tr></table>',
    ],
    { text: 'Total 12.00\nTax 2.00' },
  ),
];

const named = (name: string, disposition: string, fileName: string): Shape =>
  body(
    `a file name: ${name}`,
    ['Content-Type: multipart/mixed; boundary=b'],
    [
      ...['--b', '', 'hello', '--b', 'Content-Type: application/octet-stream'],
      ...[`Content-Disposition: ${disposition}`, '', 'abc', '--b--'],
    ],
    { text: 'hello', files: [{ name: fileName, bytes: ABC }] },
  );

const NAMES: Shape[] = [
  named('no semicolon', 'attachment filename="a b.txt"', 'a b.txt'),
  named('a comma for a semicolon', 'attachment, filename="a.txt"', 'a.txt'),
  named('quotes within it', 'attachment; filename="the "final" one.pdf"; size=3', 'the "final" one.pdf'),
  named('a quote at its end', 'attachment; filename=a.txt"', 'a.txt'),
  named('a word where RFC 2231 is due', 'attachment; filename*="=?utf-8?Q?=C3=A4.txt?="', 'ä.txt'),
  named('a line break in a word', 'attachment; filename="=?utf-8?Q?a=0D=0Ab.txt?="', 'a b.txt'),
  named('; and = at its end', 'attachment; filename="page?a=1; b="; size=3', 'page?a=1; b='),
  named('text behind it', 'attachment; filename="a.txt", size=3', 'a.txt'),
  named('raw UTF-8 that ends with A0', `attachment; filename=${utf8('voilà')}`, 'voilà'),
];

const whole = (name: string, lines: string[], found: Partial<Shape>): Shape => ({
  name: `rare header end: ${name}`,
  raw: Buffer.from(crlf(...lines, ''), 'latin1'),
  ...found,
});

const HEADER_ENDS: Shape[] = [
  whole('none', [FROM, 'Subject: x', 'hello, this is', 'the text'], { text: 'hello, this is\nthe text' }),
  whole('an empty line with a space', [FROM, 'Subject: x', ' ', 'hello', ' ', 'you'], {
    subject: 'x',
    text: 'hello\n \nyou',
  }),
  whole('a folded line of spaces', [FROM, 'Subject: a', ' ', ' b', '', 'hello'], {
    subject: 'a b',
    text: 'hello',
  }),
  whole(
    'none in a part',
    [
      ...[FROM, MIME, 'Content-Type: multipart/mixed; boundary=b', '', '--b'],
      ...['Content-Type: text/plain', 'hello, this is', 'the text'],
      ...['--b', 'Content-Type: application/octet-stream; name=a.bin', '', 'abc', '--b--'],
    ],
    { text: 'hello, this is\nthe text', files: [{ name: 'a.bin', bytes: ABC }] },
  ),
  whole(
    'none before the first part',
    [
      ...[FROM, MIME, 'Content-Type: multipart/mixed; boundary="b:1"', '--b:1'],
      ...['Content-Type: text/plain', '', 'hello'],
      ...['--b:1', 'Content-Type: application/octet-stream; name=a.bin', '', 'abc', '--b:1--'],
    ],
    { text: 'hello', files: [{ name: 'a.bin', bytes: ABC }] },
  ),
  whole(
    'a parameter that is not indented',
    [
      ...[FROM, MIME, 'Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'hello'],
      ...['--b', 'Content-Type: application/octet-stream;', 'name="a b.bin"', '', 'abc', '--b--'],
    ],
    { text: 'hello', files: [{ name: 'a b.bin', bytes: ABC }] },
  ),
];

export const RARE_KINDS: Shape[] = [...HEADER_ENDS, ...HEADERS, ...BODIES, ...LABELS, ...NAMES];
