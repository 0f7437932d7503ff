import type { MailboxObject } from 'imapflow';
import { describe, expect, it } from 'vitest';

import { assertTakes, flagChanges } from '../../../mail/imap/mark';
import { toBatches } from '../../../mail/imap/uid-batches';

const folder = (...permanentFlags: string[]) =>
  ({ path: 'Box', permanentFlags: new Set(permanentFlags) }) as MailboxObject;

describe('marks', () => {
  it('become flags to add and to remove, and leave the others as they are', () => {
    const marks = { isRead: true, isFlagged: false, addKeywords: ['a'], removeKeywords: ['b'] };
    expect(flagChanges(marks)).toEqual({ add: ['\\Seen', 'a'], remove: ['\\Flagged', 'b'] });
    expect(flagChanges({})).toEqual({ add: [], remove: [] });
  });

  it.each(['a b', 'ä', 'a\0', 'a]', 'a*', 'a%', '"a"', '\\Seen', ''])('refuse the keyword %j', (keyword) => {
    expect(() => flagChanges({ addKeywords: [keyword] })).toThrow(/^Keywords: /);
    expect(() => flagChanges({ removeKeywords: [keyword] })).toThrow(/^Keywords: /);
  });

  it.each(['$Forwarded', 'NonJunk', 'a.b_c-d', '[x', "it's", 'a+b'])('accept the keyword %s', (keyword) => {
    expect(flagChanges({ addKeywords: [keyword] }).add).toEqual([keyword]);
  });
});

describe('a folder', () => {
  it('accepts new keywords when it says so, or says nothing', () => {
    expect(() => assertTakes(folder('\\Seen', '\\*'), ['Invoice'])).not.toThrow();
    expect(() => assertTakes({ path: 'Box' } as MailboxObject, ['Invoice'])).not.toThrow();
  });

  it('accepts the keywords that it has, in upper and lower case', () => {
    expect(() => assertTakes(folder('\\Seen', '$forwarded'), ['\\Seen', '$Forwarded'])).not.toThrow();
  });

  it('refuses keywords that it does not keep, by name', () => {
    expect(() => assertTakes(folder('\\Seen'), ['\\Seen', 'Invoice'])).toThrow(
      'The folder "Box" does not keep Invoice on its messages',
    );
    expect(() => assertTakes(folder(), ['\\Seen'])).toThrow('does not keep \\Seen');
  });
});

it('batches contain every UID exactly once', () => {
  const uids = Array.from({ length: 5000 }, (_, i) => 3 * i + 1 + (i % 2));
  const batches = toBatches(uids);
  expect(batches.length).toBeGreaterThan(1);
  expect(batches.flatMap((batch) => batch.uids)).toEqual(uids);
  expect(toBatches([3, 1, 2])).toEqual([{ set: '1:3', uids: [1, 2, 3] }]);
});
