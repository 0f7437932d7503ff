import type { Message } from '../model/message';
import { digest } from './watch-state';

/** How many digests are kept: two for each message. */
const MOST = 1000;

/**
 * The last messages, as they are told apart when their ids have changed: by their Message-ID, or what else does not
 * change.
 */
export class RecentMessages {
  private readonly digests: Set<string>;

  constructor(digests: readonly string[] = []) {
    this.digests = new Set(digests.slice(-MOST));
  }

  add(message: Message): void {
    for (const key of [digest(identityOf(message)), digest(message.id)]) {
      this.digests.delete(key);
      this.digests.add(key);
    }
    for (const oldest of this.digests) {
      if (this.digests.size <= MOST) break;
      this.digests.delete(oldest);
    }
  }

  has(message: Message): boolean {
    return this.digests.has(digest(identityOf(message)));
  }

  hasId(id: string): boolean {
    return this.digests.has(digest(id));
  }

  toJSON(): string[] {
    return [...this.digests];
  }
}

export const identityOf = ({ messageId, from, date, subject, size }: Message): string =>
  messageId ?? JSON.stringify([from[0]?.address, date, subject, size]);
