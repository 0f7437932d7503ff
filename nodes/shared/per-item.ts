import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../n8n/errors';

/**
 * What the node gives for the item whose work failed: an item that carries the error where the node is set to
 * continue.
 *
 * @throws {NodeOperationError} where the node is set to stop
 */
export function failedItem(
  context: IExecuteFunctions,
  thrown: unknown,
  itemIndex: number,
): INodeExecutionData {
  const error = toNodeError(context.getNode(), thrown, itemIndex);
  if (!context.continueOnFail()) throw error;
  return {
    json: { error: error.message, description: error.description },
    error,
    pairedItem: { item: itemIndex },
  };
}
