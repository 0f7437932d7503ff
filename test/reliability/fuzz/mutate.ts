/** Pieces that parsers trip over. */
const PIECES = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\0',
    '--',
    '--b',
    '--b--\r\n',
    '=',
    '=?',
    '?=',
    '=?utf-8?B?',
    '=?utf-8?Q?',
    ';',
    ':',
    ',',
  ],
  ...[
    '"',
    '\\',
    '(',
    ')',
    '<',
    '>',
    '[',
    ']',
    '{',
    '}',
    '&',
    '&#0;',
    '&#xD800;',
    '&amp;',
    '<![CDATA[',
    ']]>',
  ],
  ...[
    '<constructor>',
    '__proto__',
    'null',
    'NaN',
    '1e999',
    '-1',
    '4294967296',
    '%00',
    '\x1b$B',
    '\ufeff',
    '\u202e',
  ],
  ...[
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n',
    'Content-Transfer-Encoding: base64\r\n',
    '\xff\xfe',
    '.\r\n',
  ],
].map((text) => Buffer.from(text));

/** A part of one, a part of another, and something wrong in it. */
export function mutated(corpus: readonly Buffer[], next: () => number): Buffer {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
  let bytes = Buffer.from(pick(corpus));
  for (let left = 1 + Math.floor(next() * 6); left > 0; left--) {
    const at = Math.floor(next() * (bytes.length + 1));
    const to = Math.min(bytes.length, at + Math.floor(next() * next() * 200));
    const [before, between, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
    const other = pick(corpus);
    const from = Math.floor(next() * other.length);
    const inserted = [
      () => Buffer.alloc(0),
      () => Buffer.from([Math.floor(next() * 256)]),
      () => pick(PIECES),
      () => Buffer.concat(Array.from({ length: 1 + Math.floor(next() * 200) }, () => between)),
      () =>
        Buffer.concat(
          Array.from({ length: 1 + Math.floor(next() * 500) }, () => PIECES[at % PIECES.length]!),
        ),
      () => other.subarray(from, from + Math.floor(next() * 500)),
    ];
    bytes = Buffer.concat([before, pick(inserted)(), after]);
  }
  // So that a case costs little, and what grows without end shows in other tests.
  return bytes.subarray(0, 100_000);
}

/** The same bytes in pieces of any length. */
export function* pieces(bytes: Buffer, next: () => number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + Math.floor(next() * (next() < 0.5 ? 4 : 3000));
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
