import { MailError } from '../errors';

/** After this many consecutive pages without anything new, no more are requested. */
const MOST_REPEATED = 3;

/**
 * Returns the new entries on each page of a list. If entries are added or removed while the pages are read, others move
 * to the next page and appear twice. Without a limit, a server that always repeats itself would be asked forever.
 */
export class NewOnPages {
  private readonly seen = new Set<string>();
  private repeated = 0;

  /** @param list such as "the folders" */
  constructor(private readonly list: string) {}

  /** Number of different entries so far. */
  get count(): number {
    return this.seen.size;
  }

  /**
   * @param total the total number of entries, according to the server
   * @throws {MailError} SERVER_REFUSED after several pages without new entries, if the list should be longer
   */
  take<T>(page: readonly T[], idOf: (one: T) => string, total = Infinity): T[] {
    const fresh = page.filter((one) => !this.seen.has(idOf(one)));
    for (const one of page) this.seen.add(idOf(one));
    this.repeated = fresh.length === 0 ? this.repeated + 1 : 0;
    if (this.repeated >= MOST_REPEATED && this.count < total) throw this.repeats();
    return fresh;
  }

  /** The error for a list whose pages form a circle. */
  repeats(): MailError {
    return new MailError(
      'SERVER_REFUSED',
      `Exchange keeps sending the same part of ${this.list} and not the rest`,
      'Run the workflow again. If it always happens, ask the administrator of Exchange.',
    );
  }
}
