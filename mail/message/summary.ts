import type { Address, Message } from './message';
import { hasRealAttachment } from './query';

/** A message as a small flat object, for the next node's expressions. */
export interface MessageSummary {
  id: string;
  folder: string;
  messageId: string;
  subject: string;
  /** As in a header: `Ada Lovelace <ada@example.com>`, several separated by commas. */
  from: string;
  to: string;
  /** ISO 8601, empty where the message has none. */
  date: string;
  receivedAt: string;
  isRead: boolean;
  isFlagged: boolean;
  /** Whether there is an attachment that is not inline. */
  hasAttachments: boolean;
  /** Bytes. */
  size: number;
  /** Only where the content was asked for. */
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
  // In the order of the columns that a person looks at.
  return {
    subject,
    from: formatAddresses(message.from),
    to: formatAddresses(message.to),
    receivedAt,
    isRead,
    isFlagged,
    hasAttachments: hasRealAttachment(message),
    size,
    date,
    folder,
    id,
    messageId,
    ...message.content,
  };
}

/** RFC 5322 section 3.4: a display name with special characters is quoted. */
const formatAddresses = (addresses: readonly Address[]): string =>
  addresses
    .map(({ name, address }) =>
      name ? `${/[^\w\s'À-￿-]/.test(name) ? JSON.stringify(name) : name} <${address}>` : address,
    )
    .join(', ');
