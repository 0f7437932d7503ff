import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { isTooLong, readUpTo, readWhole } from '../../../mail/net/body';

const streamOf = (...pieces: string[]) => Readable.from(pieces.map((one) => Buffer.from(one)));
/** Never ends. */
const endless = () =>
  Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(64 * 1024, 'x');
    })(),
  );

describe('a body', () => {
  it('is read as one text, whatever pieces it arrives in', async () => {
    const bytes = Buffer.from('grüße 💌');
    const pieces = [...bytes].map((byte) => Buffer.from([byte]));
    expect(await readWhole(100, Readable.from(pieces))).toBe('grüße 💌');
    expect(await readWhole(100, streamOf())).toBe('');
  });

  it('has no byte order mark', async () => {
    expect(await readWhole(100, streamOf('\ufeff{}'))).toBe('{}');
  });

  it('may be as long as allowed, and no longer', async () => {
    expect(await readWhole(4, streamOf('ab', 'cd'))).toBe('abcd');
    const error: unknown = await readWhole(4, streamOf('ab', 'cd', 'e')).catch((thrown: unknown) => thrown);
    expect(isTooLong(error)).toBe(true);
    expect(isTooLong(new Error('other'))).toBe(false);
  });

  it('is cut at the limit, even within a piece', async () => {
    expect(await readUpTo(3, streamOf('ab', 'cd'))).toEqual({ text: 'abc', complete: false });
    expect(await readUpTo(4, streamOf('ab', 'cd'))).toEqual({ text: 'abcd', complete: true });
  });

  it('that never ends is stopped', async () => {
    const body = endless();
    await expect(readWhole(1024 * 1024, body)).rejects.toThrow('too long');
    expect(body.destroyed).toBe(true);
  });
});
