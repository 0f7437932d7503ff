import type { Readable } from 'node:stream';

/** A message to be sent, whatever the protocol. What a person typed into it is checked where it is composed. */
export interface OutgoingMessage {
  /** One mailbox, as in a header: `Ada Lovelace <ada@example.com>`. */
  from: string;
  /** Mailboxes as in a header, separated by commas (RFC 5322 section 3.4). */
  to?: string;
  cc?: string;
  bcc?: string;
  replyTo?: string;
  subject?: string;
  text?: string;
  html?: string;
  importance?: Importance;
  /** Further header fields, in their order. */
  headers?: readonly HeaderField[];
  attachments?: readonly OutgoingAttachment[];
  /** The Message-ID of the message that is answered, with angle brackets. */
  inReplyTo?: string;
  /** The Message-IDs of the thread, oldest first, with angle brackets. */
  references?: readonly string[];
}

export type Importance = 'low' | 'normal' | 'high';

export interface HeaderField {
  name: string;
  value: string;
}

export interface OutgoingAttachment {
  fileName: string;
  mimeType: string;
  /** Asked for when its turn comes, and for each attempt to send anew. */
  content: Buffer | (() => Promise<Readable>);
  /** Makes it a part of the HTML, which shows it as `cid:<this>` (RFC 2392). */
  contentId?: string;
}

/** When to put a copy into the folder for sent mail: `automatic` where the provider does not do it itself. */
export type SaveToSent = 'automatic' | 'never' | 'always';

export interface SendOptions {
  saveToSent: SaveToSent;
}

/** What became of a message that the server took. */
export interface SentMessage {
  /** The Message-ID header that the recipients see, with its angle brackets. */
  messageId: string;
  /** The addresses that the server takes responsibility for. At least one. */
  accepted: string[];
  rejected: RejectedRecipient[];
  sentCopy: SentCopy;
  /** Why the draft that was sent is still among the drafts, where it is. */
  draftKept?: string;
}

export interface RejectedRecipient {
  address: string;
  /** In the server's words. */
  reason: string;
}

export interface SentCopy {
  /** Whether we have put a copy into the folder for sent mail. */
  saved: boolean;
  folder?: string;
  /** Why not. */
  reason?: string;
  /** Whether it was wanted and could not be done. */
  failed?: boolean;
}

/** A message among the drafts. */
export interface SavedDraft {
  folder: string;
  /** Its id, where the server tells it. */
  id?: string;
  /** The Message-ID header, with its angle brackets. */
  messageId: string;
}
