import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { MailClient, BatchResult } from '../../../../mail/model/client';
import type { Operation } from '../router';
import { failedMessage } from './failed-message';
import { runFilter } from './by-filter';
import { NamedMessages } from './by-id';
import { isFailed, prepareItems } from '../shared/prepare';
import { Tally } from './batch-counter';

/** An operation that does the same to many messages with a few commands. */
export interface BulkAction<Parameters, Result> {
  /** What was done, as the field of the output that counts it: `moved`. */
  readonly done: string;
  /** Whether the work may be done again on a new connection; only where it then has no other effect. */
  readonly repeatable: boolean;
  /** The fields of the node beside the selection. Items with equal ones share their commands. */
  read(context: IExecuteFunctions, itemIndex: number): Parameters;
  run(client: MailClient, ids: string[], parameters: Parameters): Promise<BatchResult<Result>>;
  /** The output for one message that was named by its id. */
  toJson(id: string, result: Result, parameters: Parameters): IDataObject;
}

/** What there is to tell of a message, or of all that a filter matched. */
export interface BulkResult {
  json: IDataObject;
  /** Why it was not done, or not wholly. */
  error?: Error;
}

/** The operation of a node that runs a bulk action for all its input items. */
export const bulkOperation =
  <P, R>(action: BulkAction<P, R>): Operation =>
  async (context) => {
    const stopAtError = !context.continueOnFail();
    const tally = new Tally(action.done);
    const named = new NamedMessages(action, tally);
    const items = (await prepareItems(context, action.read)).map((item) => {
      if (isFailed(item)) return item;
      const { session, selection, parameters } = item;
      if ('ids' in selection) return named.add(session, parameters, selection.ids);
      // One after the other, and not before their turn: items may be about the same folder.
      return async () => [await runFilter(action, session, parameters, selection, tally)];
    });
    await named.run(stopAtError);

    const output: INodeExecutionData[] = [];
    const fail = (error: unknown, itemIndex: number, told: IDataObject = {}) =>
      output.push(failedMessage(context, stopAtError ? tally.tell(error) : error, itemIndex, told));
    for (const [itemIndex, item] of items.entries()) {
      if (typeof item !== 'function') {
        output.push(item);
        continue;
      }
      try {
        for (const { json, error } of await item()) {
          if (error) fail(error, itemIndex, json);
          else output.push({ json, pairedItem: { item: itemIndex } });
        }
      } catch (error) {
        fail(error, itemIndex);
      }
    }
    return output;
  };
