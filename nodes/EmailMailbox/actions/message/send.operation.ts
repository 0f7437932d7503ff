import {
  updateDisplayOptions,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';

import { mailboxOf } from '../../../../mail/account/session-settings';
import { findSession } from '../../../../n8n/run/session';
import { sessionName } from '../../../../n8n/run/session-parameter';
import { failedItem } from '../../../shared/per-item';
import { FIELDS } from './send/fields';
import { readMessage } from './send/read-message';
import { sentJson, warnOf } from './send/sent';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['message'], operation: ['send'] } },
  FIELDS,
);

/** Each item is one message; they leave in order, over one connection. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
    try {
      output.push({ json: await send(context, itemIndex), pairedItem: { item: itemIndex } });
    } catch (error) {
      output.push(failedItem(context, error, itemIndex));
    }
  }
  return output;
}

async function send(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const session = await findSession(context, sessionName(context, itemIndex));
  const { saveToSent, ...message } = readMessage(context, mailboxOf(session.settings), itemIndex);
  const sent = await session.use(async (client) => await client.send(message, { saveToSent }), {
    // Nobody wants a message twice.
    repeatable: false,
  });
  warnOf(context, sent, itemIndex);
  return sentJson(message, sent);
}
