import { formatAddresses } from './addresses';
import type { Message } from './message';
import { hasRealAttachment } from './query';

/** An attachment in a simple item. */
export interface AttachmentName {
  /** As the sender wrote it: never use it as a path. */
  fileName: string;
  /** Encoded size in bytes. */
  size: number;
}

/**
 * The fields that a message can have in an item for people: addresses as in a header, separated by commas, dates in ISO
 * 8601. Undefined is what is not known, so it is left out.
 */
const FIELDS = {
  attachments: (message: Message): AttachmentName[] | undefined =>
    message.headersOnly
      ? undefined
      : message.attachments
          .filter(({ inline }) => !inline)
          .map(({ fileName, size }): AttachmentName => ({ fileName, size })),
  bcc: ({ bcc }: Message) => formatAddresses(bcc),
  cc: ({ cc }: Message) => formatAddresses(cc),
  date: ({ date = '' }: Message) => date,
  folder: ({ folder }: Message) => folder,
  from: ({ from }: Message) => formatAddresses(from),
  hasAttachments: (message: Message) => (message.headersOnly ? undefined : hasRealAttachment(message)),
  id: ({ id }: Message) => id,
  inReplyTo: ({ inReplyTo = '' }: Message) => inReplyTo,
  isAnswered: ({ isAnswered }: Message) => isAnswered,
  isDraft: ({ isDraft }: Message) => isDraft,
  isFlagged: ({ isFlagged }: Message) => isFlagged,
  isRead: ({ isRead }: Message) => isRead,
  keywords: ({ keywords }: Message) => keywords,
  labels: ({ labels }: Message) => labels,
  messageId: ({ messageId = '' }: Message) => messageId,
  preview: ({ preview }: Message) => preview,
  receivedAt: ({ receivedAt = '' }: Message) => receivedAt,
  replyTo: ({ replyTo }: Message) => formatAddresses(replyTo),
  size: ({ size }: Message) => size,
  subject: ({ subject }: Message) => subject,
  threadId: ({ threadId }: Message) => threadId,
  to: ({ to }: Message) => formatAddresses(to),
} satisfies Readonly<Record<string, (message: Message) => unknown>>;

export type MessageField = keyof typeof FIELDS;

export const MESSAGE_FIELDS = Object.keys(FIELDS) as MessageField[];

/**
 * What people read, in that order. Ten are always there, so that an expression such as `{{ $json.preview }}` works for
 * every message. The others are there if the message has them.
 */
const SIMPLE: readonly MessageField[] = [
  ...(['from', 'to', 'cc', 'bcc', 'replyTo', 'subject', 'receivedAt', 'preview'] as const),
  ...(['isRead', 'attachments', 'folder', 'labels', 'id', 'threadId'] as const),
];

export type FieldValues = Partial<Record<MessageField, unknown>>;

export const simpleFields = (message: Message): FieldValues =>
  valuesOf(message, SIMPLE, (name, value) => {
    if (name === 'cc' || name === 'bcc') return value !== '';
    if (name === 'labels') return message.labels?.length !== 0;
    // Where there is no such header, IMAP gives the sender (RFC 9051 section 7.5.2).
    return name !== 'replyTo' || (value !== '' && value !== FIELDS.from(message));
  });

export const selectedFields = (message: Message, names: readonly MessageField[]): FieldValues =>
  valuesOf(message, names, () => true);

function valuesOf(
  message: Message,
  names: readonly MessageField[],
  isShown: (name: MessageField, value: unknown) => boolean,
): FieldValues {
  const values = names.map((name) => [name, FIELDS[name](message)] as const);
  return Object.fromEntries(values.filter(([name, value]) => value !== undefined && isShown(name, value)));
}
