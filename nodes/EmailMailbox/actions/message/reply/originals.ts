import type { IExecuteFunctions } from 'n8n-workflow';

import type { BatchResult } from '../../../../../mail/model/client';
import { isMailError } from '../../../../../mail/errors';
import type { Message } from '../../../../../mail/model/message';
import type { Session } from '../../../../../mail/session/session';
import { findSession } from '../../../../../n8n/run/session';
import { sessionName } from '../../../../../n8n/run/session-parameter';
import { MESSAGE, readId } from '../../fields/read-ids';

/** The message that one input item replies to. */
export interface Original {
  session: Session;
  message: Message;
}

/**
 * The messages that all input items name, read with a few commands for each session.
 *
 * @returns for each item its original, or what is wrong with it
 */
export async function readOriginals(context: IExecuteFunctions): Promise<Array<Original | Error>> {
  const asked = new Map<Session, Set<string>>();
  const items = await Promise.all(
    context.getInputData().map(async (_, itemIndex) => {
      try {
        const id = readId(context, itemIndex, MESSAGE);
        const session = await findSession(context, sessionName(context, itemIndex));
        asked.set(session, (asked.get(session) ?? new Set<string>()).add(id));
        return { session, id };
      } catch (error) {
        return error as Error;
      }
    }),
  );
  const found = new Map<Session, BatchResult<Message> | Error>();
  for (const [session, ids] of asked) found.set(session, await read(session, [...ids]));
  return items.map((item) => {
    if (item instanceof Error) return item;
    const messages = found.get(item.session);
    const message = messages instanceof Error ? messages : messages?.get(item.id);
    if (message === undefined) return new TypeError(`No message for ${item.id}`);
    return message instanceof Error || isMailError(message) ? message : { session: item.session, message };
  });
}

const read = async (session: Session, ids: string[]): Promise<BatchResult<Message> | Error> =>
  await session
    .use(async (client) => await client.getMessages(ids, { content: true, headers: true }), {
      repeatable: true,
    })
    .catch((error: Error) => error);
