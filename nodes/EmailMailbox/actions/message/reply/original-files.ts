import type { Readable } from 'node:stream';

import type { OutgoingAttachment } from '../../../../../mail/model/outgoing';
import { safeFileName } from '../../../../../mail/text';
import type { MailClient } from '../../../../../mail/model/client';
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
  const isShown = (contentId: string | undefined) =>
    contentId !== undefined && shown !== undefined && shown.includes(`cid:${contentId}`);
  return message.attachments
    .filter(({ contentId, inline }) => isShown(contentId) || (takeAlong && !inline))
    .map(({ part, fileName, mimeType, contentId }) => ({
      fileName: safeFileName(fileName, 'attachment'),
      mimeType,
      content: async () =>
        await opened(session, async (client) => (await client.openAttachment(message.id, part)).content),
      ...(isShown(contentId) ? { contentId } : {}),
    }));
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
