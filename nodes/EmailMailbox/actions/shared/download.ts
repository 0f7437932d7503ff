import type { IBinaryData, IBinaryKeyData, IExecuteFunctions } from 'n8n-workflow';

import { isMailError, type MailError } from '../../../../mail/errors';
import type { AttachmentInfo, Message } from '../../../../mail/model/message';
import { onlyUnreadable } from '../../../../mail/model/unreadable';
import type { Session } from '../../../../mail/session/session';

type Described = Pick<Message, 'id' | 'attachments'>;

/** By the id of a message: its binary fields, or why one of them could not be read. */
export type Downloads = Map<string, IBinaryKeyData | MailError>;

/**
 * Downloads attachments of many messages into n8n's binary store: small ones many at a time, large ones streamed.
 *
 * @param prefix of the binary fields, followed by a number from 0
 * @param wanted selects attachments; all if absent
 * @throws {MailError} if the server could not be asked
 */
export async function downloadAttachments(
  context: IExecuteFunctions,
  session: Session,
  messages: readonly Described[],
  prefix: string,
  wanted: (attachment: AttachmentInfo) => boolean = () => true,
): Promise<Downloads> {
  const binaries: Downloads = new Map();
  const parts = messages.flatMap(({ id, attachments }) =>
    attachments
      .filter(wanted)
      .map((attachment, index) => ({ id, attachment, index }))
      // A link has no file on this server.
      .filter(({ attachment }) => !attachment.isLink),
  );
  const left = new Map(parts.map((part) => [keyOf(part.id, part.attachment.part), part]));
  const keep = (id: string, index: number, data: IBinaryData) => {
    const known = binaries.get(id);
    // With only some of its files, a message would look complete.
    if (!isMailError(known)) binaries.set(id, { ...known, [`${prefix}${index}`]: data });
  };
  await session.use(
    async (client) => {
      // After a lost connection, attachments that were already read are not read again.
      const requests = [...left.values()].map(({ id, attachment }) => ({ id, ...attachment }));
      for await (const [request, download] of client.openAttachments(requests)) {
        const key = keyOf(request.id, request.part);
        if (isMailError(download)) {
          binaries.set(request.id, download);
          left.delete(key);
          continue;
        }
        const { content, fileName, mimeType } = download;
        try {
          const data = await context.helpers.prepareBinaryData(content, fileName, mimeType);
          keep(request.id, left.get(key)?.index ?? 0, data);
          left.delete(key);
        } catch (error) {
          binaries.set(request.id, onlyUnreadable(error));
          left.delete(key);
        } finally {
          content.destroy();
        }
      }
    },
    { repeatable: true },
  );
  return binaries;
}

const keyOf = (id: string, part: string): string => JSON.stringify([id, part]);
