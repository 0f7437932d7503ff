import { formatAddresses } from './addresses';
import type { Message } from './message';
import type { HeaderField } from './outgoing';
import { hasRealAttachment } from './query';

/** A message as a small flat object for expressions in the next node. */
export interface MessageSummary {
  id: string;
  folder: string;
  messageId: string;
  subject: string;
  /** As in a header: `Ada Lovelace <ada@example.com>`, multiple mailboxes separated by commas. */
  from: string;
  to: string;
  /** ISO 8601, empty if the message has none. */
  date: string;
  receivedAt: string;
  isRead: boolean;
  isFlagged: boolean;
  /** Whether there is an attachment that is not inline; absent if only the header was read. */
  hasAttachments?: boolean;
  /** Bytes. */
  size: number;
  /** Only if requested: by lower-case name, several fields with the same name as a list. */
  headers?: Record<string, string | string[]>;
  /** Only if the content was requested. */
  text?: string;
  html?: string;
}

export function summarize(message: Message): MessageSummary {
  const {
    id,
    folder,
    messageId = '',
    subject,
    date = '',
    receivedAt = '',
    isRead,
    isFlagged,
    size,
  } = message;
  // In the order in which the columns are shown.
  return {
    subject,
    from: formatAddresses(message.from),
    to: formatAddresses(message.to),
    receivedAt,
    isRead,
    isFlagged,
    ...(message.headersOnly ? {} : { hasAttachments: hasRealAttachment(message) }),
    size,
    date,
    folder,
    id,
    messageId,
    ...(message.headers && { headers: headersByName(message.headers) }),
    ...message.content,
  };
}

/** By lower-case name, several fields with the same name as a list. */
export function headersByName(fields: readonly HeaderField[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = Object.create(null) as typeof headers;
  for (const { name, value } of fields) {
    const key = name.toLowerCase();
    const known = headers[key];
    headers[key] = known === undefined ? value : [known, value].flat();
  }
  return { ...headers };
}
