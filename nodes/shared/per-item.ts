import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../n8n/errors';

/** An output item that is not yet paired with the input item that it came from. */
export type Result = Pick<INodeExecutionData, 'json' | 'binary'>;

/**
 * Handles one input item after the other, and pairs the output items with it.
 *
 * @throws {NodeOperationError} at the first item that fails, if the node is set to stop
 */
export async function eachItem(
  context: IExecuteFunctions,
  work: (itemIndex: number) => Promise<readonly Result[]>,
): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
    try {
      for (const result of await work(itemIndex)) output.push({ ...result, pairedItem: { item: itemIndex } });
    } catch (error) {
      output.push(failedItem(context, error, itemIndex));
    }
  }
  return output;
}

/**
 * The output for an item that failed: an item with the error, if the node is set to continue.
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
  // n8n gives the fields of the input back at the error output, and never its files.
  const { binary } = context.getInputData()[itemIndex] ?? {};
  return {
    json: { error: error.message, description: error.description },
    ...(context.getNode().typeVersion >= 2 && binary && { binary }),
    error,
    pairedItem: { item: itemIndex },
  };
}
