import { isMailError } from '../errors';
import type { WatchQueue } from './watch-queue';
import { readEach } from './watch-read-each';
import { read, type Watched } from './watched';

/** Whether the server has given a message, even if reading it brought a bug to light. */
export const isGiven = (result: unknown): boolean =>
  !isMailError(result) || result.code === 'MESSAGE_UNREADABLE';

/** Tells whether a message cannot be read, or the server is not well. */
export class Health {
  private known?: Promise<boolean | undefined>;

  /**
   * @param failing the messages that the server did not give now
   * @param isWell whether it is known already that the server gives other messages
   */
  constructor(
    private readonly watched: Watched,
    private readonly queue: WatchQueue,
    private readonly failing: ReadonlySet<string>,
    isWell: boolean,
  ) {
    if (isWell) this.known = Promise.resolve(true);
  }

  /**
   * Whether the server gives other messages of the folder; undefined if there are none. Asks once.
   *
   * @throws {MailError}
   */
  async givesOthers(): Promise<boolean | undefined> {
    return await (this.known ??= this.ask());
  }

  private async ask(): Promise<boolean | undefined> {
    const { folder, wanted } = this.watched.options;
    const { queue, failing } = this;
    const isBad = (id: string) => failing.has(id) || queue.hasFailed(id);
    const most = queue.size + 1;
    const newest = await read(
      this.watched,
      async (client) => await client.findMessages(folder, {}, most, new Map()),
    );
    const other = newest.find((id) => !queue.isOpen(id)) ?? newest.find((id) => !isBad(id));
    // It is not likely that all messages of a folder are damaged.
    if (other === undefined) return newest.length > 1 ? false : undefined;
    const results = await readEach(
      this.watched,
      [other],
      async (client, ids) => await client.getMessages(ids, wanted),
    );
    const result = results.get(other);
    return isMailError(result, 'MESSAGE_NOT_FOUND') ? undefined : isGiven(result);
  }
}
