import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../../../n8n/errors';

/**
 * The output item for what failed, with its details.
 *
 * In the one shape that n8n leaves as it is and takes for a failure: of an item with an error object it keeps
 * nothing but the message, and an item with other fields besides does not leave by the error output.
 *
 * @throws {NodeOperationError} where the node is set to stop
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
