import type { Readable } from 'node:stream';

import type { HeaderField } from './outgoing';

export interface Address {
  /** Display name, empty where the header has none. */
  name: string;
  address: string;
}

/** An attachment as the server describes it; nothing of it has been downloaded. */
export interface AttachmentInfo {
  /** Names the part within its message; for `MailClient.openAttachment`. */
  part: string;
  /** As the sender wrote it: never to be trusted as a path. */
  fileName: string;
  mimeType: string;
  /** Bytes as stored, so before a base64 decoding that makes it about a quarter smaller. */
  size: number;
  /** Belongs to the text, such as a picture shown within it, and not beside it. */
  inline: boolean;
  contentId?: string;
  /** Set where it is only the address of a file that is kept elsewhere: there is nothing to download. */
  isLink?: true;
}

/** A message in the shape that every protocol's client gives. Dates are ISO 8601 in UTC. */
export interface Message {
  /** Opaque; `MailClient.getMessages` takes it. It holds the folder, and stays valid until the message moves. */
  id: string;
  folder: string;
  /** The Message-ID header (RFC 5322 section 3.6.4), with its angle brackets. */
  messageId?: string;
  inReplyTo?: string;
  subject: string;
  from: Address[];
  replyTo: Address[];
  to: Address[];
  cc: Address[];
  bcc: Address[];
  /** The Date header: what the sender's clock said. */
  date?: string;
  /** When the server received the message. */
  receivedAt?: string;
  isRead: boolean;
  isFlagged: boolean;
  isAnswered: boolean;
  isDraft: boolean;
  /** Further flags and keywords, as the server names them. */
  keywords: string[];
  /** Bytes of the whole message. */
  size: number;
  attachments: AttachmentInfo[];
  /** Set where only the header was read, so that nobody knows of attachments: POP3 without the text. */
  headersOnly?: true;
  /** Set where the message has more parts than are listed: thousands of them. */
  attachmentsTruncated?: true;
  /** All header fields in their order, decoded; present only where they were asked for. */
  headers?: HeaderField[];
  /** Present only where the content was asked for. */
  content?: MessageContent;
}

export interface MessageContent {
  /** The text/plain body; made of the HTML where the message has none. */
  text: string;
  /** The text/html body; empty where the message has none. */
  html: string;
  /** Set where the message has more text than was read: several megabytes. */
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
  /** Bytes, where the server says so beforehand. */
  size?: number;
}
