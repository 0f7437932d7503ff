import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { BatchResult } from '../../../../mail/model/client';
import { invalidInput, isMailError } from '../../../../mail/errors';
import type { Message } from '../../../../mail/model/message';
import type { FetchOptions } from '../../../../mail/model/query';
import type { Session } from '../../../../mail/session/session';
import { findSession } from '../../../../n8n/run/session';
import { sessionName } from '../../../../n8n/run/session-parameter';
import { eachItem } from '../../../shared/per-item';
import { readOutputOptions, toResults, wantedFor } from './output';
import { OUTPUT_OF_ONE } from './output-fields';
import { MESSAGE_ID } from '../fields/id-field';
import { textOf } from '../fields/read-parameters';
import { defineOperation } from '../operation';

export const get = defineOperation({
  value: 'get',
  name: 'Get',
  action: 'Read a message',
  description: 'Get one message with its text',
  fields: [...MESSAGE_ID, ...OUTPUT_OF_ONE],
  execute,
});

/** The single request to one session, for any number of items. */
interface Request {
  session: Session;
  ids: Set<string>;
  wanted: FetchOptions;
}

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const requests = new Map<string, Request>();
  const prepared = await Promise.all(
    context
      .getInputData()
      .map(async (_, itemIndex) => await prepare(context, requests, itemIndex).catch(asFailure)),
  );
  const found = new Map<Request, BatchResult<Message> | Failure>();
  for (const request of requests.values()) found.set(request, await getMessages(request).catch(asFailure));

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

async function prepare(context: IExecuteFunctions, requests: Map<string, Request>, itemIndex: number) {
  const id = textOf(context.getNodeParameter('messageId', itemIndex, '')).trim();
  if (!id) throw invalidInput('Message ID', 'it is empty', 'Use the field "id" of a message from Get Many.');
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

const getMessages = async ({ session, ids, wanted }: Request): Promise<BatchResult<Message>> =>
  await session.use(async (client) => await client.getMessages([...ids], wanted), {
    repeatable: true,
  });
