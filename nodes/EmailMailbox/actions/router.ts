import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { isTool } from '../../../n8n/tool';
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
  return isTool(context.getNode()) ? output.map(withoutFiles) : output;
}

/** n8n hands an agent no files, and says nothing about it. */
function withoutFiles({ binary, ...item }: INodeExecutionData): INodeExecutionData {
  const count = Object.keys(binary ?? {}).length;
  if (count === 0) return item;
  const files = count === 1 ? '1 file was' : `${count} files were`;
  return { ...item, json: { ...item.json, note: `${files} downloaded, but a tool cannot hand on files` } };
}
