/**
 * Whether a text is what a pattern with `*` and `?` describes, without regard to case. However many stars there are, it
 * takes no more steps than the pattern is long, for each letter of the text: who sends a file chooses its name.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const wanted = [...pattern.toLowerCase()];
  const letters = [...text.toLowerCase()];
  let at = 0;
  /** Where the last star stands, and the letter up to which it reaches. */
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
