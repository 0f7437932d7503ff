import type { Readable } from 'node:stream';

import { isContentId } from '../../../../../mail/mime/attachments';
import { shownIds } from '../../../../../mail/mime/content-ids';
import { savedName } from '../../../../../mail/mime/saved-name';
import type { MailClient } from '../../../../../mail/model/client';
import type { AttachmentInfo } from '../../../../../mail/model/message';
import type { OutgoingAttachment } from '../../../../../mail/model/outgoing';
import { safeFileName } from '../../../../../mail/text';
import type { Original } from './originals';

/**
 * The attachments of an original. They are streamed from the server while sending, and never held in memory as a whole.
 *
 * @param shown the HTML of the reply: pictures that it shows are always attached
 */
export function filesOf(
  { session, message }: Original,
  { takeAlong, shown }: { takeAlong: boolean; shown: string | undefined },
): OutgoingAttachment[] {
  const inReply = shownIds(shown);
  const inOriginal = shownIds(message.content?.html);
  const isShown = ({ contentId = '' }: AttachmentInfo) => inReply.has(contentId) && isContentId(contentId);
  // A picture between two texts, as a phone sends it, is shown by no HTML.
  const isFile = ({ inline, mimeType, contentId = '' }: AttachmentInfo) =>
    !inline || (mimeType.startsWith('image/') && !inOriginal.has(contentId));
  return message.attachments.flatMap((one, index) => {
    if (!isShown(one) && !(takeAlong && isFile(one))) return [];
    const { part, fileName, mimeType, contentId } = one;
    return [
      {
        fileName: savedName({ type: mimeType, parameters: { name: fileName } }, `${index + 1}`),
        mimeType,
        content: async () =>
          await opened(session, async (client) => (await client.openAttachment(message.id, part)).content),
        ...(isShown(one) ? { contentId } : {}),
      },
    ];
  });
}

/** The whole original as a file. */
export const asFile = ({ session, message }: Original): OutgoingAttachment => ({
  fileName: `${safeFileName(message.subject, 'message')}.eml`,
  mimeType: 'message/rfc822',
  content: async () =>
    await opened(session, async (client) => (await client.openMessage(message.id)).content),
});

const opened = async (
  session: Original['session'],
  open: (client: MailClient) => Promise<Readable>,
): Promise<Readable> => await session.use(open, { repeatable: true });
