import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import * as attachment from './attachment';
import * as draft from './draft';
import * as folder from './folder';
import * as message from './message';

/** Takes all input items at once, since bulk is the normal case, and gives back paired output items. */
export type Operation = (context: IExecuteFunctions) => Promise<INodeExecutionData[]>;

const RESOURCES: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  attachment: attachment.operations,
  draft: draft.operations,
  folder: folder.operations,
  message: message.operations,
};

export async function route(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const resource = context.getNodeParameter('resource', 0) as string;
  const name = context.getNodeParameter('operation', 0) as string;
  const operation = RESOURCES[resource]?.[name];
  if (!operation) {
    throw new NodeOperationError(
      context.getNode(),
      `There is no operation "${name}" of the resource "${resource}"`,
      {
        description: 'Pick the resource and the operation from their lists.',
      },
    );
  }
  return await operation(context);
}
