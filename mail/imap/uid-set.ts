/** Servers limit the length of a command line (RFC 7162 section 4 recommends at least 8,192 octets). */
const MAX_LENGTH = 7000;

/**
 * Message numbers as IMAP sets. Consecutive numbers become ranges, so 10,000 neighbours are one short set.
 *
 * @param numbers in any order
 * @returns sets that each fit into a command line and together contain all the numbers
 */
export function toSets(numbers: readonly number[]): string[] {
  const sets: string[] = [];
  let set = '';
  for (const range of ranges([...new Set(numbers)].sort((a, b) => a - b))) {
    if (set && set.length + 1 + range.length > MAX_LENGTH) {
      sets.push(set);
      set = '';
    }
    set += set ? `,${range}` : range;
  }
  return set ? [...sets, set] : sets;
}

function* ranges(ascending: readonly number[]): Generator<string> {
  for (let i = 0; i < ascending.length; ) {
    let end = i;
    while (ascending[end + 1] === ascending[end]! + 1) end++;
    yield end === i ? `${ascending[i]}` : `${ascending[i]}:${ascending[end]}`;
    i = end + 1;
  }
}

/** Those of some numbers, in ascending order, that are in a set as `toSets` makes it, or a range such as `3:9`. */
export function within(set: string, ascending: readonly number[]): number[] {
  const ends = set.split(',').map((range) => range.split(':').map(Number));
  let at = 0;
  return ascending.filter((one) => {
    while (at < ends.length && one > ends[at]!.at(-1)!) at++;
    return at < ends.length && one >= ends[at]![0]!;
  });
}

/** How many numbers a set without `*` names. */
export const countOf = (set: string): number =>
  set.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split(':').map(Number);
    return sum + Math.abs(last - first) + 1;
  }, 0);
