import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { BatchResult, MailClient } from '../../../../mail/model/client';
import { isMailError } from '../../../../mail/errors';
import type { Message } from '../../../../mail/model/message';
import type { FetchOptions } from '../../../../mail/model/query';
import type { Session } from '../../../../mail/session/session';
import { findSession } from '../../../../n8n/run/session';
import { sessionName } from '../../../../n8n/run/session-parameter';
import { eachItem } from '../../../shared/per-item';
import { readId, type IdParameter } from '../fields/read-ids';
import type { Execute } from '../operation';
import { readOutputOptions, toResults, wantedFor } from './output';

/** The single request to one session, for any number of items. */
interface Request {
  session: Session;
  ids: Set<string>;
  wanted: FetchOptions;
}

/** Reads messages in the way of `MailClient.getMessages`. */
type Read = (
  client: MailClient,
  ids: readonly string[],
  wanted: FetchOptions,
) => Promise<BatchResult<Message>>;

/** The operation that gives the message of each input item, with one request for all that a session has of them. */
export function getEach(field: IdParameter, read: Read): Execute {
  return async (context) => await execute(context, field, read);
}

async function execute(
  context: IExecuteFunctions,
  field: IdParameter,
  read: Read,
): Promise<INodeExecutionData[]> {
  const requests = new Map<string, Request>();
  const prepared = await Promise.all(
    context
      .getInputData()
      .map(async (_, itemIndex) => await prepare(context, field, requests, itemIndex).catch(asFailure)),
  );
  const found = new Map<Request, BatchResult<Message> | Failure>();
  for (const request of requests.values()) {
    found.set(request, await getMessages(request, read).catch(asFailure));
  }

  return await eachItem(context, async (itemIndex) => {
    const item = prepared[itemIndex]!;
    if (item instanceof Failure) throw item.error;
    const messages = found.get(item.request)!;
    if (messages instanceof Failure) throw messages.error;
    const message = messages.get(item.id);
    if (!message || isMailError(message)) throw message;
    return await toResults(context, item.request.session, [message], item.options);
  });
}

/** Keeps an error until the loop reaches its item. */
class Failure {
  constructor(readonly error: unknown) {}
}
const asFailure = (error: unknown): Failure => new Failure(error);

async function prepare(
  context: IExecuteFunctions,
  field: IdParameter,
  requests: Map<string, Request>,
  itemIndex: number,
) {
  const id = readId(context, itemIndex, field);
  const name = sessionName(context, itemIndex);
  const session = await findSession(context, name);
  const options = readOutputOptions(context, itemIndex);
  const wanted = { ...wantedFor(options), ...(context.getNode().typeVersion < 2 && { content: true }) };
  const key = JSON.stringify([name, wanted]);
  const request = requests.get(key) ?? { session, ids: new Set<string>(), wanted };
  requests.set(key, request);
  request.ids.add(id);
  return { id, request, options };
}

const getMessages = async ({ session, ids, wanted }: Request, read: Read): Promise<BatchResult<Message>> =>
  await session.use(async (client) => await read(client, [...ids], wanted), {
    repeatable: true,
  });
