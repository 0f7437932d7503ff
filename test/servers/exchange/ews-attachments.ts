import type { Attachment } from 'postal-mime';

import { bytesOf, isInline, type StoredItem } from './mailbox';
import { iso } from './ews-properties';
import { tag, value } from './xml';

/** An item by the beginning of its lasting id, and where the attachment is in it: in an attached message, further in. */
export const attachmentId = (item: StoredItem, path: readonly number[]): string =>
  Buffer.from(`${item.immutableId.slice(0, 20)}:${path.join('.')}`).toString('base64');

export function parseAttachmentId(id: string): { owner: string; path: number[] } | undefined {
  const [, owner, path] = /^([\w+/]{20}):(\d+(?:\.\d+)*)$/.exec(Buffer.from(id, 'base64').toString()) ?? [];
  return owner && path ? { owner, path: path.split('.').map(Number) } : undefined;
}

export const isMessage = ({ mimeType }: Attachment): boolean => mimeType === 'message/rfc822';

/** What stands in every description of an attachment (types.xsd: AttachmentType). */
function description(item: StoredItem, path: readonly number[], attachment: Attachment): string[] {
  const bytes = bytesOf(attachment);
  return [
    tag('t:AttachmentId', { Id: attachmentId(item, path) }),
    value('t:Name', attachment.filename ?? ''),
    value('t:ContentType', attachment.mimeType),
    attachment.contentId ? value('t:ContentId', attachment.contentId.replace(/^<|>$/g, '')) : '',
    value('t:Size', bytes.length + 200),
    value('t:LastModifiedTime', iso(item.receivedAt)),
    value('t:IsInline', isInline(attachment)),
  ];
}

/** Without the content, as GetItem has it; or with the content that is given. */
export function attachmentElement(
  item: StoredItem,
  path: readonly number[],
  attachment: Attachment,
  content = '',
): string {
  const name = isMessage(attachment) ? 't:ItemAttachment' : 't:FileAttachment';
  return tag(name, {}, [...description(item, path, attachment), content]);
}

/** A file with its content. */
export const fileElement = (item: StoredItem, path: readonly number[], attachment: Attachment): string =>
  tag('t:FileAttachment', {}, [
    ...description(item, path, attachment),
    value('t:Content', bytesOf(attachment).toString('base64')),
  ]);
