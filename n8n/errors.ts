import { NodeOperationError, type INode } from 'n8n-workflow';

import { isMailError } from '../mail/errors';

/**
 * An error as n8n shows it: what happened, and below it what to do.
 *
 * @param itemIndex of the input item that caused it, if there are items
 */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): NodeOperationError {
  if (error instanceof NodeOperationError) return error;
  if (!isMailError(error)) return new NodeOperationError(node, error as Error, { itemIndex });
  const shown = new NodeOperationError(node, error.message, {
    itemIndex,
    description: error.description,
    // Shown to the user, but not reported to the developers of n8n as a fault of n8n.
    level: 'warning',
  });
  // n8n replaces a message that contains a code such as ECONNREFUSED with one that does not name the server.
  shown.message = error.message;
  return shown;
}
