import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { hintWaits } from '../../shared/waited';
import { RESOURCES } from './resources';

/** Runs the operation that the node is set to. */
export async function route(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const resource = context.getNodeParameter('resource', 0) as string;
  const name = context.getNodeParameter('operation', 0, '') as string;
  const operation = RESOURCES.find(({ value }) => value === resource)?.operations.find(
    ({ value }) => value === name,
  );
  if (!operation) {
    throw new NodeOperationError(
      context.getNode(),
      `There is no operation "${name}" of the resource "${resource}"`,
      {
        description: 'Choose the resource and the operation from the lists.',
      },
    );
  }
  const output = await operation.execute(context);
  hintWaits(context);
  return output;
}
