import type { MailClient } from '../model/client';
import { trafficOf } from '../model/counted-client';
import { NO_TRAFFIC, addTraffic, subtractTraffic, type Traffic } from '../net/traffic';

/** What went over the connections of one session, also over one that an earlier session has used before. */
export class SessionTraffic {
  private ended = NO_TRAFFIC;
  #now?: { client: MailClient; before: Traffic };

  begin(client: MailClient, isNew: boolean): void {
    this.end();
    this.#now = { client, before: isNew ? NO_TRAFFIC : trafficOf(client) };
  }

  end(): void {
    this.ended = this.total;
    this.#now = undefined;
  }

  get total(): Traffic {
    if (!this.#now) return this.ended;
    const { client, before } = this.#now;
    return addTraffic(this.ended, subtractTraffic(trafficOf(client), before));
  }
}
