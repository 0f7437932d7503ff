/**
 * The parts of Graph's resources that are used here (https://learn.microsoft.com/graph/api/resources/message and its
 * siblings).
 */
export interface Recipient {
  emailAddress?: { name?: string | null; address?: string | null } | null;
}

export interface ExtendedProperty {
  /** As Exchange writes it: `Integer 0xe08`. */
  id?: string;
  value?: string | null;
}

export interface AttachmentResource {
  '@odata.type'?: string;
  id: string;
  name?: string | null;
  contentType?: string | null;
  size?: number;
  isInline?: boolean;
  contentId?: string | null;
}

export interface MessageResource {
  id: string;
  parentFolderId?: string | null;
  subject?: string | null;
  bodyPreview?: string | null;
  body?: { contentType?: 'text' | 'html'; content?: string | null } | null;
  from?: Recipient | null;
  replyTo?: Recipient[];
  toRecipients?: Recipient[];
  ccRecipients?: Recipient[];
  bccRecipients?: Recipient[];
  internetMessageId?: string | null;
  conversationId?: string | null;
  internetMessageHeaders?: Array<{ name?: string | null; value?: string | null }>;
  sentDateTime?: string | null;
  receivedDateTime?: string | null;
  isRead?: boolean | null;
  isDraft?: boolean | null;
  flag?: { flagStatus?: 'notFlagged' | 'complete' | 'flagged' } | null;
  categories?: string[];
  attachments?: AttachmentResource[];
  /** Not for files that Exchange considers inline. */
  hasAttachments?: boolean | null;
  singleValueExtendedProperties?: ExtendedProperty[];
  /** Set here: only the place of the message in a list is known, because Graph did not give the message. */
  isMissing?: true;
}

export interface FolderResource {
  id: string;
  displayName?: string | null;
  parentFolderId?: string | null;
  childFolderCount?: number | null;
  totalItemCount?: number | null;
  unreadItemCount?: number | null;
}
