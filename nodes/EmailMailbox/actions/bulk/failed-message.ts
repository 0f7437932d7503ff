import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../../../n8n/errors';

/**
 * The output item for what failed, with what else there is to tell of it.
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
  told: IDataObject,
): INodeExecutionData {
  const error = toNodeError(context.getNode(), thrown, itemIndex);
  if (!context.continueOnFail()) throw error;
  const details = { ...told, description: error.description };
  return { json: { error: error.message, details }, pairedItem: { item: itemIndex } };
}
