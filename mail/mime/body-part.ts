/** A part of a message as its MIME header describes it (RFC 2045), and as IMAP's BODYSTRUCTURE does. */
export interface BodyPart {
  /** As numbered by IMAP (RFC 9051 section 6.4.5.1); absent for a message that is not a multipart. */
  part?: string;
  /** In lower case: `text/plain`. */
  type: string;
  /** Parameters of the Content-Type, by lower-case name, decoded. */
  parameters?: Record<string, string>;
  /** The Content-Transfer-Encoding. */
  encoding?: string;
  disposition?: string;
  dispositionParameters?: Record<string, string>;
  /** The Content-ID, with its angle brackets. */
  id?: string;
  /** Encoded size in bytes. */
  size?: number;
  childNodes?: BodyPart[];
}

/**
 * The number of a part. A message that is not a multipart has a single part, "1", which has no number in the structure.
 */
export const partNumber = (node: BodyPart): string => node.part ?? '1';

/**
 * A message within a message (RFC 2046 section 5.2.1, RFC 6532 section 3.7). It is treated as a file; its text is not
 * part of the outer message.
 */
export const isMessage = ({ type }: BodyPart): boolean =>
  type === 'message/rfc822' || type === 'message/global';

/** All leaves, in message order. */
export function* leaves(node: BodyPart): Generator<BodyPart> {
  if (isMessage(node) || !node.childNodes?.length) yield node;
  else for (const child of node.childNodes) yield* leaves(child);
}

/** The part with this number, if it exists. */
export function partNamed(structure: BodyPart, part: string): BodyPart | undefined {
  for (const leaf of leaves(structure)) if (partNumber(leaf) === part) return leaf;
  return undefined;
}
