import { describe, expect, it } from 'vitest';

import { pathsOf } from '../../../mail/exchange/folder-paths';

const folder = (id: string, parentId: string, name = id, isInbox = false) => ({
  id,
  parentId,
  name,
  isInbox,
});

describe('the paths of folders', () => {
  it('are built from their parent folders, in whatever order these come', () => {
    const paths = pathsOf([folder('c', 'b'), folder('b', 'a', 'B/b'), folder('a', 'root', 'A')]);
    expect(Object.fromEntries(paths)).toEqual({ a: 'A', b: 'A/B%2Fb', c: 'A/B%2Fb/c' });
  });

  it('begin with INBOX within the inbox, whatever its display name is', () => {
    const paths = pathsOf([folder('in', 'root', 'Posteingang', true), folder('x', 'in', 'X')]);
    expect(paths.get('x')).toBe('INBOX/X');
  });

  it('end when folders contain each other in a circle', () => {
    const paths = pathsOf([folder('a', 'b'), folder('b', 'a'), folder('self', 'self')]);
    expect([...paths.keys()].sort()).toEqual(['a', 'b', 'self']);
    expect(paths.get('self')).toBe('self');
  });

  const deep = (levels: number) =>
    Array.from({ length: levels }, (_, n) => folder(`f${n + 1}`, `f${n}`, 'f'));

  it('are found at any depth that Exchange allows', () => {
    const paths = pathsOf(deep(1000));
    expect(paths.get('f3')).toBe('f/f/f');
    expect(paths.size).toBe(1000);
  });

  // Their paths would have a length of 200 million characters.
  it('are refused for 20,000 folders within each other', () => {
    expect(() => pathsOf(deep(20_000))).toThrow(/more than 1000 folders within each other/);
  });
});
