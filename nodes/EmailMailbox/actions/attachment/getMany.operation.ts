import {
  updateDisplayOptions,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';

import { failedItem } from '../../../shared/per-item';
import { LIMIT_FIELDS } from '../fields/limit-fields';
import { readLimit } from '../fields/read-parameters';
import { READING_FIELDS } from '../bulk/selection';
import { readAttachmentFilter } from './attachment-filter';
import { ATTACHMENT_FILTERS } from './fields';
import { nameFailed } from '../shared/name-failed';
import { describeMessages, isDescribed } from './messages';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['attachment'], operation: ['getMany'] } },
  [...READING_FIELDS, ATTACHMENT_FILTERS, ...LIMIT_FIELDS],
);

/** What the server knows of attachments; nothing of them is downloaded. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for (const [itemIndex, item] of (await describeMessages(context)).entries()) {
    try {
      if (item instanceof Error) throw item;
      const filter = readAttachmentFilter(context, itemIndex);
      let left = readLimit(context, itemIndex);
      const found: INodeExecutionData[] = [];
      for (const message of item.messages) {
        if (!isDescribed(message)) throw message;
        const { id, folder, subject } = message;
        const attachments = message.attachments.filter(filter).slice(0, left);
        left -= attachments.length;
        for (const attachment of attachments) {
          found.push({ json: { ...attachment, id, folder, subject }, pairedItem: { item: itemIndex } });
        }
      }
      nameFailed(context, found, item.failed);
      output.push(...found);
    } catch (error) {
      output.push(failedItem(context, error, itemIndex));
    }
  }
  return output;
}
