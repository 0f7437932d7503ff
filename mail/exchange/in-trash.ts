import { isMailError, type MailError } from '../errors';
import type { BatchResult } from '../model/client';
import type { ExchangeParts } from './parts';

/** Ids on one page of a list. */
const PAGE = 1000;

/** Which of some messages are in the trash. */
interface InTrash {
  inTrash: ReadonlySet<string>;
  /** The messages whose folder Exchange did not tell. */
  refused: ReadonlyMap<string, MailError>;
}

/**
 * Finds out which messages are in the trash: by the list of the trash, if that takes fewer requests, else by the folder
 * of each message.
 *
 * @throws {MailError}
 */
export async function findInTrash(
  { folders, reader }: Pick<ExchangeParts, 'folders' | 'reader'>,
  ids: readonly string[],
): Promise<InTrash> {
  const { id: trash, folder } = await folders.find('\\Trash');
  const most = PAGE * (Math.ceil(ids.length / reader.batch) - 1);
  if ((folder.counts?.total ?? 0) < most) {
    // There may be more by now.
    const listed = await reader.find('\\Trash', {}, most, new Map());
    if (listed.length < most) return { inTrash: new Set(listed), refused: new Map() };
  }
  const places: BatchResult<string> = await reader.foldersOf(ids);
  const inTrash = new Set<string>();
  const refused = new Map<string, MailError>();
  for (const [id, place] of places) {
    if (isMailError(place)) refused.set(id, place);
    else if (place === trash) inTrash.add(id);
  }
  return { inTrash, refused };
}
