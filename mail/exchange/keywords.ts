import type { FlagChanges } from '../model/client';

export const isAboutKeywords = ({ addKeywords = [], removeKeywords = [] }: FlagChanges): boolean =>
  addKeywords.length + removeKeywords.length > 0;

/** All the keywords that a message is to have: Exchange keeps them as one list. */
export const changedKeywords = (
  keywords: readonly string[],
  { addKeywords = [], removeKeywords = [] }: FlagChanges,
): string[] => [...new Set([...keywords.filter((one) => !removeKeywords.includes(one)), ...addKeywords])];
