import type { IExecuteFunctions } from 'n8n-workflow';

import type { WaitsFor } from '../../mail/async/connection-limit';
import { seconds } from '../../mail/text';
import { usedSessions } from '../../n8n/run/used-sessions';
import { hint } from './hint';

/** A shorter wait is not worth a hint. Milliseconds. */
const WORTH_TELLING = 1000;

const REASONS: Readonly<Record<WaitsFor, string>> = {
  'own limit': 'all connections that this n8n may have to the account were in use',
  server: 'the server accepts no more from this account',
};

/** Tells how long the sessions of a node waited for a connection. */
export function hintWaits(context: IExecuteFunctions): void {
  for (const session of usedSessions(context)) {
    const waits = session.takeWaits();
    for (const [waitsFor, reason] of Object.entries(REASONS)) {
      const took = waits.reduce((sum, wait) => sum + (wait.waitsFor === waitsFor ? wait.took : 0), 0);
      if (took >= WORTH_TELLING) {
        hint(context, `"${session.name}" waited ${seconds(took)} for a connection: ${reason}.`);
      }
    }
  }
}
