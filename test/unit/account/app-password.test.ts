import { expect, it } from 'vitest';

import { sentPassword } from '../../../mail/account/app-password';

const WITH_BLANKS = { shownAs: /^[a-z]{4}( [a-z]{4}){3}$/, separators: / /g };
const WITH_HYPHENS = { shownAs: /^[a-z]{4}(-[a-z]{4}){3}$/ };

it.each([
  ['abcd efgh ijkl mnop', WITH_BLANKS, 'abcdefghijklmnop'],
  ['\tabcd efgh ijkl mnop\r\n', WITH_BLANKS, 'abcdefghijklmnop'],
  ['abcd-efgh-ijkl-mnop', WITH_HYPHENS, 'abcd-efgh-ijkl-mnop'],
  [' abcd-efgh-ijkl-mnop\n', WITH_HYPHENS, 'abcd-efgh-ijkl-mnop'],
  [' my own password ', WITH_BLANKS, ' my own password '],
  [' abcd efgh ijkl mnop ', undefined, ' abcd efgh ijkl mnop '],
])('sends "%s" without the blanks that are not part of the password, %#', (typed, form, sent) => {
  expect(sentPassword(typed, form)).toBe(sent);
});
