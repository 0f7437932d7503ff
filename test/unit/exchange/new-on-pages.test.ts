import { describe, expect, it } from 'vitest';

import { NewOnPages } from '../../../mail/exchange/new-on-pages';

const idOf = (id: string) => id;

describe('pages of a list', () => {
  it('give each item once, even when a new one moves the others to the next page', () => {
    const news = new NewOnPages('the list');
    expect(news.take(['a', 'b'], idOf, 4)).toEqual(['a', 'b']);
    expect(news.take(['b', 'c'], idOf, 4)).toEqual(['c']);
    expect(news.count).toBe(3);
  });

  it('stop when they bring nothing new although there should be more', () => {
    const news = new NewOnPages('the list');
    const again = () => news.take(['a'], idOf, 10);
    for (let page = 0; page < 3; page++) again();
    expect(again).toThrow('keeps sending the same part of the list');
  });

  it('may repeat themselves when everything was given', () => {
    const news = new NewOnPages('the list');
    for (let page = 0; page < 10; page++) expect(news.take(['a'], idOf, 1).length).toBeLessThan(2);
  });
});
