import { isInline, type StoredItem } from '../exchange/mailbox';
import type { Json } from './call';
import { iso } from './fields';
import { attachmentIdOf } from './ids';

/** The files of a message, and behind them the links to files elsewhere. */
export const attachmentIndexes = ({ parsed, links }: StoredItem): number[] => [
  ...parsed.attachments.keys(),
  ...links.flatMap(({ isUnlisted }, index) => (isUnlisted ? [] : [parsed.attachments.length + index])),
];

const shown = (all: Json, names: readonly string[]): Json =>
  Object.fromEntries(names.filter((name) => name in all).map((name) => [name, all[name]]));

/** A property of one type only is named with it: microsoft.graph.fileAttachment/contentId. */
const namesIn = (select: readonly string[] | undefined, all: Json): string[] =>
  select ? ['id', ...select.map((path) => path.slice(path.lastIndexOf('/') + 1))] : Object.keys(all);

function linkJson(
  item: StoredItem,
  index: number,
  immutable: boolean,
  select: readonly string[] | undefined,
): Json {
  const { name, size } = item.links[index - item.parsed.attachments.length]!;
  const all: Json = {
    id: attachmentIdOf(item, index, immutable),
    lastModifiedDateTime: iso(item.receivedAt),
    ...{ name, contentType: null, size, isInline: false },
  };
  return { '@odata.type': '#microsoft.graph.referenceAttachment', ...shown(all, namesIn(select, all)) };
}

/** An attachment with the properties that are asked for, and its id in any case. */
export function attachmentJson(
  item: StoredItem,
  index: number,
  immutable: boolean,
  select: readonly string[] | undefined,
): Json {
  const attachment = item.parsed.attachments[index];
  if (!attachment) return linkJson(item, index, immutable, select);
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
  const wanted = namesIn(select, all);
  if (!isItem && wanted.includes('contentBytes')) all.contentBytes = bytes.toString('base64');
  return {
    '@odata.type': `#microsoft.graph.${isItem ? 'item' : 'file'}Attachment`,
    '@odata.mediaContentType': attachment.mimeType,
    ...shown(all, wanted),
  };
}
