import { crlf, type Shape } from './shape';

/*
 * Kinds of mail that programs in the field write and that readers get wrong, each with its right reading by the RFC.
 */

/** Latin-1 lines, so that bytes beyond ASCII can be written as such. */
const raw = (header: string[], ...body: string[]): Buffer =>
  Buffer.from(crlf(...header, '', ...body), 'latin1');

const FROM = 'From: Ada <ada@example.test>';
const MIME = 'MIME-Version: 1.0';
const PDF = [
  'Content-Type: application/pdf; name=a.pdf',
  'Content-Disposition: attachment; filename=a.pdf',
  'Content-Transfer-Encoding: base64',
  '',
  'QUJD',
];
const A_PDF = [{ name: 'a.pdf', bytes: Buffer.from('ABC') }];
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

const people = (name: string, to: string, expected: string[]): Shape => ({
  name: `addresses: ${name}`,
  raw: raw([FROM, ...to.split('\n')], 'hi'),
  to: expected,
});

const ADDRESSES: Shape[] = [
  people('two groups and one outside', 'To: A: a@x.test; B: b@x.test, Cy <c@x.test>;, d@x.test', [
    'a@x.test',
    'b@x.test',
    'Cy <c@x.test>',
    'd@x.test',
  ]),
  people('a group that is never closed', 'To: Team: a@x.test, b@x.test', ['a@x.test', 'b@x.test']),
  people('a group with a quoted name', 'To: "Team: North": a@x.test;', ['a@x.test']),
  people('undisclosed, with words', 'To: undisclosed recipients: ;', []),
  people('a colon in quotes', 'To: "Re: us" <a@x.test>', ['Re: us <a@x.test>']),
  people('an encoded semicolon', 'To: =?utf-8?Q?a=3Bb?= <a@x.test>, b@x.test', [
    'a;b <a@x.test>',
    'b@x.test',
  ]),
  people('an encoded quotation mark', 'To: =?utf-8?Q?=22A=22?= <a@x.test>', ['"A" <a@x.test>']),
  people('words of two charsets', 'To: =?utf-8?Q?=C3=9C?= =?iso-8859-1?Q?=FC?= <a@x.test>', [
    'Üü <a@x.test>',
  ]),
  people('a comment within a comment', 'To: a@x.test (A (the first) B)', ['A (the first) B <a@x.test>']),
  people('commas only', 'To: , ,, a@x.test,,', ['a@x.test']),
  people('an at in quotes', 'To: "a@b"@x.test', ['"a@b"@x.test']),
  people('escapes in quotes', 'To: "a\\"b"@x.test', ['"a\\"b"@x.test']),
  people('quotes without need', 'To: "ada"@x.test', ['ada@x.test']),
  people('two dots without quotes', 'To: a..b@x.test', ['"a..b"@x.test']),
  people('a dot first', 'To: <.a@x.test>', ['".a"@x.test']),
  people('a route', 'To: <@r.test,@s.test:a@x.test>', ['a@x.test']),
  people('white space around the at', 'To: a @ x . test', ['a@x.test']),
  people('no angle brackets around it', 'To: Ada Lovelace ada@x.test', ['Ada Lovelace <ada@x.test>']),
  people('a comma missing', 'To: A <a@x.test> B <b@x.test>', ['A <a@x.test>', 'B <b@x.test>']),
  people('a comma in a name without quotes', 'To: Doe, John <john@x.test>', ['Doe, John <john@x.test>']),
  people('an address literal', 'To: a@[127.0.0.1]', ['a@[127.0.0.1]']),
  people('a field for each', 'To: a@x.test\nTo: b@x.test', ['a@x.test', 'b@x.test']),
  people('folded within a name', 'To: Ada\r\n Lovelace <a@x.test>', ['Ada Lovelace <a@x.test>']),
  people('letters beyond ASCII in the address', `To: ${utf8('grüße@bücher.test')}`, ['grüße@bücher.test']),
];

const dated = (text: string, expected: string): Shape => ({
  name: `date: ${text}`,
  raw: raw([FROM, `Date: ${text}`], 'hi'),
  date: expected,
});

const DATES: Shape[] = [
  dated('Sun, 1 Feb 2026 23:30:00', '2026-02-01T23:30:00.000Z'),
  dated('1 Feb 2026 23:30', '2026-02-01T23:30:00.000Z'),
  dated('Sun, 01 Feb 2026 23:30:00 +0530', '2026-02-01T18:00:00.000Z'),
  dated('Sun, 1 Feb 2026 23:30:00 -0800 (PST (winter))', '2026-02-02T07:30:00.000Z'),
  dated('Sun, 1 Feb 2026 23:30:00 PDT', '2026-02-02T06:30:00.000Z'),
  dated('Sun, 1 Feb 2026 23:30:00 XYZ', '2026-02-01T23:30:00.000Z'),
  dated('Sun, 1 Feb 2026 23:30:00 A', '2026-02-01T23:30:00.000Z'),
  dated('Sun, 1 Feb 2026 23:30:00 GMT+0100', '2026-02-01T22:30:00.000Z'),
  dated('Sun, 1 Feb 2026 23:30:00 +01:00', '2026-02-01T22:30:00.000Z'),
  dated('Sunday, 1-Feb-26 23:30:00 UT', '2026-02-01T23:30:00.000Z'),
  dated('Mon, 1 Feb 99 23:30:00 GMT', '1999-02-01T23:30:00.000Z'),
  dated('Tue, 1 Feb 100 23:30:00 GMT', '2000-02-01T23:30:00.000Z'),
  dated('Sun Feb  1 23:30:00 2026', '2026-02-01T23:30:00.000Z'),
  dated('Sun Feb  1 23:30:00 EST 2026', '2026-02-02T04:30:00.000Z'),
  dated('2026-02-01T23:30:00+02:00', '2026-02-01T21:30:00.000Z'),
  dated('2026-02-01 23:30:00', '2026-02-01T23:30:00.000Z'),
  dated('Sun, 1 (first) Feb 2026 (year) 23:30:00 Z', '2026-02-01T23:30:00.000Z'),
  dated('Sun, 1 Feb 2026 11:30:00 PM', '2026-02-01T23:30:00.000Z'),
  dated('Sun, 1 Feb 2026 23.30.00 +0000', '2026-02-01T23:30:00.000Z'),
  dated('Sun, 1 Feb 2026 23:59:60 +0000', '2026-02-01T23:59:59.000Z'),
  dated('Sun, 31 Feb 2026 10:00:00 +0000', ''),
  dated('yesterday', ''),
];

const texts = (name: string, type: string, body: string, expected: string, encoding = '8bit'): Shape => ({
  name: `charset: ${name}`,
  raw: raw(
    [FROM, MIME, ...(type ? [`Content-Type: ${type}`] : []), `Content-Transfer-Encoding: ${encoding}`],
    body,
  ),
  text: expected,
});
const plain = (label: string) => `text/plain; charset="${label}"`;

const CHARSETS: Shape[] = [
  texts('UTF-8 that says windows-1252', plain('windows-1252'), utf8('Köln €'), 'Köln €'),
  texts('UTF-8 that says gb2312', plain('gb2312'), utf8('你好'), '你好'),
  texts('Latin-1 that says UTF-8', plain('utf-8'), 'K\xf6ln', 'Köln'),
  texts('UTF-8 with one broken byte', plain('utf-8'), `${utf8('Köln 日本')} \xe9t\xe9`, 'Köln 日本 été'),
  texts('one Chinese letter that could be UTF-8', plain('gb2312'), '\xc4\xa3', '模'),
  texts('a label in another case', plain('WINDOWS-1250'), '\xb3\xf3d\x9f', 'łódź'),
  texts('cp949', plain('cp949'), '\xc7\xd1\xb1\xdb', '한글'),
  texts('ks_c_5601-1987', plain('ks_c_5601-1987'), '\xc7\xd1\xb1\xdb', '한글'),
  texts('x-sjis', plain('x-sjis'), '\x93\xfa\x96\x7b', '日本'),
  texts('Windows-31J with a letter of NEC', plain('Windows-31J'), '\x87\x40', '①'),
  texts('cp437', plain('cp437'), '\x81\x84', 'üä'),
  texts('ibm852', plain('ibm852'), '\xa2\x88', 'ół'),
  texts('macintosh', plain('macintosh'), 'K\x9aln', 'Köln'),
  texts('x-mac-cyrillic', plain('x-mac-cyrillic'), '\x80\xe1', 'Аб'),
  texts('latin1', plain('latin1'), 'K\xf6ln', 'Köln'),
  texts('iso8859_1', plain('iso8859_1'), 'K\xf6ln', 'Köln'),
  texts('an empty label', plain(''), 'K\xf6ln', 'Köln'),
  texts('a label that is none', plain('DEFAULT_CHARSET'), 'K\xf6ln', 'Köln'),
  texts('x-user-defined', plain('x-user-defined'), utf8('Köln'), 'Köln'),
  texts('iso-8859-9', plain('iso-8859-9'), '\xdd\xfe', 'İş'),
  texts('tis-620', plain('tis-620'), '\xca\xc7', 'สว'),
  texts('utf-16le', plain('utf-16le'), 'SwD2AGwAbgA=', 'Köln', 'base64'),
  texts('utf-16 without a mark', plain('utf-16'), 'SwD2AGwAbgA=', 'Köln', 'base64'),
  texts('utf-16 with the small end first', plain('utf-16'), '//5LAPYAbABuAA==', 'Köln', 'base64'),
  texts('UTF-8 with a mark', plain('us-ascii'), `\xef\xbb\xbf${utf8('Köln')}`, 'Köln'),
  texts('ISO-2022-JP without a label', 'text/plain', '\x1b$BF|K\\\x1b(B', '日本'),
  texts('ISO-2022-JP with half-width letters', plain('iso-2022-jp'), '\x1b(I1\x1b(B', 'ｱ'),
  texts('ISO-2022-JP-1', plain('iso-2022-jp-1'), '\x1b$(D0!\x1b(B', '丂'),
  texts('ISO-2022-KR', plain('iso-2022-kr'), '\x1b$)C\x0eGQ1[\x0f', '한글'),
  texts('ISO-2022-JP that is UTF-8', plain('iso-2022-jp'), utf8('日本'), '日本'),
  texts('HZ', plain('hz-gb-2312'), '~{VPND~} a', '中文 a'),
  texts('UTF-7', plain('unicode-1-1-utf-7'), 'K+APY-ln', 'Köln'),
  texts('a page that says windows-1251', 'text/html', '<meta charset="windows-1251">\xcf\xf0', 'Пр'),
  texts(
    'a page that says it in the old way',
    'text/html',
    '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">\xf0\xd2',
    'Пр',
  ),
  texts('no MIME at all, in Latin-1', '', 'K\xf6ln', 'Köln'),
];

const subject = (name: string, line: string, expected: string): Shape => ({
  name: `subject: ${name}`,
  raw: raw([FROM, `Subject: ${line}`], 'hi'),
  subject: expected,
});

const SUBJECTS: Shape[] = [
  subject('cut within a letter, in base64', '=?utf-8?B?S8M=?=\r\n =?utf-8?B?tmxu?=', 'Köln'),
  subject('cut within a group of base64', '=?utf-8?B?S8O2b?=\r\n =?utf-8?B?G4=?=', 'Köln'),
  subject('B and Q of one letter', '=?utf-8?B?S8M=?= =?utf-8?Q?=B6ln?=', 'Köln'),
  subject('white space beside text', 'a =?utf-8?Q?=C3=B6?= b =?utf-8?Q?=C3=A4?=  c', 'a ö b ä c'),
  subject('no white space between words', '=?utf-8?Q?=C3=B6?==?utf-8?Q?=C3=A4?=', 'öä'),
  subject('small letters', '=?UTF-8?q?=c3=b6?=', 'ö'),
  subject('no end', '=?utf-8?Q?K=C3=B6ln', 'Köln'),
  subject('no end before the next', '=?utf-8?Q?K=C3=B6 =?utf-8?Q?ln?=', 'Kö ln'),
  subject('no word at all', 'a =? b ?= c', 'a =? b ?= c'),
  subject('a charset that is none', '=?x-none?Q?K=F6ln?=', 'Köln'),
  subject('Latin-1 that says UTF-8', '=?utf-8?Q?K=F6ln?=', 'Köln'),
  subject('UTF-8 that says Latin-1', '=?iso-8859-1?Q?K=C3=B6ln?=', 'Köln'),
  subject('raw UTF-8 beside a word', `${utf8('Köln')} =?utf-8?Q?=C3=A4?=`, 'Köln ä'),
  subject('raw windows-1252', 'K\xf6ln \x96 \x80', 'Köln – €'),
  subject('an underscore', '=?utf-8?Q?a_b=5Fc?=', 'a b_c'),
  subject('a tab of a fold', 'a\r\n\tb', 'a b'),
  subject('raw bytes in Q', `=?utf-8?Q?${utf8('Köln')}?=`, 'Köln'),
];

const typed = (name: string, header: string[], body: string[], found: Partial<Shape>): Shape => ({
  name: `structure: ${name}`,
  raw: raw([FROM, MIME, ...header], ...body),
  ...found,
});
const HELLO = ['Content-Type: text/plain', '', 'hello'];
const PAGE = ['Content-Type: text/html', '', '<p>page</p>'];

const STRUCTURES: Shape[] = [
  typed('a type that is one word, with a name', ['Content-Type: html; charset=utf-8'], ['hello'], {
    text: 'hello',
  }),
  typed('a type with a slash alone', ['Content-Type: /'], ['hello'], { text: 'hello' }),
  typed('two slashes', ['Content-Type: text/plain/x'], ['hello'], { text: 'hello' }),
  typed(
    'comments in the type',
    ['Content-Type: text/(plain?)html (x); (y) charset=utf-8'],
    ['<p>hello</p>'],
    {
      html: '<p>hello</p>',
      text: 'hello',
    },
  ),
  typed(
    'a broken type in a part',
    ['Content-Type: multipart/mixed; boundary=b'],
    [...['--b', 'Content-Type: text', '', 'hello', '--b', ...PDF, '--b--']],
    { text: 'hello', files: A_PDF },
  ),
  typed(
    'spaces in the type of a part',
    ['Content-Type: multipart/mixed; boundary=b'],
    [...['--b', 'Content-Type: text / html ; charset = "utf-8"', '', '<p>hello</p>', '--b', ...PDF, '--b--']],
    { text: 'hello', html: '<p>hello</p>', files: A_PDF },
  ),
  typed(
    'an open quote before another parameter',
    ['Content-Type: multipart/mixed; boundary="b; x=y'],
    [...['--b', ...HELLO, '--b', ...PDF, '--b--']],
    { text: 'hello', files: A_PDF },
  ),
  typed(
    'a boundary in single quotes',
    ["Content-Type: multipart/mixed; boundary='b'"],
    [...["--'b'", ...HELLO, "--'b'--"]],
    { text: 'hello' },
  ),
  typed(
    'an inner multipart without a boundary',
    ['Content-Type: multipart/mixed; boundary=b'],
    [...['--b', 'Content-Type: multipart/alternative', '', 'hello', '--b', ...PDF, '--b--']],
    { text: 'hello', files: A_PDF },
  ),
  typed(
    'only says that it is encoded',
    ['Content-Type: multipart/mixed; boundary=b', 'Content-Transfer-Encoding: base64'],
    [...['--b', ...HELLO, '--b', ...PDF, '--b--']],
    { text: 'hello', files: A_PDF },
  ),
  typed(
    'quoted-printable around a multipart',
    ['Content-Type: multipart/mixed; boundary="=_b"', 'Content-Transfer-Encoding: quoted-printable'],
    ['--=3D_b', 'Content-Type: text/plain; charset=3Dutf-8', '', 'hello', '--=3D_b--'],
    { text: 'hello' },
  ),
  typed(
    'an inner multipart in base64',
    ['Content-Type: multipart/mixed; boundary=o'],
    [
      ...['--o', 'Content-Type: multipart/mixed; boundary=b', 'Content-Transfer-Encoding: base64', ''],
      Buffer.from(crlf('--b', ...HELLO, '--b', ...PDF, '--b--')).toString('base64'),
      '--o--',
    ],
    { text: 'hello', files: A_PDF },
  ),
  typed(
    'a line that is no field between others',
    ['X-A: 1', 'garbage without a colon', 'Subject: found'],
    ['hello'],
    {
      subject: 'found',
      text: 'hello',
    },
  ),
  typed('a space before the colon', ['Subject : found'], ['hello'], { subject: 'found' }),
  typed('an unknown encoding', ['Content-Transfer-Encoding: 8-bit'], ['hello'], { text: 'hello' }),
  typed('an encoding in quotes', ['Content-Transfer-Encoding: "base64"'], ['aGVsbG8='], { text: 'hello' }),
  typed('an encoding with a comment behind it', ['Content-Transfer-Encoding: base64 (x)'], ['aGVsbG8='], {
    text: 'hello',
  }),
  typed('base64 that is none', ['Content-Transfer-Encoding: base64'], ['hello, world'], {
    text: 'hello, world',
  }),
  typed(
    'a footer without a blank line',
    ['Content-Transfer-Encoding: base64'],
    ['aGVsbG8=', '____', 'a list'],
    { text: 'hello' },
  ),
  typed('a footer and no padding', ['Content-Transfer-Encoding: base64'], ['aGVsbG8h', '', '-- ', 'a list'], {
    text: 'hello!',
  }),
  typed('a damaged letter of base64', ['Content-Transfer-Encoding: base64'], ['aGVs!bG8=', ''], {
    text: 'hello',
  }),
  typed('an = that means nothing', ['Content-Transfer-Encoding: quoted-printable'], ['a=b =C3 =3D', 'c='], {
    text: 'a=b Ã =\nc',
  }),
  typed(
    'white space behind a soft break',
    ['Content-Transfer-Encoding: quoted-printable'],
    ['a= \t', 'b  ', 'c'],
    { text: 'ab\nc' },
  ),
  typed(
    'a part cut off in its header',
    ['Content-Type: multipart/mixed; boundary=b'],
    [
      ...[
        '--b',
        ...HELLO,
        '--b',
        'Content-Type: application/pdf',
        'Content-Disposition: attachment; filename=a.pdf',
      ],
    ],
    { text: 'hello', files: [{ name: 'a.pdf', bytes: Buffer.alloc(0) }] },
  ),
  typed(
    'a text that is a file',
    ['Content-Type: multipart/mixed; boundary=b'],
    [
      ...[
        '--b',
        ...HELLO,
        '--b',
        'Content-Type: text/html',
        'Content-Disposition: ATTACHMENT; filename=x.html',
        '',
        '<p>',
        '--b--',
      ],
    ],
    { text: 'hello', html: '', files: [{ name: 'x.html', bytes: Buffer.from('<p>') }], inline: [false] },
  ),
  typed(
    'a page alone that is a file',
    ['Content-Type: text/html', 'Content-Disposition: attachment; filename=x.html'],
    ['<p>x', ''],
    {
      text: '',
      html: '',
      files: [{ name: 'x.html', bytes: Buffer.from('<p>x\r\n') }],
    },
  ),
  typed(
    'a text and a page that follow each other',
    ['Content-Type: multipart/mixed; boundary=b'],
    [...['--b', ...HELLO, '--b', ...PAGE, '--b--']],
    { text: 'hello\npage', html: '<div>hello</div>\n<p>page</p>' },
  ),
  typed(
    'a page with a footer that is text',
    ['Content-Type: multipart/mixed; boundary=b'],
    [
      ...[
        '--b',
        'Content-Type: multipart/alternative; boundary=a',
        '',
        '--a',
        ...HELLO,
        '--a',
        ...PAGE,
        '--a--',
      ],
      ...['--b', 'Content-Type: text/plain', '', 'list', '--b--'],
    ],
    { text: 'hello\nlist', html: '<p>page</p>\n<div>list</div>' },
  ),
  typed(
    'a blank page beside a text',
    ['Content-Type: multipart/alternative; boundary=b'],
    [...['--b', ...HELLO, '--b', 'Content-Type: text/html', '', ' \r\n ', '--b--']],
    { text: 'hello', html: '' },
  ),
  typed(
    'a text of spaces that do not break beside a page',
    ['Content-Type: multipart/alternative; boundary=b'],
    [...['--b', 'Content-Type: text/plain; charset=utf-8', '', '\xc2\xa0', '--b', ...PAGE, '--b--']],
    { text: 'page' },
  ),
  typed(
    'a message in a message in base64',
    ['Content-Type: multipart/mixed; boundary=b'],
    [
      ...['--b', ...HELLO, '--b', 'Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', ''],
      Buffer.from('Subject: in\r\n\r\nx').toString('base64'),
      '--b--',
    ],
    { text: 'hello', files: [{ name: '', bytes: Buffer.from('Subject: in\r\n\r\nx') }] },
  ),
  typed(
    'an encrypted message',
    ['Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b'],
    [
      ...['--b', 'Content-Type: application/pgp-encrypted', '', 'Version: 1'],
      ...['--b', 'Content-Type: application/octet-stream; name=encrypted.asc', '', 'x', '--b--'],
    ],
    {
      text: '',
      files: [
        { name: '', bytes: Buffer.from('Version: 1') },
        { name: 'encrypted.asc', bytes: Buffer.from('x') },
      ],
    },
  ),
  typed(
    'a signature around two forms',
    ['Content-Type: multipart/signed; boundary=s'],
    [
      ...[
        '--s',
        'Content-Type: multipart/alternative; boundary=a',
        '',
        '--a',
        ...HELLO,
        '--a',
        ...PAGE,
        '--a--',
      ],
      ...['--s', 'Content-Type: application/pgp-signature; name=signature.asc', '', 'x', '--s--'],
    ],
    {
      text: 'hello',
      html: '<p>page</p>',
      files: [{ name: 'signature.asc', bytes: Buffer.from('x') }],
      inline: [false],
    },
  ),
];

const flowed = (name: string, parameters: string, body: string[], expected: string): Shape => ({
  name: `flowed: ${name}`,
  raw: raw([FROM, MIME, `Content-Type: text/plain; ${parameters}`], ...body),
  text: expected,
});

const FLOWED: Shape[] = [
  flowed('quotes of two depths', 'format=flowed', ['>> a ', '>> b', '> c ', 'd'], '>> a b\n> c \nd'),
  flowed('a signature', 'format=flowed', ['a ', '-- ', 'Ada'], 'a \n-- \nAda'),
  flowed('DelSp without flowed', 'delsp=yes', ['a ', 'b'], 'a \nb'),
  flowed('names in capitals', 'FORMAT=FLOWED; DELSP=YES', ['a ', 'b'], 'ab'),
  flowed('stuffed lines', 'format=flowed', ['  two', ' From me'], ' two\nFrom me'),
  flowed('in quoted-printable', 'format=flowed; charset=utf-8', ['a =20', 'b'], 'a =20\nb'),
];

const file = (name: string, fields: string[], expected: string): Shape => ({
  name: `file name: ${name}`,
  raw: raw(
    [FROM, MIME, 'Content-Type: multipart/mixed; boundary=b'],
    ...['--b', ...HELLO, '--b', ...fields, '', 'x', '--b--'],
  ),
  text: 'hello',
  files: [{ name: expected, bytes: Buffer.from('x') }],
});
const attached = (parameters: string) => [
  'Content-Type: application/octet-stream',
  `Content-Disposition: attachment; ${parameters}`,
];

const NAMES: Shape[] = [
  file('raw Latin-1', attached('filename="K\xf6ln.bin"'), 'Köln.bin'),
  file(
    'raw UTF-8 in the type',
    [`Content-Type: application/octet-stream; name="${utf8('Köln.bin')}"`],
    'Köln.bin',
  ),
  file(
    'words folded within quotes',
    attached('filename="=?utf-8?Q?K=C3=B6?=\r\n =?utf-8?Q?ln.bin?="'),
    'Köln.bin',
  ),
  file('a word and text', attached('filename="a =?utf-8?Q?=C3=B6?= b.bin"'), 'a ö b.bin'),
  file(
    'pieces of both kinds',
    attached('filename*0*=utf-8\'\'K%C3%B6; filename*1="ln 50%20.bin"'),
    'Köln 50%20.bin',
  ),
  file(
    'pieces of another order, eleven',
    attached(
      `filename*10=k; ${'abcdefghij'
        .split('')
        .map((letter, i) => `filename*${i}=${letter}`)
        .reverse()
        .join('; ')}`,
    ),
    'abcdefghijk',
  ),
  file('a letter cut over pieces', attached("filename*0*=utf-8''K%C3; filename*1*=%B6ln.bin"), 'Köln.bin'),
  file('a charset in capitals and a language', attached("filename*=ISO-8859-1'de'K%F6ln.bin"), 'Köln.bin'),
  file('no charset and no apostrophes', attached('filename*=K%C3%B6ln.bin'), 'Köln.bin'),
  file('Shift_JIS', attached("filename*=shift_jis''%93%FA%96%7B.bin"), '日本.bin'),
  file(
    'for old and new programs',
    attached('filename="Koeln.bin"; filename*=utf-8\'\'K%C3%B6ln.bin'),
    'Köln.bin',
  ),
  file('spaces without quotes', attached('filename=my own (1) file.bin'), 'my own (1) file.bin'),
  file('a backslash', attached('filename="C:\\dir\\x.bin"'), 'C:\\dir\\x.bin'),
  file(
    'an empty name beside one in the type',
    [
      'Content-Type: application/octet-stream; name=right.bin',
      'Content-Disposition: attachment; filename=""',
    ],
    'right.bin',
  ),
  file(
    'no disposition before the name',
    ['Content-Type: application/octet-stream', 'Content-Disposition: filename=x.bin'],
    'x.bin',
  ),
  file('a comment behind it', attached('filename="x.bin" (the file)'), 'x.bin'),
  file('a percent sign', attached('filename="100%41.bin"'), '100%41.bin'),
  file('an open quote', attached('filename="x.bin'), 'x.bin'),
  file('a semicolon at the end', attached('filename="x.bin";'), 'x.bin'),
  file(
    'ISO-2022-JP in two words',
    attached('filename="=?ISO-2022-JP?B?GyRCRnwbKEI=?= =?ISO-2022-JP?B?GyRCS1wbKEIuYmlu?="'),
    '日本.bin',
  ),
];

export const FIELD_KINDS: Shape[] = [
  ...ADDRESSES,
  ...DATES,
  ...CHARSETS,
  ...SUBJECTS,
  ...STRUCTURES,
  ...FLOWED,
  ...NAMES,
];
