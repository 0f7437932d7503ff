import { expect, it } from 'vitest';

import { decodeText } from '../../mail/mime/decode-text';

// Node 20's own decoder takes the bytes from 80 to 9F for control characters.
it('reads the quotation marks of windows-1252 on every Node', async () => {
  const part = { type: 'text/plain', parameters: { charset: 'windows-1252' }, encoding: '8bit' };
  expect(await decodeText(part as never, Buffer.of(0x93, 0x80, 0x97, 0x94))).toBe('“€—”');
});
