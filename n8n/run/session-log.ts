import type { Logger } from 'n8n-workflow';

import type { SessionEvent, SessionObserver } from '../../mail/session/observer';

/** Whose session it is: a run's, a trigger's, or that of a list in the editor, which has neither. */
export interface Owner {
  executionId?: string;
  workflowId?: string;
}

/**
 * Writes what happens to a session into the log of n8n, at level debug: a line for each event, always with the same words,
 * and the rest as fields. docs/operators.md shows the lines. No secret is in them, and nothing of a mail.
 *
 * @param logger of any context: all have the same one, which outlives runs
 */
export const sessionLog =
  (logger: Logger, owner: Owner): SessionObserver =>
  ({ session, account, event }) =>
    logger.debug(textOf(event), { ...owner, session, account, ...fieldsOf(event) });

const TEXTS: Readonly<Record<SessionEvent['type'], string>> = {
  login: 'Email session logged in',
  taken: 'Email session uses a kept connection',
  reconnect: 'Email session opens a new connection',
  waiting: 'Email session waits for a connection',
  waited: 'Email session has waited for a connection',
  'given up': 'Email session gave up its connection',
  refused: 'Email session got no connection',
  closed: 'Email session closed',
};

const textOf = (event: SessionEvent): string =>
  event.type === 'closed' && event.isKept
    ? 'Email session closed, its connection is kept'
    : TEXTS[event.type];

// n8n's log has its own meaning for `message`, `level`, `timestamp`, `file` and `function`.
function fieldsOf(event: SessionEvent): object {
  switch (event.type) {
    case 'login':
    case 'taken':
      return { ms: event.took };
    case 'waiting':
      return { reason: event.waitsFor };
    case 'waited':
      return { reason: event.waitsFor, ms: event.took };
    case 'reconnect':
    case 'given up':
      return { reason: event.reason };
    case 'refused':
      // Only a mail error has a text that was freed of secrets.
      return { reason: event.code, ...(event.code !== 'UNKNOWN' && { error: event.message }) };
    case 'closed':
      return { reason: event.reason, ...event.usage };
  }
}
