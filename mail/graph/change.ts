import type { FlagChanges, BatchResult, MoveResult } from '../model/client';
import { MailError, isMailError } from '../errors';
import { changedKeywords, isAboutKeywords } from '../exchange/keywords';
import { changeEach, uncertain } from '../exchange/batch-result';
import { verbProperties } from '../exchange/properties';
import { BATCH, type GraphApi } from './api';
import type { Call } from './call';
import type { GraphFolders } from './folders';
import { readMessages } from './messages';
import type { MessageResource } from './resources';
import { propertyId } from './selection';
import { messagePath } from './paths';

/** The folder where Exchange keeps permanently deleted items for some time. Users do not see it in the mailbox. */
const BEYOND_TRASH = 'recoverableitemsdeletions';

/** Otherwise the reply would contain the whole message (RFC 7240 section 4.2). */
const NO_REPLY = 'return=minimal';

/** Changes messages, 20 with one request. */
export class GraphChanger {
  constructor(
    private readonly api: GraphApi,
    private readonly folders: GraphFolders,
  ) {}

  async move(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>> {
    return await this.relocate('move', ids, folder);
  }

  async copy(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>> {
    return await this.relocate('copy', ids, folder);
  }

  /** Deletes for good. */
  async delete(ids: readonly string[]): Promise<BatchResult<MoveResult>> {
    return await changeEach<MoveResult>(ids, BATCH, async (batch) => {
      const results = await this.api.batch(batch.map((id) => deletion(this.api, id)));
      return results.map((result) => (isMailError(result) ? result : {}));
    });
  }

  /** Keywords are stored as one list, so they are read before they are changed. */
  async mark(ids: readonly string[], marks: FlagChanges): Promise<BatchResult<true>> {
    return await changeEach<true>(ids, BATCH, async (batch) => {
      const outcomes = new Map<string, MailError | true>();
      const calls = new Map<string, Call>();
      const known = isAboutKeywords(marks)
        ? await readMessages(this.api, batch, '$select=id,categories')
        : undefined;
      for (const id of batch) {
        const message = known?.get(id);
        const body = isMailError(message) ? {} : toUpdate(marks, message);
        if (Object.keys(body).length > 0)
          calls.set(id, { method: 'PATCH', path: messagePath(id), body, prefer: NO_REPLY });
        else outcomes.set(id, isMailError(message) ? message : true);
      }
      const results = await this.api.batch([...calls.values()]);
      for (const [index, id] of [...calls.keys()].entries()) {
        const result = results[index];
        outcomes.set(id, isMailError(result) ? result : true);
      }
      return batch.map((id) => outcomes.get(id)!);
    });
  }

  private async relocate(
    action: 'move' | 'copy',
    ids: readonly string[],
    folder: string,
  ): Promise<BatchResult<MoveResult>> {
    const target = await this.folders.find(folder);
    return await changeEach<MoveResult>(ids, BATCH, async (batch) => {
      const results = await this.api.batch<MessageResource | undefined>(
        batch.map((id) => ({
          ...{ method: 'POST', path: `${messagePath(id)}/${action}`, body: { destinationId: target.id } },
          // A moved message keeps its id, but the reply must contain the id of a copy.
          ...(action === 'move' && { prefer: NO_REPLY }),
        })),
      );
      const known = (index: number) => (action === 'move' ? batch[index] : undefined);
      return results.map((result, index) =>
        isMailError(result) ? result : { folder: target.folder.path, id: result?.id ?? known(index) },
      );
    });
  }
}

/** In a batch, every POST needs a body. */
const NOTHING = {};

/**
 * permanentDelete is not available in all clouds. In the others, the message is moved to the folder for deleted items.
 */
const deletion = ({ context }: GraphApi, id: string): Call =>
  context.graph.permanentDelete
    ? { method: 'POST', path: `${messagePath(id)}/permanentDelete`, body: NOTHING }
    : { method: 'POST', path: `${messagePath(id)}/move`, body: { destinationId: BEYOND_TRASH } };

/** The id of a message that was created here. Without it, nothing more can be done to the message. */
export function assertGiven(id: string | undefined): string {
  if (id !== undefined) return id;
  throw uncertain('Microsoft Graph gave no id for the message that it stored');
}

/**
 * Deletes a message that was created here but cannot be completed.
 *
 * @returns the error to throw, which also says if part of the message could not be deleted
 */
export async function takeBack(api: GraphApi, id: string, error: unknown): Promise<unknown> {
  try {
    await api.call(deletion(api, id));
    return error;
  } catch {
    return isMailError(error) ? leftBehind(error) : error;
  }
}

const leftBehind = ({ message }: MailError): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    `${message}. Part of the message is left in the mailbox, as a draft or in the destination folder`,
    'Delete that part before you run the item again. The message was not sent.',
  );

/** @param message with its current keywords; absent to leave them unchanged */
function toUpdate(marks: FlagChanges, message?: MessageResource): object {
  const { isRead, isFlagged } = marks;
  const verb = verbProperties(marks);
  return {
    ...(isRead !== undefined && { isRead }),
    ...(isFlagged !== undefined && { flag: { flagStatus: isFlagged ? 'flagged' : 'notFlagged' } }),
    ...(verb.length > 0 && {
      singleValueExtendedProperties: verb.map(([name, value]) => ({
        ...{ id: propertyId(name), value: String(value) },
      })),
    }),
    ...(message && { categories: changedKeywords(message.categories ?? [], marks) }),
  };
}
