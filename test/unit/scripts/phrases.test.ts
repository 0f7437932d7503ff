import { describe, expect, it } from 'vitest';

import { LOGIN_ERRORS } from '../../../mail/account/login-errors/table';
import { phrases } from '../../../scripts/docs/phrases';

describe('the phrases for a pattern', () => {
  it.each<[RegExp, string[]]>([
    [/logs? ?in|\[LIMIT\]/i, ['logs in', '[LIMIT]']],
    [/(a|b) (is |was )?(on|off)/, ['a is on', 'a is off', 'b is on', 'b is off']],
    [/(1|2|3)(4|5|6)/, ['14']],
    [/^4(?!32)\d\d[ -]|x[^.]{0,30}y/, ['4…', 'x … y']],
  ])('%s', (pattern, found) => {
    expect(phrases(pattern)).toEqual(found);
  });

  it('are not made up for a pattern that is not understood', () => {
    expect(() => phrases({ source: 'a)b' } as RegExp)).toThrow('No phrase for a)b');
  });

  it.each(LOGIN_ERRORS.map(({ says }) => says))(
    'are such that a server is understood that says them: %s',
    (says) => {
      for (const phrase of phrases(says)) {
        expect(`${phrase.replaceAll(' … ', ' ').replaceAll('…', '12')} `).toMatch(says);
      }
    },
  );
});
