import { describe, expect, it } from 'vitest';

import { isRough, toSearch } from '../../../mail/graph/search';

describe('what Graph is asked', () => {
  it('is any of 20 values, with their quotation marks doubled', () => {
    const subject = ["o'x", ...Array.from({ length: 19 }, (_, i) => `${i}`)];
    expect(toSearch({ subject }).$filter).toMatch(
      / and \(contains\(subject,'o''x'\) or (.* or ){18}contains/,
    );
    expect(isRough({ subject })).toBe(false);
  });

  it.each([
    ['many', Array.from({ length: 21 }, (_, i) => `${i}`)],
    ['long', ['ö'.repeat(200)]],
  ])('is not: values that are too %s for a URL', (_, values) => {
    for (const query of [{ from: values }, { subject: values }]) {
      expect(toSearch(query).$filter).toBeUndefined();
      expect(isRough(query)).toBe(true);
    }
  });
});
