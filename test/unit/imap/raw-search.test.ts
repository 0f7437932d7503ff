import { describe, expect, it } from 'vitest';

import type { Attribute } from '../../../mail/imap/exec-or-throw';
import { rawSearchKeys } from '../../../mail/imap/raw-search';
import { processorTime } from '../processor-time';

/** As it goes to the server. */
const written = (attributes: readonly Attribute[]): string =>
  attributes
    .map((one) =>
      Array.isArray(one)
        ? `(${written(one)})`
        : one.type === 'LITERAL'
          ? `<${one.value.toString()}>`
          : one.value,
    )
    .join(' ');

describe('a raw search', () => {
  it.each([
    ['SEEN', 'SEEN'],
    [' SEEN  FROM "a b" ', 'SEEN FROM "a b"'],
    ['OR (FROM a)(TO b)', 'OR (FROM a) (TO b)'],
    ['(SEEN) (FROM a)', 'ALL (SEEN) (FROM a)'],
    ['UID 1:*,7', 'UID 1:*,7'],
    ['SUBJECT "a \\" (b"', 'SUBJECT "a \\" (b"'],
    ['SUBJECT ""', 'SUBJECT ""'],
    ['SUBJECT "{3}"', 'SUBJECT "{3}"'],
    ['SUBJECT "Kö\\"ln" SEEN', 'SUBJECT <Kö"ln> SEEN'],
    ['SUBJECT Köln', 'SUBJECT <Köln>'],
  ])('%s', (raw, sent) => {
    expect(written(rawSearchKeys(raw))).toBe(sent);
  });

  it.each(['(', ')', 'SEEN) (SEEN', '((SEEN)', '"', 'SUBJECT "a\\"', 'SUBJECT {3}', 'SUBJECT a{3+}', '~{1}'])(
    'refuses %s',
    (raw) => {
      expect(() => rawSearchKeys(raw)).toThrow(/^Raw Search: /);
    },
  );

  it('is parsed in time proportional to its length', () => {
    const took = processorTime(() => {
      expect(() => rawSearchKeys('"\\'.repeat(100_000))).toThrow();
      rawSearchKeys('(a '.repeat(20_000) + ')'.repeat(20_000));
    });
    expect(took).toBeLessThan(2000);
  });
});
