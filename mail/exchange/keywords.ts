import type { FlagChanges } from '../model/client';

export const isAboutKeywords = ({ addKeywords = [], removeKeywords = [] }: FlagChanges): boolean =>
  addKeywords.length + removeKeywords.length > 0;

/**
 * All the keywords that a message is to have: Exchange keeps them as one list. Their case does not count
 * ([MS-OXOCFG] section 2.2.5.2.1), and one that is there already stays as it is written.
 */
export function changedKeywords(
  keywords: readonly string[],
  { addKeywords = [], removeKeywords = [] }: FlagChanges,
): string[] {
  const kept = keywords.filter((keyword) => !removeKeywords.some((removed) => isSame(removed, keyword)));
  return [...kept, ...addKeywords].filter(
    (keyword, index, all) => all.findIndex((other) => isSame(other, keyword)) === index,
  );
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
