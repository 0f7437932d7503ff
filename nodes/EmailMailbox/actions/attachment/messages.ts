import type { IExecuteFunctions } from 'n8n-workflow';

import type { BatchResult } from '../../../../mail/model/client';
import { MailError, isMailError } from '../../../../mail/errors';
import type { FailedMessages } from '../../../../mail/model/failed-messages';
import type { Message } from '../../../../mail/model/message';
import type { Session } from '../../../../mail/session/session';
import { findSession } from '../../../../n8n/run/session';
import { sessionName } from '../../../../n8n/run/session-parameter';
import { search } from '../shared/name-failed';
import { readSelection, type Selection } from '../bulk/selection';

/** The messages of one input item, or what is wrong with each. */
export interface Described {
  session: Session;
  selection: Selection;
  messages: Array<Message | MailError>;
  /** Messages that a search found, and that cannot be read. Those whose files cannot be read are added. */
  failed: FailedMessages;
}

const DESCRIPTION = { content: false, attachments: true };

/**
 * The messages that all input items select, without their content. Messages that items name one by one are requested
 * together.
 *
 * @returns for each item its messages, or what is wrong with the item
 */
export async function describeMessages(context: IExecuteFunctions): Promise<Array<Described | Error>> {
  const byId = new Map<Session, Set<string>>();
  const items = await Promise.all(
    context.getInputData().map(async (_, itemIndex) => {
      try {
        const session = await findSession(context, sessionName(context, itemIndex));
        const selection = readSelection(context, itemIndex);
        const ids = byId.get(session) ?? new Set<string>();
        if ('ids' in selection) for (const id of selection.ids) ids.add(id);
        byId.set(session, ids);
        return { session, selection };
      } catch (error) {
        return error as Error;
      }
    }),
  );
  const found = new Map<Session, BatchResult<Message> | Error>();
  for (const [session, ids] of byId) {
    if (ids.size > 0) found.set(session, await get(session, [...ids]));
  }
  const described: Array<Described | Error> = [];
  for (const item of items) {
    described.push(item instanceof Error ? item : await describe(item.session, item.selection, found));
  }
  return described;
}

async function describe(
  session: Session,
  selection: Selection,
  found: ReadonlyMap<Session, BatchResult<Message> | Error>,
): Promise<Described | Error> {
  if (!('ids' in selection)) {
    const { folder, query } = selection;
    return await search<Message[]>(
      async (work) => await session.use(work, { repeatable: true }),
      async (client, failed) => await client.listMessages(folder, query, DESCRIPTION, Infinity, failed),
    ).then(
      ({ found: messages, failed }) => ({ session, selection, messages, failed }),
      (error: Error) => error,
    );
  }
  const results = found.get(session);
  if (results === undefined || results instanceof Error) return results ?? new TypeError('Nothing was asked');
  const messages = selection.ids.flatMap((id) => results.get(id) ?? []);
  return { session, selection, messages, failed: new Map() };
}

const get = async (session: Session, ids: string[]): Promise<BatchResult<Message> | Error> =>
  await session
    .use(async (client) => await client.getMessages(ids, DESCRIPTION), { repeatable: true })
    .catch((error: Error) => error);

export const isDescribed = (message: Message | MailError): message is Message => !isMailError(message);
