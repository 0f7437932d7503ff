import type { FlagChanges } from '../model/client';

export const isAboutKeywords = ({ addKeywords = [], removeKeywords = [] }: FlagChanges): boolean =>
  addKeywords.length + removeKeywords.length > 0;

/**
 * The complete new list of a message's keywords, because Exchange stores them as one list. Keywords are
 * case-insensitive ([MS-OXOCFG] section 2.2.5.2.1), and existing ones keep their spelling.
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
