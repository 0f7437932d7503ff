import type { IBinaryData, IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { MailClient } from '../../../../../mail/model/client';
import { isMailError } from '../../../../../mail/errors';
import type { Session } from '../../../../../mail/session/session';
import { chunk } from '../../../../../mail/chunk';
import { safeFileName } from '../../../../../mail/text';

export interface SavedMessage {
  json: IDataObject;
  file: IBinaryData;
}

/** How many messages are requested at a time: limits the memory for their data. */
const CHUNK = 1000;

/**
 * Streams messages from the server to n8n's binary store. Never rejects, because some may be saved when it fails: gives
 * for each id its file, or why there is none.
 */
export async function saveMessages(
  context: IExecuteFunctions,
  session: Session,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SavedMessage | Error>> {
  const saved = new Map<string, SavedMessage | Error>();
  try {
    for (const part of chunk(ids, CHUNK)) {
      await session.use(
        // After a lost connection, messages that were already read are not read again.
        async (client) =>
          await saveEach(
            context,
            client,
            part.filter((id) => !saved.has(id)),
            saved,
          ),
        { repeatable: true },
      );
    }
  } catch (error) {
    for (const id of ids) if (!saved.has(id)) saved.set(id, error as Error);
  }
  return saved;
}

async function saveEach(
  context: IExecuteFunctions,
  client: MailClient,
  ids: readonly string[],
  saved: Map<string, SavedMessage | Error>,
): Promise<void> {
  const summaries = await client.getMessages(ids, { content: false });
  for await (const [id, message] of client.openMessages(ids)) {
    if (isMailError(message)) {
      saved.set(id, message);
      continue;
    }
    const summary = summaries.get(id);
    const subject = summary && !isMailError(summary) ? summary.subject : '';
    const fileName = fileNameOf(subject);
    try {
      const file = await context.helpers.prepareBinaryData(message.content, fileName, 'message/rfc822');
      saved.set(id, { json: { id, subject, fileName, size: file.bytes ?? message.size }, file });
    } finally {
      message.content.destroy();
    }
  }
}

/** A slash in a subject, as in "Order 1/2", is not a path separator. */
const fileNameOf = (subject: string): string =>
  `${safeFileName(subject.replace(/[/\\]/g, '-'), 'message')}.eml`;
