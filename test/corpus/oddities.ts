import { crlf, type Shape } from './shape';

/*
 * Mail as helpdesks, bounce collections, spam filters and telephones hold it, each kind with its right reading.
 */

/** One character for each byte. */
const raw = (header: string[], ...body: string[]): Buffer =>
  Buffer.from(crlf(...header, '', ...body), 'latin1');

const FROM = 'From: Ada <ada@example.test>';
const MIME = 'MIME-Version: 1.0';
const MIXED = [FROM, MIME, 'Content-Type: multipart/mixed; boundary=b'];
const PLAIN = 'Content-Type: text/plain; charset=utf-8';

const to = (name: string, line: string, expected: string[]): Shape => ({
  name: `odd address: ${name}`,
  raw: raw([FROM, `To: ${line}`], 'hi'),
  to: expected,
});

const ADDRESSES: Shape[] = [
  to('a quotation mark that is never closed', '"Ada <ada@x.test>', ['Ada <ada@x.test>']),
  to('the same in the last of several', '"B" <b@x.test>, "C <c@x.test>', ['B <b@x.test>', 'C <c@x.test>']),
  to('escaped quotation marks outside of quotes', '\\"Bob\\" <b@x.test>', ['\\Bob\\ <b@x.test>']),
  to('single quotation marks around it', "'bob@x.test'", ['bob@x.test']),
  to('a mailbox in brackets', '[Bob B. <b@x.test>]', ['[Bob B.] <b@x.test>']),
  to('an address literal in brackets', '[<b@[127.0.0.1]>]', ['[] <b@[127.0.0.1]>']),
];

const text = (name: string, type: string, body: string, expected: string): Shape => ({
  name: `odd text: ${name}`,
  raw: raw([FROM, MIME, `Content-Type: ${type}`, 'Content-Transfer-Encoding: 8bit'], body),
  text: expected,
});

const TEXTS: Shape[] = [
  text(
    'EUC that is labelled ISO-2022-JP',
    'text/plain; charset=iso-2022-jp',
    '\xc6\xfc\xcb\xdc\xb8\xec',
    '日本語',
  ),
  text(
    'Shift_JIS that is labelled ISO-2022-JP',
    'text/plain; charset=iso-2022-jp',
    '\x93\xfa\x96{\x8c\xea',
    '日本語',
  ),
  text(
    'both ways of writing Japanese in one text',
    'text/plain; charset=iso-2022-jp',
    '\x1b$BF|\x1b(B \x96{',
    '日 本',
  ),
  {
    name: 'odd text: zero bytes, which databases refuse',
    raw: raw([FROM, MIME, PLAIN, 'Content-Transfer-Encoding: quoted-printable'], 'a=00b=00'),
    text: 'ab',
  },
  text('EUC that is labelled ISO-2022-KR', 'text/plain; charset=iso-2022-kr', '\xc7\xd1\xb1\xdb', '한글'),
];

const PARTS: Shape[] = [
  {
    name: 'odd part: the message ends behind a boundary',
    raw: raw(MIXED, '--b', PLAIN, '', 'hi', '--b'),
    text: 'hi',
    files: [],
  },
  {
    name: 'odd part: alternatives that end behind a boundary',
    raw: raw(
      [FROM, MIME, 'Content-Type: multipart/alternative; boundary=b'],
      '--b',
      PLAIN,
      '',
      'hi',
      '',
      '--b',
      '',
    ),
    text: 'hi',
    files: [],
  },
  {
    name: 'odd part: nothing between two boundaries',
    raw: raw(MIXED, '--b', PLAIN, '', 'hi', '--b', '--b--', ''),
    text: 'hi',
    files: [],
  },
  {
    name: 'odd part: an unknown disposition with a file name',
    raw: raw(
      MIXED,
      ...['--b', PLAIN, '', 'hi'],
      ...[
        '--b',
        `${PLAIN}; name=a.txt`,
        'Content-Disposition: other; filename=a.txt',
        '',
        'file',
        '--b--',
        '',
      ],
    ),
    text: 'hi',
    files: [{ name: 'a.txt', bytes: Buffer.from('file') }],
    inline: [false],
  },
  {
    name: 'odd part: the empty line after its header is missing',
    raw: raw(
      [FROM, MIME, 'Content-Type: multipart/alternative; boundary=b'],
      ...[
        '--b',
        PLAIN,
        '',
        'plain',
        '--b',
        'Content-Type: text/html',
        '<p>not lost</p>',
        '',
        '<p>x</p>',
        '--b--',
      ],
    ),
    text: 'plain',
    html: '<p>not lost</p>\n\n<p>x</p>',
  },
  {
    name: 'odd part: the value of a field is not indented',
    raw: raw(
      [FROM, MIME, 'Content-Type: multipart/mixed; boundary=b'],
      ...['--b', PLAIN, 'X-Long:', 'bm90IHRoZSB0ZXh0', '', 'the text', '--b--', ''],
    ),
    text: 'the text',
  },
  {
    name: 'odd part: a multimedia message with its texts on slides',
    raw: raw(
      [FROM, MIME, 'Content-Type: multipart/related; boundary=b; start="<s>"; type="application/smil"'],
      ...['--b', 'Content-Type: application/smil', 'Content-ID: <s>', '', '<smil/>'],
      ...['--b', PLAIN, 'Content-ID: <1>', '', 'first slide', '--b', PLAIN, 'Content-ID: <2>', '', 'second'],
      ...['--b--', ''],
    ),
    text: 'first slide\nsecond',
    files: [{ name: '', bytes: Buffer.from('<smil/>') }],
  },
];

export const ODDITIES: readonly Shape[] = [...ADDRESSES, ...TEXTS, ...PARTS];
