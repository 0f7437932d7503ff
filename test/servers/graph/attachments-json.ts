import { isInline, type StoredItem } from '../exchange/mailbox';
import type { Json } from './call';
import { iso } from './fields';
import { attachmentIdOf } from './ids';

/** An attachment with the properties that are asked for, and its id in any case. */
export function attachmentJson(
  item: StoredItem,
  index: number,
  immutable: boolean,
  select: readonly string[] | undefined,
): Json {
  const attachment = item.parsed.attachments[index]!;
  const bytes = Buffer.from(attachment.content as ArrayBuffer);
  const isItem = attachment.mimeType === 'message/rfc822';
  const all: Json = {
    id: attachmentIdOf(item, index, immutable),
    lastModifiedDateTime: iso(item.receivedAt),
    name: attachment.filename ?? '',
    contentType: isItem ? null : attachment.mimeType,
    size: bytes.length + 200,
    isInline: isInline(attachment),
    ...(isItem
      ? {}
      : {
          contentId: attachment.contentId?.replace(/^<|>$/g, '') ?? null,
          contentLocation: null,
          contentBytes: '',
        }),
  };
  // A property of one type only is named with it: microsoft.graph.fileAttachment/contentId.
  const names = select?.map((path) => path.slice(path.lastIndexOf('/') + 1));
  const wanted = names ? ['id', ...names] : Object.keys(all);
  if (!isItem && wanted.includes('contentBytes')) all.contentBytes = bytes.toString('base64');
  return {
    '@odata.type': `#microsoft.graph.${isItem ? 'item' : 'file'}Attachment`,
    '@odata.mediaContentType': attachment.mimeType,
    ...Object.fromEntries(wanted.filter((name) => name in all).map((name) => [name, all[name]])),
  };
}
