import type { Message } from '../model/message';
import { shortDigest } from './watch-state';

/** How many messages are remembered. */
const MOST = 500;

/** Two digests of eight letters, and the time in seconds. */
const FORM = /^([\w-]{8})([\w-]{8})([0-9a-z]*)$/;

/**
 * The last messages, as they are told apart when their ids have changed: by their Message-ID, or what else does not
 * change.
 */
export class RecentMessages {
  /** The id of each, and the time, by identity. */
  private readonly known = new Map<string, { id: string; time: string }>();
  private readonly ids = new Set<string>();
  private forgottenUntil: number;

  /** @param forgotten as `forgotten` gives it */
  constructor(entries: readonly string[] = [], forgotten?: string) {
    this.forgottenUntil = forgotten ? Date.parse(forgotten) : 0;
    for (const entry of entries) {
      const [, identity, id, time = ''] = FORM.exec(entry) ?? [];
      if (identity && id) this.put(identity, id, time);
    }
  }

  /** The newest time of the messages that are no longer remembered. */
  get forgotten(): string {
    return new Date(this.forgottenUntil).toISOString();
  }

  add(message: Message): void {
    const { id, receivedAt } = message;
    const time = receivedAt ? Math.floor(Date.parse(receivedAt) / 1000).toString(36) : '';
    this.put(shortDigest(identityOf(message)), shortDigest(id), time);
  }

  has(message: Message): boolean {
    return this.known.has(shortDigest(identityOf(message)));
  }

  hasId(id: string): boolean {
    return this.ids.has(shortDigest(id));
  }

  toJSON(): string[] {
    return [...this.known].map(([identity, { id, time }]) => identity + id + time);
  }

  private put(identity: string, id: string, time: string): void {
    this.forget(identity);
    this.known.set(identity, { id, time });
    this.ids.add(id);
    for (const [oldest, { time: at }] of this.known) {
      if (this.known.size <= MOST) break;
      const received = (parseInt(at, 36) || 0) * 1000;
      if (received <= Date.now()) this.forgottenUntil = Math.max(this.forgottenUntil, received);
      this.forget(oldest);
    }
  }

  private forget(identity: string): void {
    this.ids.delete(this.known.get(identity)?.id ?? '');
    this.known.delete(identity);
  }
}

export const identityOf = ({ messageId, from, date, subject, size }: Message): string =>
  messageId ?? JSON.stringify([from[0]?.address, date, subject, size]);
