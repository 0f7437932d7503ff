import { NodeOperationError, type INode } from 'n8n-workflow';

import { isMailError } from '../mail/errors';
import { isTool } from './tool';

/**
 * An error as n8n shows it: what happened, and below it what to do. An AI agent is told the message alone, so there the
 * remedy is part of it.
 *
 * @param itemIndex of the input item that caused it, if there are items
 */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): NodeOperationError {
  if (error instanceof NodeOperationError) return error;
  if (!isMailError(error)) return new NodeOperationError(node, error as Error, { itemIndex });
  const message = isTool(node) ? `${error.message}. ${error.description}` : error.message;
  const shown = new NodeOperationError(node, message, {
    itemIndex,
    description: error.description,
    // Shown to the user, but not reported to the developers of n8n as a fault of n8n.
    level: 'warning',
  });
  // n8n replaces a message that contains a code such as ECONNREFUSED with one that does not name the server.
  shown.message = message;
  return shown;
}
