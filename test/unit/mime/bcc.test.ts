import { describe, expect, it } from 'vitest';

import { withoutBcc } from '../../../mail/mime/bcc';

const split = (text: string) => {
  const { message, bccHeader } = withoutBcc(Buffer.from(text, 'latin1'));
  return [message.toString('latin1'), bccHeader];
};

describe('blind recipients', () => {
  it.each([
    [
      'From: a\r\nBcc: b\r\nTo: c\r\n\r\nBcc: body\r\n',
      'From: a\r\nTo: c\r\n\r\nBcc: body\r\n',
      'Bcc: b\r\n',
    ],
    ['bCC : b,\r\n c,\r\n\td\r\nTo: x\r\n\r\n\xff', 'To: x\r\n\r\n\xff', 'bCC : b,\r\n c,\r\n\td\r\n'],
    ['To: x\r\nBcc: b\r\n\r\nx', 'To: x\r\n\r\nx', 'Bcc: b\r\n'],
    ['X-Bcc: b\r\nBcc-Note: c\r\n\r\nx', 'X-Bcc: b\r\nBcc-Note: c\r\n\r\nx', ''],
    ['To: x\r\nSubject: a\r\n bcc: folded\r\n\r\nx', 'To: x\r\nSubject: a\r\n bcc: folded\r\n\r\nx', ''],
    ['', '', ''],
  ])('are removed from %j', (text, message, bccHeader) => {
    expect(split(text)).toEqual([message, bccHeader]);
  });
});
