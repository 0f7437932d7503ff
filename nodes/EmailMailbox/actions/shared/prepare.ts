import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Session } from '../../../../mail/session/session';
import { failedItem } from '../../../shared/per-item';
import { readSelection, type Selection } from '../bulk/selection';
import { sessionsOf } from './sessions';

/** What one input item asks for. */
export interface Prepared<Parameters> {
  session: Session;
  selection: Selection;
  parameters: Parameters;
}

/**
 * Reads what all input items ask for before anything is done for one of them: where the node is to stop at an error,
 * a bad item must not leave the work half done.
 *
 * @returns for each item what it asks for, or the output item that says what is wrong with it
 * @throws {NodeOperationError} where the node is set to stop
 */
export async function prepareItems<P>(
  context: IExecuteFunctions,
  read: (context: IExecuteFunctions, itemIndex: number) => P,
): Promise<Array<Prepared<P> | INodeExecutionData>> {
  const sessionAt = sessionsOf(context);
  const prepared: Array<Prepared<P> | INodeExecutionData> = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
    try {
      const parameters = read(context, itemIndex);
      const selection = readSelection(context, itemIndex);
      prepared.push({ session: await sessionAt(itemIndex), selection, parameters });
    } catch (error) {
      prepared.push(failedItem(context, error, itemIndex));
    }
  }
  return prepared;
}

export const isFailed = <P>(item: Prepared<P> | INodeExecutionData): item is INodeExecutionData =>
  'json' in item;
