import { BYTES, base64Lines, crlf, message, withFile, type Shape } from './shape';

const DATA = base64Lines(BYTES);
const HELLO = ['Content-Type: text/plain', '', 'hello'];
const attached = (name = 'x.bin') => [
  'Content-Type: application/octet-stream',
  'Content-Transfer-Encoding: base64',
  `Content-Disposition: attachment; filename="${name}"`,
  '',
  DATA,
];
const FILE = [{ name: 'x.bin', bytes: BYTES }];

const multi = (name: string, type: string, lines: string[], found: Partial<Shape> = {}): Shape => ({
  name,
  raw: message(['Subject: multi', 'MIME-Version: 1.0', `Content-Type: ${type}`], crlf(...lines)),
  ...{ text: 'hello', files: FILE },
  ...found,
});
const mixed = (name: string, lines: string[], found?: Partial<Shape>) =>
  multi(name, 'multipart/mixed; boundary=b', lines, found);

const nested = (depth: number): string[] => {
  if (depth === 0) return [...HELLO];
  const inner = `n${depth}`;
  return [
    `Content-Type: multipart/mixed; boundary=${inner}`,
    '',
    `--${inner}`,
    ...nested(depth - 1),
    `--${inner}--`,
  ];
};
const LETTER = message(['Subject: inner', 'Content-Type: text/plain'], 'inside');

export const STRUCTURES: Shape[] = [
  mixed('mixed', ['--b', ...HELLO, '--b', ...attached(), '--b--', '']),
  mixed('the file before the text', ['--b', ...attached(), '--b', ...HELLO, '--b--']),
  mixed('a preamble and an epilogue', [
    'not a part',
    '',
    '--b',
    ...HELLO,
    '--b',
    ...attached(),
    '--b--',
    'nor this',
    '--b',
    'nor this',
  ]),
  mixed('no last boundary', ['--b', ...HELLO, '--b', ...attached()]),
  mixed('white space behind boundaries', ['--b \t', ...HELLO, '--b  ', ...attached(), '--b-- ']),
  mixed(
    'an empty part',
    ['--b', ...HELLO, '--b', 'Content-Type: text/plain', '', '', '--b', ...attached(), '--b--'],
    { files: FILE },
  ),
  multi('a boundary of odd characters', `multipart/mixed; boundary="=_'()+,-./:=? x"`, [
    "--=_'()+,-./:=? x",
    ...HELLO,
    "--=_'()+,-./:=? x",
    ...attached(),
    "--=_'()+,-./:=? x--",
  ]),
  multi('a boundary that begins with dashes', 'multipart/mixed; boundary="----=_Part"', [
    '------=_Part',
    ...HELLO,
    '------=_Part',
    ...attached(),
    '------=_Part--',
  ]),
  multi('a boundary on a line of its own', 'multipart/mixed;\r\n\tcharset=utf-8;\r\n\tboundary="b"', [
    '--b',
    ...HELLO,
    '--b',
    ...attached(),
    '--b--',
  ]),
  multi('CAPITALS', 'MULTIPART/MIXED; BOUNDARY=b', ['--b', ...HELLO, '--b', ...attached(), '--b--']),
  mixed('alternative within mixed', [
    '--b',
    'Content-Type: multipart/alternative; boundary=a',
    '',
    '--a',
    ...HELLO,
    '--a',
    'Content-Type: text/html',
    '',
    '<p>hello</p>',
    '--a--',
    '',
    '--b',
    ...attached(),
    '--b--',
  ]),
  mixed('related within alternative within mixed', [
    '--b',
    'Content-Type: multipart/alternative; boundary=a',
    '',
    '--a',
    ...HELLO,
    '--a',
    'Content-Type: multipart/related; boundary=r',
    '',
    '--r',
    'Content-Type: text/html',
    '',
    '<p>hello</p>',
    '--r',
    ...attached(),
    '--r--',
    '--a--',
    '--b--',
  ]),
  mixed('an inner boundary that begins like the outer one', [
    '--b',
    'Content-Type: multipart/mixed; boundary=b2',
    '',
    '--b2',
    ...HELLO,
    '--b2',
    ...attached(),
    '--b2--',
    '--b--',
  ]),
  mixed('a part without a header', ['--b', '', 'hello', '--b', ...attached(), '--b--']),
  mixed('ten multiparts in one another', ['--b', ...nested(10), '--b', ...attached(), '--b--']),
  mixed('two files of one name', ['--b', ...HELLO, '--b', ...attached(), '--b', ...attached(), '--b--'], {
    files: [...FILE, ...FILE],
  }),
  mixed(
    'a hundred files',
    [
      '--b',
      ...HELLO,
      ...Array.from({ length: 100 }, (_, i) => ['--b', ...attached(`${i}.bin`)]).flat(),
      '--b--',
    ],
    { files: Array.from({ length: 100 }, (_, i) => ({ name: `${i}.bin`, bytes: BYTES })) },
  ),
  mixed(
    'a message within',
    [
      '--b',
      ...HELLO,
      '--b',
      'Content-Type: message/rfc822',
      'Content-Disposition: attachment; filename="inner.eml"',
      '',
      LETTER.toString('latin1'),
      '--b--',
    ],
    { files: [{ name: 'inner.eml', bytes: LETTER }] },
  ),
  multi('nothing but a file', 'application/pdf; name="x.bin"\r\nContent-Transfer-Encoding: base64', [DATA], {
    text: undefined,
  }),
  { name: 'no header of MIME at all', raw: message(['Subject: old'], 'hello'), text: 'hello' },
  { name: 'no subject, no body', raw: message([], ''), subject: '' },
  {
    name: 'bare line feeds',
    raw: Buffer.from(mixedRaw().toString('latin1').replace(/\r\n/g, '\n'), 'latin1'),
    text: 'hello',
    files: FILE,
  },
  {
    name: '20 MB',
    raw: withFile(attached('big.bin').slice(0, 3), base64Lines(big())),
    text: 'hello',
    files: [{ name: 'big.bin', bytes: big() }],
  },
];

function mixedRaw(): Buffer {
  return message(
    ['Subject: lf', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'],
    crlf('--b', ...HELLO, '--b', ...attached(), '--b--', ''),
  );
}

function big(): Buffer {
  return Buffer.alloc(15 * 1024 * 1024, BYTES);
}

const named = (name: string, fields: string[], fileName: string): Shape => ({
  name,
  raw: withFile([...fields, 'Content-Transfer-Encoding: base64'], DATA),
  text: 'hello',
  files: [{ name: fileName, bytes: BYTES }],
});
const OCTETS = 'Content-Type: application/octet-stream';
const disposition = (parameters: string) => [OCTETS, `Content-Disposition: attachment; ${parameters}`];

export const FILE_NAMES: Shape[] = [
  named('a name without quotes', disposition('filename=x.bin'), 'x.bin'),
  named('RFC 2231', disposition("filename*=UTF-8''%C3%9Cber%20x.bin"), 'Über x.bin'),
  named('RFC 2231 in Latin-1', disposition("filename*=iso-8859-1'de'%DCber.bin"), 'Über.bin'),
  named('RFC 2231 in pieces', disposition("filename*0*=UTF-8''%C3%9C; filename*1=ber.bin"), 'Über.bin'),
  named(
    'RFC 2047 in quotes, as Outlook writes it',
    disposition('filename="=?utf-8?Q?=C3=9Cber.bin?="'),
    'Über.bin',
  ),
  named('a name in Content-Type alone', ['Content-Type: application/octet-stream; name="x.bin"'], 'x.bin'),
  named('raw UTF-8', disposition('filename="Über.bin"'), 'Über.bin'),
  named('quotes within the name', disposition('filename="a\\"b.bin"'), 'a"b.bin'),
  named('a semicolon within the name', disposition('filename="a;b.bin"'), 'a;b.bin'),
  named('a folded header', [OCTETS, 'Content-Disposition: attachment;\r\n filename="x.bin"'], 'x.bin'),
];

const subject = (name: string, line: string, expected: string): Shape => ({
  name,
  raw: message([line], 'hello'),
  subject: expected,
  text: 'hello',
});

export const SUBJECTS: Shape[] = [
  subject(
    'words split in a character’s middle of two words',
    'Subject: =?utf-8?B?R3LDvA==?=\r\n =?utf-8?B?w59l?=',
    'Grüße',
  ),
  subject('Q with underscores', 'Subject: =?iso-8859-1?Q?Gr=FC=DFe_von?=', 'Grüße von'),
  subject('ISO-2022-JP in a word', 'Subject: =?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=', '日本'),
  subject('folded', 'Subject: one\r\n two', 'one two'),
];
