/** A part of a message as its MIME header describes it (RFC 2045), and as IMAP's BODYSTRUCTURE does. */
export interface BodyPart {
  /** As numbered by IMAP (RFC 9051 section 6.4.5.1); absent for a message that is not a multipart. */
  part?: string;
  /** In lower case: `text/plain`. */
  type: string;
  /** Of the Content-Type, by their names in lower case, decoded. */
  parameters?: Record<string, string>;
  /** The Content-Transfer-Encoding. */
  encoding?: string;
  disposition?: string;
  dispositionParameters?: Record<string, string>;
  /** The Content-ID, with its angle brackets. */
  id?: string;
  /** Bytes as they are stored. */
  size?: number;
  childNodes?: BodyPart[];
}

/** The number of a part; a message that is not a multipart has one part, "1", that the structure leaves unnumbered. */
export const partNumber = (node: BodyPart): string => node.part ?? '1';

/** A message within a message (RFC 2046 section 5.2.1, RFC 6532 section 3.7): a file, and its text nobody's here. */
export const isMessage = ({ type }: BodyPart): boolean =>
  type === 'message/rfc822' || type === 'message/global';

/** Every leaf in the order of the message. */
export function* leaves(node: BodyPart): Generator<BodyPart> {
  if (isMessage(node) || !node.childNodes?.length) yield node;
  else for (const child of node.childNodes) yield* leaves(child);
}

/** The part of this number, if the message has one. */
export function partNamed(structure: BodyPart, part: string): BodyPart | undefined {
  for (const leaf of leaves(structure)) if (partNumber(leaf) === part) return leaf;
  return undefined;
}
