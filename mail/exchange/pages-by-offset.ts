import { listWithoutEnd, MOST_PAGES, newOf } from './new-on-pages';

/** More entries than can be added to a list while it is read. */
const MOST_ADDED = 10_000;

/** One page of a list whose entries a server counts from the beginning. */
export interface OffsetPage<T> {
  entries: readonly T[];
  /** The position behind this page; absent if it is the last one. */
  next?: number;
  /** The number of entries in the list, according to the server. */
  total?: number;
}

/** A list that is read by position. */
export interface OffsetList<T> {
  /** Such as "the folders". */
  name: string;
  idOf(entry: T): string;
  /** @param overlap how many entries of this page should be known: it may be longer by so many */
  read(offset: number, overlap: number): Promise<OffsetPage<T>>;
  /** So many consecutive pages without anything new are normal. */
  mostIdle: number;
}

/**
 * The new entries on each page of a list, which may change while it is read. What is in the list from the first request
 * to the last, in the same order, is given exactly once; what comes or goes meanwhile is given once or not at all.
 *
 * If entries are removed before a position, those behind it move up, and the page at that position begins too late. So
 * each page is asked to begin with the last entry of the page before. If it does not begin with a known entry, reading
 * goes back until a page does.
 *
 * @throws {MailError} SERVER_REFUSED for a list without end
 */
export async function* pagesByOffset<T>(list: OffsetList<T>): AsyncGenerator<T[]> {
  const seen = new Set<string>();
  /** Where pages did not begin with a known entry, since there was a new one. */
  const failed = new Set<number>();
  let [offset, overlap, usualOverlap, longest, back, idle] = [0, 0, 1, 1, 0, 0];
  for (let pages = 1; ; pages++) {
    const { entries, next, total = Infinity } = await list.read(offset, overlap);
    longest = Math.max(longest, entries.length);
    const [first] = entries;
    if (overlap > 0 && !(first && seen.has(list.idOf(first)))) {
      failed.add(offset);
      back = back === 0 ? longest : back * 2;
      offset = Math.max(0, offset - back);
      overlap = Math.min(1, offset);
      idle++;
    } else {
      const fresh = newOf(entries, list.idOf, seen);
      yield fresh;
      if (next === undefined) return;
      if (next <= offset) throw listWithoutEnd(list.name);
      const expected = Math.max(offset + 1, next - usualOverlap);
      // Then nothing was removed: the server counts entries that it does not give, such as chats among the messages.
      const countsOthers = fresh.length === 0 && failed.has(expected);
      if (countsOthers) usualOverlap = Math.max(1, Math.min(usualOverlap * 4, Math.floor(longest / 2)));
      if (fresh.length > 0) failed.clear();
      offset = countsOthers || entries.length === 0 ? next : expected;
      overlap = next - offset;
      back = 0;
      idle = fresh.length > 0 ? 0 : idle + 1;
    }
    const mostIdle = list.mostIdle + 2 * Math.ceil(seen.size / longest);
    if (idle > mostIdle || pages > MOST_PAGES || seen.size > total + MOST_ADDED) {
      throw listWithoutEnd(list.name);
    }
  }
}
