import { isMailError } from '../errors';
import type { WatchQueue } from './watch-queue';
import { readEach } from './watch-read-each';
import { read, type Watched } from './watched';

/** Tells whether a message cannot be read, or the server is not well. */
export class Health {
  private known?: Promise<boolean | undefined>;

  /** @param isWell whether it is known already that the server gives other messages */
  constructor(
    private readonly watched: Watched,
    private readonly queue: WatchQueue,
    isWell: boolean,
  ) {
    if (isWell) this.known = Promise.resolve(true);
  }

  /**
   * Whether the server gives other messages of the folder; undefined if there is none to compare with. Asks once.
   *
   * @throws {MailError}
   */
  async givesOthers(): Promise<boolean | undefined> {
    return await (this.known ??= this.ask());
  }

  private async ask(): Promise<boolean | undefined> {
    const { folder, wanted } = this.watched.options;
    const { queue } = this;
    const most = queue.size + 1;
    const newest = await read(
      this.watched,
      async (client) => await client.findMessages(folder, {}, most, new Map()),
    );
    const other = newest.find((id) => !queue.isOpen(id));
    if (other === undefined) return undefined;
    const results = await readEach(
      this.watched,
      [other],
      async (client, ids) => await client.getMessages(ids, wanted),
    );
    const result = results.get(other);
    return isMailError(result, 'MESSAGE_NOT_FOUND') ? undefined : !isMailError(result);
  }
}
