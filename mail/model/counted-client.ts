import { NO_TRAFFIC, type Traffic } from '../net/traffic';
import type { MailClient } from './client';

/** A client that knows what went over its connection since it was opened. Sending over SMTP is not counted. */
export interface CountedClient extends MailClient {
  readonly traffic: Traffic;
}

export const trafficOf = (client: MailClient): Traffic =>
  (client as Partial<CountedClient>).traffic ?? NO_TRAFFIC;
