import type { IBinaryKeyData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isMailError, type MailError } from '../../../../mail/errors';
import type { Message } from '../../../../mail/model/message';
import { eachItem, type Result } from '../../../shared/per-item';
import { downloadAttachments, type Downloads } from '../shared/download';
import { nameFailed } from '../shared/name-failed';
import { readChoice, textOf } from '../fields/read-parameters';
import { SELECTION_FIELDS, type FilterSelection } from '../bulk/selection';
import { readAttachmentFilter, type AttachmentFilter } from './attachment-filter';
import { ATTACHMENT_FILTERS } from './fields';
import { describeMessages, isDescribed, type Described } from './messages';
import { defineOperation } from '../operation';

export const download = defineOperation({
  value: 'download',
  name: 'Download',
  action: 'Download the attachments of messages',
  description: 'Download the attachments of messages as files',
  fields: [
    ...SELECTION_FIELDS,
    ATTACHMENT_FILTERS,
    {
      displayName: 'Output',
      name: 'output',
      type: 'options',
      options: [
        { name: 'One Item per Attachment', value: 'attachment' },
        { name: 'One Item per Message', value: 'message' },
      ],
      default: 'message',
    },
    {
      displayName: 'Put Output Files in Field',
      name: 'prefix',
      type: 'string',
      default: 'attachment_',
      required: true,
      hint: 'The start of the names of the output binary fields: attachment_0, attachment_1 and so on',
      displayOptions: { show: { output: ['message'] } },
    },
    {
      displayName: 'Put Output File in Field',
      name: 'binaryField',
      type: 'string',
      default: 'data',
      required: true,
      hint: 'The name of the output binary field to put the file in',
      displayOptions: { show: { output: ['attachment'] } },
    },
  ],
  execute,
});

/** Small attachments of many messages share commands, even across items. Large ones are streamed. */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const items = await describeMessages(context);
  const groups = new Map<string, Group>();
  const works = items.map((item, itemIndex) => prepare(context, groups, item, itemIndex));
  return await eachItem(context, async (itemIndex) => {
    const work = works[itemIndex]!;
    if (work instanceof Error) throw work;
    const results = await work();
    const item = items[itemIndex];
    if (item && !(item instanceof Error)) nameFailed(context, results, item.failed);
    return results;
  });
}

/** Messages with the same filter and prefix for their attachments. */
interface Group {
  messages: Map<string, Message>;
  downloads?: Promise<Downloads>;
}

type Work = () => Promise<Result[]>;

function prepare(
  context: IExecuteFunctions,
  groups: Map<string, Group>,
  item: Described | Error,
  itemIndex: number,
): Work | Error {
  if (item instanceof Error) return item;
  try {
    const { session, selection, messages, failed } = item;
    const filter = readAttachmentFilter(context, itemIndex);
    const choice = readChoice(context, 'output', 'Output', ['message', 'attachment'], itemIndex);
    const broken = messages.find((message) => isMailError(message));
    if (broken) return broken as MailError;
    const described = messages.filter(isDescribed);
    if (!('ids' in selection) && selection.dryRun) return dryRun(selection, described, filter);
    const prefix = textOf(context.getNodeParameter('prefix', itemIndex, 'attachment_'));
    const field = textOf(context.getNodeParameter('binaryField', itemIndex, 'data')).trim() || 'data';
    const filters = context.getNodeParameter('attachmentFilters', itemIndex, {});
    const key = JSON.stringify([session.name, filters, prefix]);
    const group = groups.get(key) ?? { messages: new Map<string, Message>() };
    groups.set(key, group);
    for (const message of described) group.messages.set(message.id, message);
    return async () => {
      group.downloads ??= downloadAttachments(context, session, [...group.messages.values()], prefix, filter);
      const downloads = await group.downloads;
      return described.flatMap((message) => {
        const binary = downloads.get(message.id) ?? {};
        if (isMailError(binary)) {
          if ('ids' in selection) throw binary;
          failed.set(message.id, binary);
          return [];
        }
        return choice === 'message'
          ? [itemOf(message, filter, binary)]
          : itemsOf(message, filter, binary, prefix, field);
      });
    };
  } catch (error) {
    return error as Error;
  }
}

const dryRun =
  ({ folder }: FilterSelection, messages: readonly Message[], filter: AttachmentFilter): Work =>
  async () => {
    const chosen = messages.flatMap(({ attachments }) => attachments.filter(filter));
    const bytes = chosen.reduce((sum, { size }) => sum + size, 0);
    const json = { folder, matched: messages.length, attachments: chosen.length, bytes, dryRun: true };
    return await Promise.resolve([{ json }]);
  };

/** One item for each file. */
const itemsOf = (
  { id, folder, subject, attachments }: Message,
  filter: AttachmentFilter,
  binary: IBinaryKeyData,
  prefix: string,
  field: string,
): Result[] =>
  attachments.filter(filter).map((attachment, index) => ({
    json: { ...attachment, id, folder, subject },
    // A link has no file.
    ...(binary[`${prefix}${index}`] && { binary: { [field]: binary[`${prefix}${index}`]! } }),
  }));

/** A message with its files: in the order of the list, so that each file can be matched to its entry. */
const itemOf = (
  { id, folder, subject, attachments }: Message,
  filter: AttachmentFilter,
  binary: IBinaryKeyData,
): Result => ({
  json: { id, folder, subject, attachments: attachments.filter(filter).map((one) => ({ ...one })) },
  ...(Object.keys(binary).length > 0 && { binary }),
});
