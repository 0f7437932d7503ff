import {
  updateDisplayOptions,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';

import { invalidInput, isMailError, MailError } from '../../../../mail/errors';
import type { Session } from '../../../../mail/session/session';
import { safeFileName } from '../../../../mail/text';
import { findSession } from '../../../../n8n/session';
import { sessionName } from '../../../../n8n/settings';
import { failedItem } from '../../../shared/per-item';
import { textOf } from '../shared/read-parameters';
import { SELECTION_FIELDS, readSelection } from '../shared/selection';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['message'], operation: ['save'] } },
  [
    ...SELECTION_FIELDS,
    {
      displayName: 'Put Output File in Field',
      name: 'binaryField',
      type: 'string',
      default: 'data',
      required: true,
      hint: 'The name of the output binary field to put the message file (.eml) in',
    },
  ],
);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for (const item of await gather(context)) {
    try {
      output.push(...(await item.run()));
    } catch (error) {
      output.push(failedItem(context, error, item.itemIndex));
    }
  }
  return output;
}

interface Work {
  itemIndex: number;
  run: () => Promise<INodeExecutionData[]>;
}

/**
 * The messages that items name one by one are read together, since a thousand items with a message each are the
 * normal case.
 */
async function gather(context: IExecuteFunctions): Promise<Work[]> {
  const named = new Map<
    string,
    { session: Session; field: string; ids: Set<string>; saved?: Promise<Saved> }
  >();
  const items = context.getInputData().map(async (_, itemIndex): Promise<Work> => {
    const session = await findSession(context, sessionName(context, itemIndex));
    const field = readField(context, itemIndex);
    const selection = readSelection(context, itemIndex);
    if (!('ids' in selection)) {
      const { folder, query, dryRun } = selection;
      const find = async () =>
        await session.use(async (client) => await client.findMessages(folder, query, Infinity), {
          repeatable: true,
        });
      const run = async () => {
        const ids = await find();
        if (dryRun) {
          return [
            { json: { folder, matched: ids.length, saved: 0, dryRun }, pairedItem: { item: itemIndex } },
          ];
        }
        return itemsOf(context, ids, await save(context, session, field, ids), itemIndex);
      };
      return { itemIndex, run };
    }
    const key = JSON.stringify([session.name, field]);
    const group = named.get(key) ?? { session, field, ids: new Set<string>() };
    named.set(key, group);
    for (const id of selection.ids) group.ids.add(id);
    const run = async () => {
      group.saved ??= save(context, session, field, [...group.ids]);
      return itemsOf(context, selection.ids, await group.saved, itemIndex);
    };
    return { itemIndex, run };
  });
  const prepared = await Promise.allSettled(items);
  return prepared.map((item, itemIndex) =>
    item.status === 'fulfilled'
      ? item.value
      : { itemIndex, run: async () => await Promise.reject(item.reason as Error) },
  );
}

type SavedMessage = Pick<INodeExecutionData, 'json' | 'binary'>;
type Saved = Map<string, SavedMessage | MailError>;

/** Streams messages from the server to wherever this n8n keeps binary data. */
async function save(
  context: IExecuteFunctions,
  session: Session,
  field: string,
  ids: readonly string[],
): Promise<Saved> {
  const saved: Saved = new Map();
  await session.use(
    async (client) => {
      // Where the connection was lost, what has been read already is not read again.
      const left = ids.filter((id) => !saved.has(id));
      const known = await client.getMessages(left, { content: false });
      for await (const [id, message] of client.openMessages(left)) {
        if (isMailError(message)) {
          saved.set(id, message);
          continue;
        }
        const summary = known.get(id);
        const subject = summary && !isMailError(summary) ? summary.subject : '';
        const fileName = `${safeFileName(subject, 'message')}.eml`;
        try {
          const data = await context.helpers.prepareBinaryData(message.content, fileName, 'message/rfc822');
          saved.set(id, {
            json: { id, subject, fileName, size: data.bytes ?? message.size },
            binary: { [field]: data },
          });
        } finally {
          message.content.destroy();
        }
      }
    },
    { repeatable: true },
  );
  return saved;
}

function itemsOf(
  context: IExecuteFunctions,
  ids: readonly string[],
  saved: Saved,
  itemIndex: number,
): INodeExecutionData[] {
  return ids.map((id) => {
    const result = saved.get(id);
    if (result && !isMailError(result)) return { ...result, pairedItem: { item: itemIndex } };
    return failedItem(context, result ?? new TypeError(`No message for ${id}`), itemIndex);
  });
}

function readField(context: IExecuteFunctions, itemIndex: number): string {
  const field = textOf(context.getNodeParameter('binaryField', itemIndex, '')).trim();
  if (field) return field;
  throw invalidInput(
    'Put Output File in Field',
    'it is empty',
    'Enter the name of a binary field, such as data.',
  );
}
