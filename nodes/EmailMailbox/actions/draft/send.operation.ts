import {
  updateDisplayOptions,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';

import { findSession } from '../../../../n8n/run/session';
import { sessionName } from '../../../../n8n/run/session-parameter';
import { failedItem } from '../../../shared/per-item';
import { readSaveToSent } from '../message/send/read-message';
import { sentJson, warnOf } from '../message/send/sent';
import { DRAFT_ID, SENDING_OPTIONS } from './fields';
import { readDraftId } from './read-draft';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['draft'], operation: ['send'] } },
  [DRAFT_ID, SENDING_OPTIONS],
);

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
  const id = readDraftId(context, itemIndex);
  const saveToSent = readSaveToSent(context.getNodeParameter('options', itemIndex, {}) as IDataObject);
  const session = await findSession(context, sessionName(context, itemIndex));
  const sent = await session.use(async (client) => await client.sendDraft(id, { saveToSent }), {
    // Nobody wants a message twice.
    repeatable: false,
  });
  warnOf(context, sent, itemIndex);
  return { ...sentJson({}, sent), draftId: id, draftRemoved: sent.draftKept === undefined };
}
