import { expect, it } from 'vitest';

import { headerEnd, headerFields } from '../../../mail/mime/header';

const read = (text: string, encoding: BufferEncoding = 'utf8') =>
  headerFields(Buffer.from(`${text}\r\n\r\n`, encoding)).map(({ name, value }) => `${name}: ${value}`);

it.each([
  ['in their order, each as often as it is there', 'B: 1\r\na: 2\r\nB: 3', ['B: 1', 'a: 2', 'B: 3']],
  ['unfolded', 'References: <a@x>\r\n\t<b@x>\r\n  <c@x>', ['References: <a@x> <b@x> <c@x>']],
  ['decoded', 'Subject: =?utf-8?Q?K=C3=B6ln?= =?iso-8859-1?B?5A==?= x', ['Subject: Kölnä x']],
  ['with an empty value', 'X-Empty:\r\nB: 1', ['X-Empty: ', 'B: 1']],
  [
    'with colons in the value',
    'Date: Mon, 1 Jan 2026 10:00:00 +0000',
    ['Date: Mon, 1 Jan 2026 10:00:00 +0000'],
  ],
  ['in UTF-8 that is not encoded', 'Subject: Köln', ['Subject: Köln']],
])('reads header fields %s', (_, text, fields) => {
  expect(read(text)).toEqual(fields);
});

it('reads old 8-bit headers as Latin-1', () => {
  expect(read('Subject: K\xf6ln', 'latin1')).toEqual(['Subject: Köln']);
});

it('does not take the header of a quoted message for its own if the empty line before is missing', () => {
  const lines = ['From: a@x.test', 'Subject: x', 'see below', '-----Original Message-----', 'Subject: y'];
  expect(headerEnd(lines.map((line) => Buffer.from(`${line}\r\n`)))).toEqual({ lines: 2, body: 2 });
});

it('takes a parameter without an indent for a part of its field, however long the line before is', () => {
  const lines = [`Content-Type: text/plain; name="${'x'.repeat(5_000)}";`, 'charset=utf-8', 'not a field'];
  expect(headerEnd(lines.map((line) => Buffer.from(`${line}\r\n`)))).toEqual({ lines: 2, body: 2 });
  expect(read(lines.join('\r\n'))).toEqual([`${lines[0]} ${lines[1]}`]);
});
