import type { IExecuteFunctions } from 'n8n-workflow';

import type { Session } from '../../../../mail/session/session';
import { findSession } from '../../../../n8n/run/session';
import { sessionName } from '../../../../n8n/run/session-parameter';

/** Finds the sessions that the items of a node name. Each name is looked up once, whatever the number of items. */
export function sessionsOf(context: IExecuteFunctions): (itemIndex: number) => Promise<Session> {
  const found = new Map<string, Promise<Session>>();
  return async (itemIndex) => {
    const name = sessionName(context, itemIndex);
    const session = found.get(name) ?? findSession(context, name);
    found.set(name, session);
    return await session;
  };
}
