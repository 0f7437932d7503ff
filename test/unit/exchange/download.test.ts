import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { expect, it } from 'vitest';

import { Download } from '../../../mail/exchange/download';

const MEGABYTE = Buffer.alloc(1024 * 1024);
const downloaded = async (megabytes: number) =>
  await buffer(Readable.from(Array(megabytes).fill(MEGABYTE)).compose(new Download('mail.test', 2)));

it('passes on a file that is as large as a file may be', async () => {
  expect((await downloaded(2)).length).toBe(2 * MEGABYTE.length);
});

it('stops a server that does not stop', async () => {
  await expect(downloaded(3)).rejects.toMatchObject({
    code: 'SERVER_REFUSED',
    message: 'mail.test sent more than 2 MB for one message or attachment',
    description: 'Try again. If it always happens, ask the administrator of Exchange.',
  });
});
