import type { OffsetPage } from '../exchange/pages-by-offset';
import { countOf } from '../exchange/values';
import { isTrue, type XmlElement } from './xml';

/** Exchange gives no empty page before the last one. */
export const MOST_IDLE = 3;

/**
 * One page of FindItem or FindFolder (FindItemParentType and FindFolderParentType of the schema).
 *
 * @param offset of its first entry
 */
export function offsetPage<T>(
  root: XmlElement | undefined,
  entries: readonly T[],
  offset: number,
): OffsetPage<T> {
  const total = countOf(root?.attributes.TotalItemsInView);
  const next = offset + entries.length;
  // An empty page before the end is not the last one, even if nothing can be read behind it.
  const isLast =
    isTrue(root?.attributes.IncludesLastItemInRange ?? 'true') ||
    (total === undefined ? entries.length === 0 : next >= total);
  return { entries, ...(total !== undefined && { total }), ...(!isLast && { next }) };
}
