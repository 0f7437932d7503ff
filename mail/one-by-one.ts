import type { MailClient } from './client';
import { isMailError, type MailError } from './errors';
import type { MessageDownload } from './message/message';

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
      if (!isMailError(error, 'MESSAGE_NOT_FOUND', 'FOLDER_NOT_FOUND', 'SERVER_REFUSED', 'INVALID_INPUT'))
        throw error;
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
