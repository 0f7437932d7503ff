import type { Readable } from 'node:stream';

/** A message to send, over any protocol. User input in it is validated when the message is composed. */
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
  /** Whether to ask for a message to `from` when a recipient has read it (RFC 8098). */
  readReceipt?: boolean;
  /** Additional header fields, in order. */
  headers?: readonly HeaderField[];
  attachments?: readonly OutgoingAttachment[];
  /**
   * What the Message-ID begins with, before the domain of the sender (RFC 5322 section 3.6.4: a dot-atom). Otherwise it is
   * random.
   */
  idLeft?: string;
  /** The Message-ID of the message to reply to, with angle brackets. */
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
  /** A function is called only when the content is needed, once for each attempt to send. */
  content: Buffer | (() => Promise<Readable>);
  /** Makes the attachment part of the HTML, which refers to it as `cid:<this>` (RFC 2392). */
  contentId?: string;
}

/** When to save a copy in the folder for sent mail. `automatic`: if the provider does not do it itself. */
export type SaveToSent = 'automatic' | 'never' | 'always';

export interface SendOptions {
  saveToSent: SaveToSent;
}

/** The result for a message that the server accepted. */
export interface SentMessage {
  /** The Message-ID header that the recipients see, with its angle brackets. */
  messageId: string;
  /** The addresses that the server accepted. At least one. */
  accepted: string[];
  rejected: RejectedRecipient[];
  sentCopy: SentCopy;
  /** Why the sent draft is still in the drafts folder, if it is. */
  draftKept?: string;
}

export interface RejectedRecipient {
  address: string;
  /** In the server's words. */
  reason: string;
}

export interface SentCopy {
  /** Whether this client saved a copy in the folder for sent mail. */
  saved: boolean;
  folder?: string;
  /** Why it was not saved. */
  reason?: string;
  /** Whether it was requested but failed. */
  failed?: boolean;
}

/** A message in the drafts folder. */
export interface SavedDraft {
  folder: string;
  /** The id, if the server reports it. */
  id?: string;
  /** The Message-ID header, with its angle brackets. */
  messageId: string;
}
