import { toSets } from './uid-set';

/** UIDs that fit into one command, and the set that names them. */
export interface Batch {
  set: string;
  uids: number[];
}

/** As few batches as the maximum length of a command line allows. */
export const toBatches = (uids: readonly number[]): Batch[] =>
  toSets(uids).map((set) => ({ set, uids: numbersIn(set) }));

/** The numbers of a set without `*`. */
export const numbersIn = (set: string): number[] => set.split(',').flatMap(numbersOf);

function numbersOf(range: string): number[] {
  const [first = 0, last = first] = range.split(':').map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
