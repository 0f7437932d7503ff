import { MailError } from '../errors';

/** Pages in a row with nothing new on them, after which a server is not asked for more. */
const MOST_REPEATED = 3;

/**
 * What is new on each page of a list. What comes or goes while the pages are read moves the others to the next one, so
 * that things are given twice; a server that gives nothing new at all would be asked for ever.
 */
export class NewOnPages {
  private readonly seen = new Set<string>();
  private repeated = 0;

  /** @param list such as "the folders" */
  constructor(private readonly list: string) {}

  /** How many things there were. */
  get count(): number {
    return this.seen.size;
  }

  /**
   * @param total how many things there are altogether, as the server says
   * @throws {MailError} SERVER_REFUSED after some pages with nothing new, where there is more
   */
  take<T>(page: readonly T[], idOf: (one: T) => string, total = Infinity): T[] {
    const fresh = page.filter((one) => !this.seen.has(idOf(one)));
    for (const one of page) this.seen.add(idOf(one));
    this.repeated = fresh.length === 0 ? this.repeated + 1 : 0;
    if (this.repeated >= MOST_REPEATED && this.count < total) throw this.repeats();
    return fresh;
  }

  /** For a list whose pages lead in a circle. */
  repeats(): MailError {
    return new MailError(
      'SERVER_REFUSED',
      `Exchange keeps sending the same part of ${this.list} and not the rest`,
      'Run the workflow again. If it always happens, ask the administrator of Exchange.',
    );
  }
}
