import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { eachItem, type Result } from '../../../shared/per-item';
import { nameFailed } from '../shared/name-failed';
import { LIMIT_FIELDS } from '../fields/limit-fields';
import { readLimit } from '../fields/read-parameters';
import { READING_FIELDS } from '../bulk/selection';
import { readAttachmentFilter } from './attachment-filter';
import { ATTACHMENT_FILTERS } from './fields';
import { describeMessages, isDescribed } from './messages';
import { defineOperation } from '../operation';

export const getMany = defineOperation({
  value: 'getMany',
  name: 'Get Many',
  action: 'List the attachments of messages',
  description: 'List attachments with names, types and sizes, without downloading them',
  fields: [...READING_FIELDS, ATTACHMENT_FILTERS, ...LIMIT_FIELDS],
  execute,
});

/** Lists what the server knows about attachments, without downloading them. */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const items = await describeMessages(context);
  return await eachItem(context, async (itemIndex) => {
    const item = items[itemIndex]!;
    if (item instanceof Error) throw item;
    const filter = readAttachmentFilter(context, itemIndex);
    let left = readLimit(context, itemIndex);
    const results = item.messages.flatMap((message) => {
      if (!isDescribed(message)) throw message;
      const { id, folder, subject } = message;
      const attachments = message.attachments.filter(filter).slice(0, left);
      left -= attachments.length;
      return attachments.map((attachment): Result => ({ json: { ...attachment, id, folder, subject } }));
    });
    nameFailed(context, results, item.failed);
    return results;
  });
}
