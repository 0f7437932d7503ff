import { MailError } from '../errors';

/** After this many consecutive pages without anything new, no more are requested. */
const MOST_REPEATED = 3;
/** More pages than any mailbox has, and more entries than can be added while they are read. */
const MOST_PAGES = 20_000;
const MOST_ADDED = 10_000;

/**
 * Returns the new entries on each page of a list. If entries are added or removed while the pages are read, others move
 * to the next page and appear twice. Without a limit, a server that always repeats itself would be asked forever.
 */
export class NewOnPages {
  private readonly seen = new Set<string>();
  private repeated = 0;
  private pages = 0;

  /**
   * @param list such as "the folders"
   * @param mostRepeated for a server whose pages may be empty, although they are not the last
   */
  constructor(
    private readonly list: string,
    private readonly mostRepeated = MOST_REPEATED,
  ) {}

  /** Number of different entries so far. */
  get count(): number {
    return this.seen.size;
  }

  /** Whether an entry was on one of the pages. */
  has(id: string): boolean {
    return this.seen.has(id);
  }

  /**
   * @param total the total number of entries, according to the server
   * @throws {MailError} SERVER_REFUSED after several pages without new entries, if the list should be longer; and for a
   *   list without end
   */
  take<T>(page: readonly T[], idOf: (one: T) => string, total = Infinity): T[] {
    const fresh = page.filter((one) => !this.seen.has(idOf(one)));
    for (const one of page) this.seen.add(idOf(one));
    this.repeated = fresh.length === 0 ? this.repeated + 1 : 0;
    const isStuck = this.repeated >= this.mostRepeated && this.count < total;
    if (isStuck || ++this.pages > MOST_PAGES || this.count > total + MOST_ADDED) throw this.repeats();
    return fresh;
  }

  /** The error for a list whose pages form a circle. */
  repeats(): MailError {
    return new MailError(
      'SERVER_REFUSED',
      `Exchange keeps sending the same part of ${this.list} and not the rest`,
      'Try again. If it always happens, ask the administrator of Exchange.',
    );
  }
}
