import { expect, it } from 'vitest';

import { valueAfter, type Token } from '../../../mail/imap/tokens';

const atom = (value: string): Token => ({ type: 'ATOM', value });

it('a value that looks like a name is not taken for one', () => {
  const flags = [atom('\\seen')];
  const list = [atom('PREVIEW'), { type: 'STRING', value: 'FLAGS' }, atom('flags'), flags];
  expect(valueAfter(list, 'FLAGS')).toBe(flags);
  expect(valueAfter(list, 'UID')).toBeUndefined();
});
