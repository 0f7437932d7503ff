import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Execute } from '../operation';
import { isFailed, prepareItems } from '../shared/prepare';
import { BatchCounter } from './batch-counter';
import { runByFilter } from './by-filter';
import { MessagesById } from './by-id';
import { failedMessage } from './failed-message';
import type { BulkAction } from './types';

/** The operation of a node that runs a bulk action for all its input items. */
export const bulkOperation =
  <P, R>(action: BulkAction<P, R>): Execute =>
  async (context) => {
    const stopAtError = !context.continueOnFail();
    const counter = new BatchCounter(action.done);
    const byId = new MessagesById(action, counter);
    const items = (await prepareItems(context, action.read, action.select)).map((item) => {
      if (isFailed(item)) return item;
      const { session, selection, parameters } = item;
      if ('ids' in selection) return byId.add(session, parameters, selection.ids);
      // Strictly one after the other, because items may use the same folder.
      return async () => [await runByFilter(action, session, parameters, selection, counter)];
    });
    await byId.run(stopAtError);

    const output: INodeExecutionData[] = [];
    const fail = (error: unknown, itemIndex: number, details: IDataObject = {}) =>
      output.push(
        failedMessage(context, stopAtError ? counter.withCounts(error) : error, itemIndex, details),
      );
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
