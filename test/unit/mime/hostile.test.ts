import { describe, expect, it } from 'vitest';

import { parseAddressList } from '../../../mail/mime/address-list';
import { MimeWalker } from '../../../mail/mime/mime-walker';
import { decodeTransfer } from '../../../mail/mime/transfer-decoder';

const walk = (...lines: string[]) => {
  const walker = new MimeWalker();
  walker.push(Buffer.from(lines.join('\r\n'), 'latin1'));
  return { structure: walker.end(), truncated: walker.truncated };
};

describe('mail that is made to do harm', () => {
  it('is read up to the most parts, also if they are in a header without an end', () => {
    const { structure, truncated } = walk(
      ...['Content-Type: multipart/mixed; boundary=a', '', '--a'],
      ...['Content-Type: multipart/mixed; boundary=b', '', '--b'],
      ...['Content-Type: multipart/mixed; boundary=c', 'x'],
      ...Array.from({ length: 2000 }, () => '--c\r\nx'),
      ...['--b--', 'x', '--a--', ''],
    );
    expect(structure.childNodes).toHaveLength(1);
    expect(truncated).toBe(true);
  });

  it('says that something is missing if a body begins in a header without an end, and is too long', () => {
    const lines = Array.from({ length: 20_000 }, () => 'QUJD'.repeat(19));
    const part = ['--a', 'Content-Type: application/x; name=a', 'Content-Transfer-Encoding: base64'];
    const header = ['Content-Type: multipart/mixed; boundary=a', ''];
    expect(walk(...header, ...part, ...lines, '--a--', '').truncated).toBe(true);
    expect(walk(...header, ...part, '', ...lines, '--a--', '').truncated).toBe(false);
    expect(walk(...lines.map((line) => `X: ${line}`), '', 'hello').truncated).toBe(false);
  });

  it('does not grow in uuencode', () => {
    const source = Buffer.from(`begin 644 a\n${'_\n'.repeat(1_000_000)}`);
    expect(decodeTransfer(source, 'x-uuencode').length).toBeLessThan(source.length * 2);
  });

  it('puts no control characters into an address', () => {
    const hidden = '=?utf-8?Q?a=00=1B=40x.test?=';
    expect(parseAddressList(`<${hidden}>`)).toEqual([{ name: '', address: hidden }]);
  });
});
