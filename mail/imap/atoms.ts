/*
 * Flags and the attributes of folders are compared without regard to case (RFC 9051 sections 2.3.2, 7.3.1 and 9). Here
 * they get the letters of the standard, so that everything after this compares them as they are.
 */

const STANDARD = new Map(
  [
    ...['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '\\Recent'],
    ...['\\Noselect', '\\NonExistent', '\\Noinferiors', '\\HasChildren', '\\HasNoChildren'],
    ...['\\Marked', '\\Unmarked', '\\Subscribed', '\\Remote'],
    // RFC 6154 section 2, RFC 8457, and XLIST's.
    ...['\\All', '\\Archive', '\\Drafts', '\\Junk', '\\Sent', '\\Trash', '\\Important', '\\Inbox'],
  ].map((atom) => [atom.toLowerCase(), atom]),
);

/** In the letters of the standard, where it is one of the standard's. */
export const standardAtom = (atom: string): string => STANDARD.get(atom.toLowerCase()) ?? atom;

/** The same keyword or flag as a folder spells it, so that it is not taken for another one. */
export function asSpelled(flag: string, known: ReadonlySet<string> | undefined): string {
  const wanted = flag.toLowerCase();
  return [...(known ?? [])].find((one) => one.toLowerCase() === wanted) ?? flag;
}
