import type { WaitsFor } from '../async/connection-limit';
import type { MailErrorCode } from '../errors';
import type { SessionUsage } from './usage';

/** Why a session was closed. */
export type CloseReason =
  | 'run ended'
  | 'run cancelled'
  | 'run put away'
  | 'disconnected'
  | 'replaced'
  | 'login failed';

/** What happens to a session. Times are in milliseconds. Nothing here is a secret. */
export type SessionEvent =
  /** A connection is open and logged in. */
  | { type: 'login'; took: number }
  /** There was a connection, and a new one is about to be opened. */
  | { type: 'reconnect'; reason: 'lost' | 'idle' | 'wanted' }
  /** All connections are in use. */
  | { type: 'waiting'; waitsFor: WaitsFor }
  | { type: 'waited'; waitsFor: WaitsFor; took: number }
  /** The connection was closed, because another session needed it or nobody used it. */
  | { type: 'given up'; reason: 'idle' | 'wanted' }
  | { type: 'refused'; code: MailErrorCode | 'UNKNOWN'; message: string }
  /** The session is over. Its connection was kept for the next run, or closed. */
  | { type: 'closed'; reason: CloseReason; isKept: boolean; usage: SessionUsage }
  /** A connection that an earlier run has left is used, without a login. */
  | { type: 'taken'; took: number };

export interface SessionReport {
  session: string;
  account: string;
  event: SessionEvent;
}

/** Tells how long a session waits for a connection: for one of this process's, and then perhaps for the server's. */
export class WaitReport {
  private now?: { waitsFor: WaitsFor; since: number };

  constructor(private readonly tell: (event: SessionEvent) => void) {}

  begin(waitsFor: WaitsFor): void {
    this.end();
    this.now = { waitsFor, since: Date.now() };
    this.tell({ type: 'waiting', waitsFor });
  }

  /** @param waitsFor ends only a wait for this */
  end(waitsFor = this.now?.waitsFor): void {
    if (!this.now || this.now.waitsFor !== waitsFor) return;
    const { since } = this.now;
    this.now = undefined;
    this.tell({ type: 'waited', waitsFor, took: Date.now() - since });
  }
}

/** Is told what happens to sessions. It must not throw. */
export type SessionObserver = (report: SessionReport) => void;
