import { formatAddresses, isMailable } from '../model/addresses';
import type { Address, Message } from '../model/message';
import type { OutgoingMessage } from '../model/outgoing';

/**
 * RFC 5322 section 3.6.4 sets no limit, but line lengths and servers do. The first id and the most recent ones are
 * kept.
 */
const MOST_REFERENCES = 20;

/** Reply and forward prefixes that mail programs add to a subject in many languages. */
const REPLY_PREFIX = /^\s*(?:(?:re|aw|antw|sv|vs|odp|ref|rif|ynt|回复|答复)(?:\[\d+\])?\s*[:：]\s*)+/i;
const FORWARD_PREFIX = /^\s*(?:(?:fwd?|wg|tr|rv|enc|i|vb|pd|转发)(?:\[\d+\])?\s*[:：]\s*)+/i;

type Thread = Pick<OutgoingMessage, 'subject' | 'inReplyTo' | 'references'>;

/**
 * The recipients, subject and thread headers of a reply (RFC 5322 section 3.6.4).
 *
 * @param original including its headers
 * @param own the sender's own addresses, which get no copy. A reply to the sender's own mail goes to its recipients.
 * @param leaveOut further addresses that get no copy, and are taken for the sender's own
 * @returns `unreachable`: names of the recipients without an address, or with one that nobody can have
 */
export function replyTo(
  original: Message,
  { all, own, leaveOut = [] }: { all: boolean; own: readonly string[]; leaveOut?: readonly string[] },
): Thread & Pick<OutgoingMessage, 'to' | 'cc'> & { unreachable: string[] } {
  const ownAddresses = new Set([...own, ...leaveOut].map((one) => one.toLowerCase()));
  const isOwn = ({ address }: Address) => ownAddresses.has(address.toLowerCase());
  const ownMail = original.from.length > 0 && original.from.every(isOwn);
  // A Reply-To without an address asks for no other recipients.
  const answered = original.replyTo.some(({ address }) => isMailable(address))
    ? original.replyTo
    : original.from;
  const first = ownMail ? original.to : answered;
  // Of several recipients of one's own mail, oneself is left out; a note to oneself alone is answered to oneself.
  const toOthers = ownMail && all ? unique(first, ownAddresses) : [];
  const to = toOthers.length > 0 ? toOthers : unique(first);
  // In a reply to all, the sender comes first, followed by the other recipients.
  const others = all ? [...(ownMail ? [] : original.to), ...original.cc] : [];
  const cc = unique(others, new Set([...ownAddresses, ...to.map(({ address }) => address.toLowerCase())]));
  return {
    to: formatAddresses(to),
    cc: formatAddresses(cc),
    unreachable: [...first, ...others]
      .filter(({ address }) => !isMailable(address))
      .map(({ name, address }) => name || address || '?'),
    subject: `Re: ${original.subject.replace(REPLY_PREFIX, '')}`,
    ...threadOf(original),
  };
}

/** Whether a message is forwarded, by its subject. The answer to a forwarded message is an answer. */
export const isForward = (subject: string): boolean => FORWARD_PREFIX.test(subject);

/** The subject of a forwarded message. It starts its own thread, but refers to the original. */
export const forwardOf = (original: Message): Thread => ({
  subject: `Fwd: ${original.subject.replace(FORWARD_PREFIX, '')}`,
  references: threadOf(original).references,
});

function threadOf({ messageId, inReplyTo, headers = [] }: Message): Pick<Thread, 'inReplyTo' | 'references'> {
  const header = headers.find(({ name }) => name.toLowerCase() === 'references')?.value ?? '';
  const known = idsIn(header);
  const parents = known.length > 0 ? known : idsIn(inReplyTo ?? '').slice(0, 1);
  const own = idsIn(messageId ?? '').slice(0, 1);
  const chain = [...new Set([...parents, ...own])];
  const references =
    chain.length > MOST_REFERENCES ? [chain[0]!, ...chain.slice(1 - MOST_REFERENCES)] : chain;
  return { inReplyTo: own[0], references };
}

/** The Message-IDs in a header. RFC 5322 section 3.6.4: in angle brackets, with any other text in between. */
export const idsIn = (text: string): string[] => text.match(/<[^<>\s]{1,250}>/g) ?? [];

/** Each address once, and nobody without a usable one. @param known addresses that are left out, in lower case */
function unique(list: readonly Address[], known: ReadonlySet<string> = new Set()): Address[] {
  const seen = new Set(known);
  return list.filter(({ address }) => {
    const key = address.toLowerCase();
    return !seen.has(key) && seen.add(key) && isMailable(address);
  });
}
