import { BYTES, base64Lines, crlf, message, withFile, type Shape } from './shape';

const file = (name: string, encoding: string, body: string | Buffer, bytes = BYTES): Shape => ({
  name,
  raw: withFile(
    [
      'Content-Type: application/octet-stream',
      'Content-Disposition: attachment; filename="x.bin"',
      ...(encoding ? [`Content-Transfer-Encoding: ${encoding}`] : []),
    ],
    body,
  ),
  text: 'hello',
  files: [{ name: 'x.bin', bytes }],
});

const quoted = (bytes: Buffer, hex: (byte: number) => string) =>
  Array.from(bytes, (byte, i) => `=${hex(byte)}${i % 24 === 23 ? '=\r\n' : ''}`).join('');
const upper = (byte: number) => byte.toString(16).toUpperCase().padStart(2, '0');
const encoded = BYTES.toString('base64');

/** RFC 2045 section 6, and what programs make of it. */
export const TRANSFER: Shape[] = [
  file('base64', 'base64', base64Lines(BYTES)),
  file('base64 in capitals', 'BASE64', base64Lines(BYTES)),
  file('base64 in one long line', 'base64', encoded),
  file('base64 in lines of 75, which split its groups', 'base64', base64Lines(BYTES, 75)),
  file('base64 in lines of one', 'base64', base64Lines(BYTES.subarray(0, 100), 1), BYTES.subarray(0, 100)),
  file('base64 with bare line feeds', 'base64', base64Lines(BYTES).replace(/\r\n/g, '\n')),
  file('base64 with blank lines in it', 'base64', base64Lines(BYTES).replace(/\r\n/g, '\r\n\r\n')),
  file('base64 with white space at line ends', 'base64', base64Lines(BYTES).replace(/\r\n/g, ' \t\r\n')),
  file(
    'base64 without padding',
    'base64',
    BYTES.subarray(0, 100).toString('base64').replace(/=+$/, ''),
    BYTES.subarray(0, 100),
  ),
  file('base64 of one byte', 'base64', 'AA==', Buffer.from([0])),
  file('base64 of nothing', 'base64', '', Buffer.alloc(0)),
  file('quoted-printable', 'quoted-printable', quoted(BYTES, upper)),
  file('quoted-printable in capitals', 'Quoted-Printable', quoted(BYTES, upper)),
  file(
    'quoted-printable with small letters',
    'quoted-printable',
    quoted(BYTES, (byte) => upper(byte).toLowerCase()),
  ),
  file(
    'quoted-printable with dots at line starts',
    'quoted-printable',
    crlf('.', '..', '.=41', '=2E', 'end'),
    Buffer.from(crlf('.', '..', '.A', '.', 'end')),
  ),
  file('8bit with every high byte', '8bit', highBytes(), highBytes()),
  file('no encoding named, high bytes all the same', '', highBytes(), highBytes()),
  file(
    '7bit with dots at line starts',
    '7bit',
    crlf('.', '..', '.x', '', '.'),
    Buffer.from('.\r\n..\r\n.x\r\n\r\n.'),
  ),
  file(
    '7bit with lines that look like boundaries',
    '7bit',
    crlf('--', '--b', '-- b1', 'x--b1'),
    Buffer.from('--\r\n--b\r\n-- b1\r\nx--b1'),
  ),
];

function highBytes(): Buffer {
  return Buffer.from(
    Array.from({ length: 512 }, (_, i) => (i % 64 === 63 ? [13, 10] : [128 + (i % 128)])).flat(),
  );
}

const text = (name: string, type: string, encoding: string, body: Buffer, expected: string): Shape => ({
  name,
  raw: message(
    ['Subject: text', 'MIME-Version: 1.0', `Content-Type: ${type}`, `Content-Transfer-Encoding: ${encoding}`],
    body,
  ),
  text: expected,
});
const hex = (digits: string) => Buffer.from(digits.replace(/ /g, ''), 'hex');

export const CHARSETS: Shape[] = [
  text('UTF-8', 'text/plain; charset=utf-8', '8bit', Buffer.from('Grüße 🎉 日本'), 'Grüße 🎉 日本'),
  text('ISO-8859-1', 'text/plain; charset=iso-8859-1', '8bit', hex('4772fcdf65'), 'Grüße'),
  text('ISO-8859-15 with a euro', 'text/plain; charset=ISO-8859-15', '8bit', hex('a4'), '€'),
  text('windows-1252 with quotes', 'text/plain; charset="Windows-1252"', '8bit', hex('93 78 94 80'), '“x”€'),
  text('windows-1252 called ISO-8859-1', 'text/plain; charset=iso-8859-1', '8bit', hex('93 78 94'), '“x”'),
  text('windows-1251', 'text/plain; charset=windows-1251', '8bit', hex('cff0e8e2e5f2'), 'Привет'),
  text('KOI8-R', 'text/plain; charset=koi8-r', '8bit', hex('f0d2c9d7c5d4'), 'Привет'),
  text('ISO-8859-2', 'text/plain; charset=iso-8859-2', '8bit', hex('bff3b3e6'), 'żółć'),
  text('ISO-8859-7', 'text/plain; charset=iso-8859-7', '8bit', hex('c1e2e3'), 'Αβγ'),
  text('ISO-2022-JP', 'text/plain; charset=iso-2022-jp', '7bit', hex('1b2442467c4b5c1b2842'), '日本'),
  text('Shift_JIS', 'text/plain; charset=Shift_JIS', '8bit', hex('93fa967b'), '日本'),
  text('EUC-JP', 'text/plain; charset=euc-jp', '8bit', hex('c6fccbdc'), '日本'),
  text('GB2312', 'text/plain; charset=gb2312', '8bit', hex('c4e3bac3'), '你好'),
  text('GB18030', 'text/plain; charset=gb18030', '8bit', hex('c4e3bac3'), '你好'),
  text('Big5', 'text/plain; charset=big5', '8bit', hex('a741a66e'), '你好'),
  text('EUC-KR', 'text/plain; charset=euc-kr', '8bit', hex('c7d1b1db'), '한글'),
  text('a charset that nobody knows', 'text/plain; charset=x-none', '7bit', Buffer.from('plain'), 'plain'),
  text('us-ascii with UTF-8 in it', 'text/plain; charset=us-ascii', '8bit', Buffer.from('abc'), 'abc'),
  text(
    'UTF-8 in quoted-printable, split inside a character',
    'text/plain; charset=utf-8',
    'quoted-printable',
    Buffer.from('Gr=C3=\r\n=BC=C3=9Fe'),
    'Grüße',
  ),
  text(
    'UTF-8 in base64',
    'text/plain; charset=utf-8',
    'base64',
    Buffer.from(Buffer.from('Grüße').toString('base64')),
    'Grüße',
  ),
];
