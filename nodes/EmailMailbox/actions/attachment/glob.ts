/**
 * Whether a text matches a pattern with `*` and `?`, without regard to case. For each letter of the text it takes no more
 * steps than the pattern is long, however many stars there are: the sender of a file chooses its name.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const wanted = [...pattern.toLowerCase()];
  const letters = [...text.toLowerCase()];
  let at = 0;
  /** The position of the last star, and the end of the text that it matches. */
  let star = -1;
  let reached = 0;
  for (let i = 0; i < letters.length; ) {
    if (wanted[at] === '*') {
      star = at++;
      reached = i;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === letters[i])) {
      at += 1;
      i += 1;
    } else if (star >= 0) {
      at = star + 1;
      i = reached += 1;
    } else return false;
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}
