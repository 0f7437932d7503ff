import { isShownWithin } from '../mime/classify';
import type { AttachmentInfo } from '../model/message';
import { ATTACHED_MESSAGE, attachedMessageName } from './attached';

/** A file; an attached message, contact or appointment; a link to a file stored elsewhere. */
export type AttachmentKind = 'file' | 'item' | 'link';

/** Exchange's description of an attachment. */
interface Described {
  id: string;
  kind: AttachmentKind;
  name?: string | null;
  contentType?: string | null;
  /** Bytes. */
  size: number;
  isInline?: boolean;
  contentId?: string | null;
}

/**
 * An attachment in the same shape as for every protocol. Exchange's "inline" is not used, because it only repeats the
 * sender's program, and Apple Mail marks every PDF as inline. The same rules as for every protocol decide what is shown
 * within the text.
 */
export function attachmentInfo(one: Described): AttachmentInfo {
  const type = (one.contentType || 'application/octet-stream').toLowerCase();
  const fileName = one.name ?? '';
  const isWithin = isShownWithin({
    ...{ type, disposition: one.isInline ? 'inline' : 'attachment' },
    ...{ id: one.contentId ?? undefined, parameters: fileName ? { name: fileName } : {} },
  });
  return {
    part: one.id,
    fileName: one.kind === 'item' ? attachedMessageName(fileName) : fileName,
    mimeType: one.kind === 'item' ? ATTACHED_MESSAGE : type,
    size: one.size,
    inline: one.kind === 'file' && isWithin,
    ...(one.contentId && { contentId: one.contentId }),
    ...(one.kind === 'link' && { isLink: true as const }),
  };
}
