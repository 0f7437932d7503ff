import type { AttachmentRequest, MailClient } from './client';
import { isMailError, type MailError } from './errors';
import type { AttachmentDownload, MessageDownload } from './message/message';

/** What is wrong with one message, and not with the connection. */
const ITS_OWN = ['MESSAGE_NOT_FOUND', 'FOLDER_NOT_FOUND', 'SERVER_REFUSED', 'INVALID_INPUT'] as const;

/** `MailClient.openMessages` for protocols that know no better than one after the other. */
export async function* oneByOne(
  client: Pick<MailClient, 'openMessage'>,
  ids: Iterable<string>,
): AsyncGenerator<[id: string, message: MessageDownload | MailError]> {
  for (const id of new Set(ids)) {
    let message: MessageDownload;
    try {
      message = await client.openMessage(id);
    } catch (error) {
      if (!isMailError(error, ...ITS_OWN)) throw error;
      yield [id, error];
      continue;
    }
    try {
      yield [id, message];
    } finally {
      // What nobody reads would keep the connection from its next work.
      message.content.destroy();
    }
  }
}

/** `MailClient.openAttachments` in the same way. */
export async function* attachmentsOneByOne(
  client: Pick<MailClient, 'openAttachment'>,
  requests: Iterable<AttachmentRequest>,
): AsyncGenerator<[AttachmentRequest, AttachmentDownload | MailError]> {
  for (const request of requests) {
    let attachment: AttachmentDownload;
    try {
      attachment = await client.openAttachment(request.id, request.part);
    } catch (error) {
      if (!isMailError(error, ...ITS_OWN)) throw error;
      yield [request, error];
      continue;
    }
    try {
      yield [request, attachment];
    } finally {
      attachment.content.destroy();
    }
  }
}
