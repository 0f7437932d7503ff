import type { IExecuteFunctions } from 'n8n-workflow';

import type { MailClient } from '../../../../mail/model/client';
import type { Session } from '../../../../mail/session/session';
import { sessionName } from '../../../../n8n/run/session-parameter';
import { findSession } from '../../../../n8n/run/session';
import { eachItem, type Result } from '../../../shared/per-item';
import type { Execute } from '../operation';

/** The session that an item names. It is opened on first use, so that a bad field costs no login. */
export interface ItemSession {
  session(): Promise<Session>;
  /** Runs work on the connection of the session. */
  use<T>(work: (client: MailClient) => Promise<T>): Promise<T>;
}

/**
 * An operation that does its work for each input item, one after the other, in the session that the item names.
 *
 * @param repeatable whether the work may be repeated on a new connection; only if that has no further effect
 */
export const forEachItem =
  (
    { repeatable }: { repeatable: boolean },
    work: (context: IExecuteFunctions, itemIndex: number, mail: ItemSession) => Promise<Result[]>,
  ): Execute =>
  async (context) =>
    await eachItem(context, async (itemIndex) => {
      const session = async () => await findSession(context, sessionName(context, itemIndex));
      return await work(context, itemIndex, {
        session,
        use: async (job) => await (await session()).use(job, { repeatable }),
      });
    });
