import { expect, it } from 'vitest';

import { CountedData } from '../../../mail/pop3/retrieve';

async function* pieces(...given: Array<string | Error>): AsyncGenerator<Buffer> {
  for (const one of await Promise.resolve(given)) {
    if (one instanceof Error) throw one;
    yield Buffer.from(one);
  }
}

it('what a reader leaves is read, and counts', async () => {
  const data = pieces('Subject: a\r\n', 'b', 'c');
  const counted = new CountedData(data);
  for await (const piece of counted) {
    expect(piece.toString()).toBe('Subject: a\r\n');
    break;
  }
  await counted.end();
  expect(counted.beginning.toString()).toBe('Subject: a\r\nbc');
  expect((await data.next()).done).toBe(true);
  expect(counted.refusalFor({ size: 3 })).toBeUndefined();
});

it('a connection that is lost is no bug of the reader that hides it', async () => {
  const lost = Object.assign(new Error('closed'), { code: 'ECONNRESET' });
  const counted = new CountedData(pieces('a', lost));
  const reading = async () => {
    for await (const piece of counted) expect(piece.toString()).toBe('a');
  };
  await expect(reading()).rejects.toBe(lost);
  await expect(counted.end()).rejects.toBe(lost);
});

it('keeps the beginning of a long message only', async () => {
  const counted = new CountedData(pieces('x'.repeat(20_000), 'y'.repeat(20_000), 'z'));
  await counted.end();
  expect(counted.beginning).toHaveLength(32 * 1024);
});
