import { MailError } from '../errors';

/** More pages than any mailbox has. */
export const MOST_PAGES = 20_000;

/**
 * The new entries on each page of a list whose pages a server knows by tokens. Without a limit, a server that always
 * repeats itself would be asked forever.
 */
export class NewOnPages {
  private readonly seen = new Set<string>();
  private repeated = 0;
  private pages = 0;

  /**
   * @param list such as "the folders"
   * @param mostRepeated so many consecutive pages without anything new are normal
   */
  constructor(
    private readonly list: string,
    private readonly mostRepeated: number,
  ) {}

  /** @throws {MailError} SERVER_REFUSED after too many pages without new entries, and for a list without end */
  take<T>(page: readonly T[], idOf: (one: T) => string): T[] {
    const fresh = newOf(page, idOf, this.seen);
    this.repeated = fresh.length === 0 ? this.repeated + 1 : 0;
    if (this.repeated >= this.mostRepeated || ++this.pages > MOST_PAGES) throw listWithoutEnd(this.list);
    return fresh;
  }
}

/** The entries that were not seen before, each once. They are seen now. */
export function newOf<T>(entries: readonly T[], idOf: (one: T) => string, seen: Set<string>): T[] {
  return entries.filter((one) => {
    const id = idOf(one);
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

/** The error for a list whose pages form a circle, or never end. */
export const listWithoutEnd = (list: string): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `Exchange keeps sending the same part of ${list} and not the rest`,
    'Try again. If it always happens, ask the administrator of Exchange.',
  );
