import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { MailClient } from '../../../../mail/model/client';
import { findSession } from '../../../../n8n/run/session';
import { sessionName } from '../../../../n8n/run/session-parameter';
import { failedItem } from '../../../shared/per-item';
import type { Operation } from '../router';

type Use = <T>(work: (client: MailClient) => Promise<T>) => Promise<T>;

/**
 * An operation that works on one folder, or on the list of them, for each input item.
 *
 * @param repeatable whether the work may be done again on a new connection
 */
export const forEachItem =
  (
    { repeatable }: { repeatable: boolean },
    work: (context: IExecuteFunctions, itemIndex: number, use: Use) => Promise<IDataObject[]>,
  ): Operation =>
  async (context) => {
    const output: INodeExecutionData[] = [];
    for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
      try {
        const session = await findSession(context, sessionName(context, itemIndex));
        const results = await work(context, itemIndex, async (job) => await session.use(job, { repeatable }));
        output.push(...results.map((json) => ({ json, pairedItem: { item: itemIndex } })));
      } catch (error) {
        output.push(failedItem(context, error, itemIndex));
      }
    }
    return output;
  };
