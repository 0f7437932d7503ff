/** How servers say that a message is too large, if they give no code for it, or one that stands for more. */
const TOO_LARGE =
  /\b(?:message|mail|command|data)(?: is)? too (?:large|big|long)\b|\bmaximum (?:allowed |message )?size\b|\b(?:size|length) exceeds\b|\bexceeds (?:the )?(?:maximum|size|fixed)\b/i;

/** Whether a refusal is about the size of a message. */
export const isTooLarge = (words: string): boolean => TOO_LARGE.test(words);
