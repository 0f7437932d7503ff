import {
  updateDisplayOptions,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import type { MailClient } from '../../../../mail/model/client';
import type { FailedMessages } from '../../../../mail/model/failed-messages';
import type { Session } from '../../../../mail/session/session';
import { failedItem } from '../../../shared/per-item';
import { failedMessage } from '../bulk/failed-message';
import { isFailed, prepareItems, type Prepared } from '../shared/prepare';
import { textOf } from '../fields/read-parameters';
import { SELECTION_FIELDS } from '../bulk/selection';
import { saveMessages } from './save/save-messages';
import { nameFailed } from '../shared/name-failed';

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
  const items = await prepareItems(context, readField);
  const saved = await saveNamed(context, items);
  const output: INodeExecutionData[] = [];
  for (const [itemIndex, item] of items.entries()) {
    if (isFailed(item)) {
      output.push(item);
      continue;
    }
    try {
      output.push(...(await itemsOf(context, item, itemIndex, saved)));
    } catch (error) {
      output.push(failedItem(context, error, itemIndex));
    }
  }
  return output;
}

type Saved = Awaited<ReturnType<typeof saveMessages>>;

/** A thousand items with a message each are the normal case: what they name is read together. */
async function saveNamed(
  context: IExecuteFunctions,
  items: ReadonlyArray<Prepared<string> | INodeExecutionData>,
): Promise<Map<Session, Saved>> {
  const named = new Map<Session, Set<string>>();
  for (const item of items) {
    if (isFailed(item) || !('ids' in item.selection)) continue;
    const ids = named.get(item.session) ?? new Set<string>();
    named.set(item.session, ids);
    for (const id of item.selection.ids) ids.add(id);
  }
  const saved = new Map<Session, Saved>();
  for (const [session, ids] of named) saved.set(session, await saveMessages(context, session, [...ids]));
  return saved;
}

async function itemsOf(
  context: IExecuteFunctions,
  { session, selection, parameters: field }: Prepared<string>,
  itemIndex: number,
  named: ReadonlyMap<Session, Saved>,
): Promise<INodeExecutionData[]> {
  const pairedItem = { item: itemIndex };
  if ('ids' in selection) return toItems(selection.ids, named.get(session));
  const { folder, query, dryRun } = selection;
  const failed: FailedMessages = new Map();
  const find = async (client: MailClient) => {
    failed.clear();
    return await client.findMessages(folder, query, Infinity, failed);
  };
  const ids = await session.use(find, { repeatable: true });
  const items = dryRun
    ? [{ json: { folder, matched: ids.length, saved: 0, dryRun }, pairedItem }]
    : toItems(ids, await saveMessages(context, session, ids));
  nameFailed(context, items, failed);
  return items;

  function toItems(wanted: readonly string[], saved?: Saved): INodeExecutionData[] {
    return wanted.map((id) => {
      const message = saved?.get(id) ?? new TypeError(`No message for ${id}`);
      if (!(message instanceof Error)) {
        return { json: { ...message.json }, binary: { [field]: message.file }, pairedItem };
      }
      return failedMessage(context, message, itemIndex, { id });
    });
  }
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
