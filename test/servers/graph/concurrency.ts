import { throttled } from './errors';

/** What Exchange serves one app at once in one mailbox (learn.microsoft.com/graph/throttling-limits). */
const MOST = 4;

/** Counts the requests under way for each mailbox. */
export class Concurrency {
  private readonly underWay = new Map<string, number>();
  /** The highest number there has been. */
  most = 0;

  /** Refuses what is too much. */
  async within<T>(address: string, work: () => Promise<T>): Promise<T> {
    const now = (this.underWay.get(address) ?? 0) + 1;
    this.most = Math.max(this.most, now);
    if (now > MOST) {
      const message = 'Application is over its MailboxConcurrency limit.';
      throw throttled('ApplicationThrottled', message, 1);
    }
    this.underWay.set(address, now);
    try {
      return await work();
    } finally {
      this.underWay.set(address, this.underWay.get(address)! - 1);
    }
  }
}
