import { describe, expect, it } from 'vitest';

import { changedKeywords } from '../../../mail/exchange/keywords';

describe('categories, compared without regard to case', () => {
  it.each([
    ['are added once', ['Invoice'], { addKeywords: ['invoice'] }, ['Invoice']],
    ['are added beside the others', ['Invoice'], { addKeywords: ['Paid', 'PAID'] }, ['Invoice', 'Paid']],
    ['are removed in other letters', ['Invoice', 'Paid'], { removeKeywords: ['INVOICE'] }, ['Paid']],
    [
      'are written anew where they are removed and added',
      ['Invoice'],
      { addKeywords: ['INVOICE'], removeKeywords: ['invoice'] },
      ['INVOICE'],
    ],
    ['stay where nothing is said of them', ['a', 'B'], {}, ['a', 'B']],
  ])('%s', (_, keywords, changes, expected) => {
    expect(changedKeywords(keywords, changes)).toEqual(expected);
  });
});
