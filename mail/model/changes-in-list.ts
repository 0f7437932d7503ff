import type { FolderChanges } from './changes';
import { IdSet } from './id-set';

/** How many messages of a list are remembered: the newest. */
export const MOST_KNOWN = 10_000;

/** So many known messages do not all disappear at once: the server has given all of them new ids. */
const NEVER_ALL_GONE = 10;

/** The messages of a list that are known, as a cursor holds them. */
export interface KnownMessages {
  /** An `IdSet` as text. */
  known: string;
  /** Whether there were older messages too, which the set does not hold. */
  cut?: true;
}

/** A message of a list. */
export interface Listed {
  id: string;
  /** What identifies it in the set: its id, if that stays the same. */
  key?: string;
}

/**
 * What arrived, where only comparing two lists can tell.
 *
 * @param list all messages, or the newest `MOST_KNOWN` of them, oldest first
 * @param before the known messages; without them, all messages become known and none has arrived
 * @returns undefined if nothing can be told, because the known messages are not to be found in the list
 */
export function changesInList(
  list: readonly Listed[],
  before: Partial<KnownMessages> | undefined,
  limit: number,
): ({ now: KnownMessages } & Pick<FolderChanges, 'arrived' | 'more' | 'mayBeKnown'>) | undefined {
  const keyOf = ({ id, key }: Listed) => key ?? id;
  const known = before && IdSet.parse(before.known);
  if (before && !known) return undefined;
  const isKnown = (one: Listed) => known?.has(keyOf(one)) ?? true;
  const first = list.findIndex(isKnown);
  const isLost = known !== undefined && first < 0 && known.size >= NEVER_ALL_GONE;
  if (isLost && (before?.cut || list.length >= known.size / 2)) return undefined;
  // Where older messages are not in the set, those that precede the first known one are among them.
  const compared = before?.cut ? list.slice(Math.max(0, first)) : list;
  const news = compared.filter((one) => !isKnown(one));
  const arrived = new Set(news.slice(0, limit));
  const kept = list.filter((one) => isKnown(one) || arrived.has(one));
  const isReplaced = known !== undefined && first < 0 && known.size > 0 && list.length >= known.size;
  const cut = before?.cut ?? (list.length >= MOST_KNOWN || undefined);
  return {
    now: { known: IdSet.of(kept.slice(-MOST_KNOWN).map(keyOf)).toString(), ...(cut && { cut }) },
    arrived: [...arrived].map(({ id }) => id),
    more: news.length > arrived.size,
    ...(isReplaced && { mayBeKnown: true as const }),
  };
}
