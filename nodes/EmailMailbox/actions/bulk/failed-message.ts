import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../../../n8n/errors';

/**
 * The output item for a failure, with its details.
 *
 * It has the only shape that n8n keeps unchanged and treats as a failure: n8n reduces an error object to its message, and
 * does not send an item with more fields to the error output.
 *
 * @throws {NodeOperationError} if the node is set to stop
 */
export function failedMessage(
  context: IExecuteFunctions,
  thrown: unknown,
  itemIndex: number,
  details: IDataObject,
): INodeExecutionData {
  const error = toNodeError(context.getNode(), thrown, itemIndex);
  if (!context.continueOnFail()) throw error;
  const json = { error: error.message, details: { ...details, description: error.description } };
  return { json, pairedItem: { item: itemIndex } };
}
