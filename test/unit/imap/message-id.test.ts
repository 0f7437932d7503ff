import { describe, expect, it } from 'vitest';

import { formatId, parseId } from '../../../mail/imap/message-id';

const ODD_FOLDERS = [
  'INBOX',
  'Archive/2026/Q3',
  'Grüße & Küsse',
  '日本語/受信',
  '🎉',
  '100%',
  '%2F',
  'a;b',
  'a;UIDVALIDITY=1/;UID=2',
  'a=b?c#d&e+f',
  ' leading and trailing ',
  '"quoted" \\back',
  'a//b',
  '/',
  '.',
  '[Gmail]/All Mail',
];

describe('the id of a message', () => {
  it.each(ODD_FOLDERS)('comes back from its text: folder %j', (folder) => {
    const id = { folder, uidValidity: 1700000000n, uid: 42 };
    expect(parseId(formatId(id))).toEqual(id);
  });

  it('is different for different folders', () => {
    const ids = ODD_FOLDERS.map((folder) => formatId({ folder, uidValidity: 1n, uid: 1 }));
    expect(new Set(ids).size).toBe(ODD_FOLDERS.length);
  });

  it('is plain text of one line that reads like an IMAP URL', () => {
    expect(formatId({ folder: 'Archive/2026', uidValidity: 5n, uid: 6 })).toBe(
      'Archive/2026;UIDVALIDITY=5/;UID=6',
    );
    for (const folder of ODD_FOLDERS) {
      expect(formatId({ folder, uidValidity: 1n, uid: 1 })).toMatch(/^[!-~]+$/);
    }
  });

  it('can hold the largest numbers that a server may give', () => {
    const largest = { folder: 'INBOX', uidValidity: 4294967295n, uid: 4294967295 };
    expect(parseId(formatId(largest))).toEqual(largest);
  });

  it.each([
    '',
    'INBOX',
    '42',
    ';UIDVALIDITY=1/;UID=1',
    'INBOX;UIDVALIDITY=1/;UID=0',
    'INBOX;UIDVALIDITY=1/;UID=4294967296',
    'INBOX;UIDVALIDITY=1/;UID=-1',
    'INBOX;UIDVALIDITY=x/;UID=1',
    'INBOX;UIDVALIDITY=1/;UID=1 ',
    'INBOX;UIDVALIDITY=1/;UID=1,2',
    'INBOX;UIDVALIDITY=1/;UID=1:*',
    'INBOX;UID=1',
    'bad%escape%;UIDVALIDITY=1/;UID=1',
    '<message@example.test>',
  ])('is refused when it is not valid: %j', (id) => {
    expect(() => parseId(id)).toThrow(/^Message ID: .*is not the id of a message$/);
  });

  it.each(['INBOX%0D%0AA1%20LOGOUT', 'a%00b', 'a%0Ab'])('does not smuggle a command in: %s', (folder) => {
    expect(() => parseId(`${folder};UIDVALIDITY=1/;UID=1`)).toThrow(/^Message ID: it contains a line break/);
  });

  it('is not repeated at full length in the error', () => {
    const error = (() => {
      try {
        parseId('x'.repeat(100_000));
      } catch (thrown) {
        return thrown as Error;
      }
    })();
    expect(error?.message.length).toBeLessThan(200);
  });
});
