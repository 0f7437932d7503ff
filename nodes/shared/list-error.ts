import { NodeOperationError, type ILoadOptionsFunctions } from 'n8n-workflow';

import { isMailError } from '../../mail/errors';

/** Loads what a list in the editor shows. The list shows only the message of an error, so that has to say what to do. */
export async function orListError<T>(context: ILoadOptionsFunctions, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isMailError(error)) throw new NodeOperationError(context.getNode(), error as Error);
    throw new NodeOperationError(context.getNode(), `${error.message}. ${error.description}`, {
      level: 'warning',
    });
  }
}
