/*
 * Flags and folder attributes are case-insensitive (RFC 9051 sections 2.3.2, 7.3.1 and 9). They are normalized to the
 * standard's spelling here, so that all later code can compare them exactly.
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

/** The standard's spelling of a flag or attribute, if the standard defines it. */
export const standardAtom = (atom: string): string => STANDARD.get(atom.toLowerCase()) ?? atom;

/** A keyword or flag in the folder's own spelling, so that it is not mistaken for a different one. */
export function asSpelled(flag: string, known: ReadonlySet<string> | undefined): string {
  const wanted = flag.toLowerCase();
  return [...(known ?? [])].find((one) => one.toLowerCase() === wanted) ?? flag;
}
