/** A part of a message as its MIME header describes it (RFC 2045), and as IMAP's BODYSTRUCTURE does. */
export interface BodyPart {
  /** As numbered by IMAP (RFC 9051 section 6.4.5.1); absent for a message that is not a multipart. */
  part?: string;
  /** In lower case: `text/plain`. */
  type: string;
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
