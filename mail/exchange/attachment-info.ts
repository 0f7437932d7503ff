import { isShownWithin } from '../mime/classify';
import type { AttachmentInfo } from '../model/message';
import { ATTACHED_MESSAGE, attachedMessageName } from './attached';

/** A file; a message, a contact or an appointment that is attached; a file that is kept elsewhere. */
export type AttachmentKind = 'file' | 'item' | 'link';

/** What Exchange says of an attachment. */
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
 * An attachment in the shape that every protocol gives. Exchange calls a file inline because the sender's program did,
 * which Apple Mail does with every PDF: what is shown within the text is decided as for every protocol.
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
