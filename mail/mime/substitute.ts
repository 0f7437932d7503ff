import type { HeaderSummary } from './summary';

const SENDER = 'Microsoft Exchange Server';

/**
 * Whether this is what Exchange gives over IMAP and POP3 in place of a message that it cannot convert: a message from
 * itself, without an address, whose subject names the protocol, such as "Retrieval using the IMAP4 protocol failed for
 * the following message: 205". The message itself is still there.
 */
export function isSubstitute({ from, subject }: Pick<HeaderSummary, 'from' | 'subject'>): boolean {
  const [sender] = from;
  const isItself = from.length === 1 && sender?.name === SENDER && !/@\w/.test(sender.address);
  return isItself && /\b(?:IMAP4|POP3)\b/.test(subject) && /\d/.test(subject);
}

/** Why there is no message. */
export const SUBSTITUTED = 'it gave a note in its place: it cannot convert it';
