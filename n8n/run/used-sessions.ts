import type { IExecuteFunctions } from 'n8n-workflow';

import type { Session } from '../../mail/session/session';

const used = new WeakMap<object, Set<Session>>();

/** Remembers that a node uses a session, as long as its context is there. */
export function noteUse(context: IExecuteFunctions, session: Session): Session {
  used.set(context, (used.get(context) ?? new Set()).add(session));
  return session;
}

/** The sessions that a node has used, for what it shows at its end. */
export const usedSessions = (context: IExecuteFunctions): Session[] => [...(used.get(context) ?? [])];
