import { describe, expect, it } from 'vitest';

import { NewOnPages } from '../../../mail/exchange/new-on-pages';

const idOf = (id: string) => id;

describe('pages of a list', () => {
  it('give each item once, even when a page repeats it', () => {
    const news = new NewOnPages('the list', 3);
    expect(news.take(['a', 'b', 'b'], idOf)).toEqual(['a', 'b']);
    expect(news.take(['b', 'c'], idOf)).toEqual(['c']);
  });

  it('stop when they bring nothing new again and again', () => {
    const news = new NewOnPages('the list', 3);
    const again = () => news.take(['a'], idOf);
    for (let page = 0; page < 3; page++) again();
    expect(again).toThrow('keeps sending the same part of the list');
  });
});
