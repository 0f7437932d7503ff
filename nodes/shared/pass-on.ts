import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Result } from './per-item';

/**
 * The output for an item, by the node's version: version 1 replaces its items, from version 2 on they pass through.
 *
 * @param added fields that version 2 adds to the item
 * @param replacing the item that version 1 gives instead
 */
export function passOn(
  context: IExecuteFunctions,
  itemIndex: number,
  { added, replacing }: { added?: IDataObject; replacing: IDataObject },
): Result {
  if (context.getNode().typeVersion < 2) return { json: replacing };
  const { json, binary } = context.getInputData()[itemIndex]!;
  return { json: { ...json, ...added }, ...(binary && { binary }) };
}
