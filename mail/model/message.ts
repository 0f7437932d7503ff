import type { Readable } from 'node:stream';

import type { HeaderField } from './outgoing';

export interface Address {
  /** Display name, empty if the header has none. */
  name: string;
  address: string;
}

/** An attachment as the server describes it. Its content has not been downloaded. */
export interface AttachmentInfo {
  /** Identifies the part within its message; for `MailClient.openAttachment`. */
  part: string;
  /** As the sender wrote it: never use it as a path. */
  fileName: string;
  mimeType: string;
  /** Encoded size in bytes. After base64 decoding it is about a quarter smaller. */
  size: number;
  /** Whether it is shown within the text, such as a picture. */
  inline: boolean;
  contentId?: string;
  /** Set if it is only a link to a file stored elsewhere, so there is nothing to download. */
  isLink?: true;
}

/** A message in the same shape for every protocol. Dates are ISO 8601 in UTC. */
export interface Message {
  /** Opaque, for `MailClient.getMessages`. It includes the folder, and is valid until the message is moved. */
  id: string;
  folder: string;
  /** The Message-ID header (RFC 5322 section 3.6.4), with its angle brackets. */
  messageId?: string;
  inReplyTo?: string;
  /**
   * The same for all messages of a thread, for `MailClient.threadMessages`: the server's own id of the thread, or the
   * Message-ID of the message that started it, with its angle brackets. Absent if there is neither.
   */
  threadId?: string;
  subject: string;
  /** The beginning of the text, on one line, about 100 characters. */
  preview?: string;
  from: Address[];
  replyTo: Address[];
  to: Address[];
  cc: Address[];
  bcc: Address[];
  /** The Date header: the sender's clock. */
  date?: string;
  /** When the server received the message. */
  receivedAt?: string;
  isRead: boolean;
  isFlagged: boolean;
  isAnswered: boolean;
  isDraft: boolean;
  /** Other flags and keywords, as the server names them. */
  keywords: string[];
  /** Gmail's labels over IMAP, its own ones with a backslash: `\Inbox`, `Customers/Acme`. Absent elsewhere. */
  labels?: string[];
  /** Size of the whole message in bytes. */
  size: number;
  attachments: AttachmentInfo[];
  /** Set if only the header was read, so that attachments are unknown: POP3 without the text. */
  headersOnly?: true;
  /** Set if the message has more than is listed: thousands of parts, or files stored elsewhere that Graph does not name. */
  attachmentsTruncated?: true;
  /** All header fields in order, decoded; present only if requested. */
  headers?: HeaderField[];
  /** Present only if requested. */
  content?: MessageContent;
}

export interface MessageContent {
  /** The text/plain body; made from the HTML if there is none. */
  text: string;
  /** The text/html body; empty if there is none. */
  html: string;
  /** Set if the message has more text than was read, which means several megabytes. */
  truncated?: true;
}

export interface AttachmentDownload {
  content: Readable;
  fileName: string;
  mimeType: string;
}

/** A message as it is stored (RFC 5322). */
export interface MessageDownload {
  content: Readable;
  /** Bytes, if the server reports the size in advance. */
  size?: number;
}
