import {
  updateDisplayOptions,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';

import type { SentMessage } from '../../../../mail/message/outgoing';
import { findSession } from '../../../../n8n/session';
import { sessionName } from '../../../../n8n/settings';
import { failedItem } from '../../../shared/per-item';
import { FIELDS } from './send/fields';
import { readMessage } from './send/read-message';

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
  const { saveToSent, ...message } = readMessage(context, session.settings.authenticator.account, itemIndex);
  const sent = await session.use(async (client) => await client.send(message, { saveToSent }), {
    // Nobody wants a message twice.
    repeatable: false,
  });
  warn(context, sent, itemIndex);
  const { from, to, cc, bcc, subject } = message;
  const { messageId, accepted, rejected, sentCopy } = sent;
  const { saved, folder, reason } = sentCopy;
  return {
    ...{ messageId, from, to, cc, bcc, subject, accepted, rejected },
    sentCopy: { saved, folder, reason },
  } as unknown as IDataObject;
}

/** What went wrong beside the message itself stands in the item; nobody should have to look for it there. */
function warn(context: IExecuteFunctions, { rejected, sentCopy }: SentMessage, itemIndex: number): void {
  const warnings = [
    rejected.length > 0 &&
      `The server refused ${rejected.map(({ address, reason }) => `${address} (${reason})`).join(', ')}. The others got the message.`,
    sentCopy.failed && `The message was sent, but no copy of it was saved: ${sentCopy.reason}.`,
  ];
  for (const message of warnings) {
    if (message) {
      context.addExecutionHints({
        type: 'warning',
        location: 'outputPane',
        // Shown as HTML, in which an address in angle brackets would vanish.
        message: `Item ${itemIndex}: ${message}`.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
      });
    }
  }
}
