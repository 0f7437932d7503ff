import { withAbort } from '../async/with-abort';
import { MailError } from '../errors';

/**
 * How many requests an app may have under way at one mailbox
 * (https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits). A batch has as many, too.
 */
export const AT_ONCE = 4;

interface Waiter {
  count: number;
  start: () => void;
}

/** The requests that may be under way at one mailbox, given out in the order they are asked for. */
class Semaphore {
  private free = AT_ONCE;
  private readonly waiters: Waiter[] = [];

  get idle(): boolean {
    return this.free === AT_ONCE && this.waiters.length === 0;
  }

  /** @returns gives them back; undefined where somebody has to wait */
  takeFree(count: number): (() => void) | undefined {
    if (this.waiters.length > 0 || count > this.free) return undefined;
    this.free -= count;
    return this.giver(count);
  }

  async take(count: number, signal: AbortSignal): Promise<() => void> {
    let waiter: Waiter | undefined;
    const turn = new Promise<void>((resolve) => {
      waiter = { count, start: resolve };
      this.waiters.push(waiter);
    });
    try {
      await withAbort(turn, signal);
    } catch (error) {
      const place = this.waiters.indexOf(waiter!);
      // Its turn may have come in the same moment.
      if (place < 0) this.give(count);
      else this.waiters.splice(place, 1);
      this.next();
      throw error;
    }
    return this.giver(count);
  }

  private giver(count: number): () => void {
    let taken = true;
    return () => {
      if (taken) this.give(count);
      taken = false;
    };
  }

  private give(count: number): void {
    this.free += count;
    this.next();
  }

  private next(): void {
    for (let [first] = this.waiters; first && first.count <= this.free; [first] = this.waiters) {
      this.waiters.shift();
      this.free -= first.count;
      first.start();
    }
  }
}

/** Of this process, whatever the number of sessions: Graph counts by app and mailbox. */
const mailboxes = new Map<string, Semaphore>();

/**
 * Waits until so many requests to a mailbox may begin.
 *
 * @param patience milliseconds
 * @returns to be called at their end; harmless when called again
 * @throws {MailError} COMMAND_TIMEOUT; whatever the signal was aborted with
 */
export async function takeSlots(
  mailbox: string,
  count: number,
  { patience, signal }: { patience: number; signal: AbortSignal },
): Promise<() => void> {
  const slots = mailboxes.get(mailbox) ?? new Semaphore();
  mailboxes.set(mailbox, slots);
  const forget = () => {
    if (slots.idle && mailboxes.get(mailbox) === slots) mailboxes.delete(mailbox);
  };
  const given = (give: () => void) => () => {
    give();
    forget();
  };
  const free = slots.takeFree(count);
  if (free) return given(free);
  const late = AbortSignal.timeout(patience);
  try {
    return given(await slots.take(count, AbortSignal.any([signal, late])));
  } catch (error) {
    forget();
    throw late.aborted ? busyWithOthers(patience) : error;
  }
}

const busyWithOthers = (patience: number): MailError =>
  new MailError(
    'COMMAND_TIMEOUT',
    `The mailbox was busy with other requests of this n8n for ${patience / 1000} seconds`,
    'Let fewer workflows work in this mailbox at the same time.',
  );
