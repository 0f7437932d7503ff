import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Session } from '../../../../mail/session/session';
import { failedItem } from '../../../shared/per-item';
import { readSelection, type Selection } from '../bulk/selection';
import { sessionsOf } from './sessions';

/** The parameters of one input item. */
export interface Prepared<Parameters> {
  session: Session;
  selection: Selection;
  parameters: Parameters;
}

/**
 * Reads the parameters of all input items before any work starts: if the node stops at errors, a bad item must not leave
 * the work half done.
 *
 * @returns for each item its parameters, or the output item that says what is wrong with it
 * @throws {NodeOperationError} if the node is set to stop
 */
export async function prepareItems<P>(
  context: IExecuteFunctions,
  read: (context: IExecuteFunctions, itemIndex: number) => P,
  select: typeof readSelection = readSelection,
): Promise<Array<Prepared<P> | INodeExecutionData>> {
  const sessionAt = sessionsOf(context);
  const prepared: Array<Prepared<P> | INodeExecutionData> = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
    try {
      const parameters = read(context, itemIndex);
      const selection = select(context, itemIndex);
      prepared.push({ session: await sessionAt(itemIndex), selection, parameters });
    } catch (error) {
      prepared.push(failedItem(context, error, itemIndex));
    }
  }
  return prepared;
}

export const isFailed = <P>(item: Prepared<P> | INodeExecutionData): item is INodeExecutionData =>
  'json' in item;
