import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import type { Session } from '../../../../mail/session/session';
import { failedItem } from '../../../shared/per-item';
import { failedMessage } from '../bulk/failed-message';
import { nameFailed, search } from '../shared/name-failed';
import { isFailed, prepareItems, type Prepared } from '../shared/prepare';
import { textOf } from '../fields/read-parameters';
import { SELECTION_FIELDS } from '../bulk/selection';
import { saveMessages } from './save/save-messages';
import { defineOperation } from '../operation';

export const save = defineOperation({
  value: 'save',
  name: 'Save',
  action: 'Save messages as files',
  description: 'Save messages as files (.eml)',
  fields: [
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
  execute,
});

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const items = await prepareItems(context, readField);
  const saved = await saveById(context, items);
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

/** A thousand items with one message each are the normal case, so their messages are read together. */
async function saveById(
  context: IExecuteFunctions,
  items: ReadonlyArray<Prepared<string> | INodeExecutionData>,
): Promise<Map<Session, Saved>> {
  const byId = new Map<Session, Set<string>>();
  for (const item of items) {
    if (isFailed(item) || !('ids' in item.selection)) continue;
    const ids = byId.get(item.session) ?? new Set<string>();
    byId.set(item.session, ids);
    for (const id of item.selection.ids) ids.add(id);
  }
  const saved = new Map<Session, Saved>();
  for (const [session, ids] of byId) saved.set(session, await saveMessages(context, session, [...ids]));
  return saved;
}

async function itemsOf(
  context: IExecuteFunctions,
  { session, selection, parameters: field }: Prepared<string>,
  itemIndex: number,
  byId: ReadonlyMap<Session, Saved>,
): Promise<INodeExecutionData[]> {
  const pairedItem = { item: itemIndex };
  if ('ids' in selection) return toItems(selection.ids, byId.get(session));
  const { folder, query, dryRun } = selection;
  const { found: ids, failed } = await search<string[]>(
    async (work) => await session.use(work, { repeatable: true }),
    async (client, refused) => await client.findMessages(folder, query, Infinity, refused),
  );
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
