import { isMailError } from '../errors';
import type { BatchResult, MoveResult } from '../model/client';
import { afterLoss } from './batch-result';
import { findInTrash } from './in-trash';
import type { ExchangeParts } from './parts';

/** `MailClient.deleteMessages` for Exchange. */
export async function deleteMessages(
  parts: Pick<ExchangeParts, 'changer' | 'folders' | 'reader'>,
  ids: readonly string[],
  { permanently }: { permanently: boolean },
): Promise<BatchResult<MoveResult>> {
  const { changer } = parts;
  if (permanently) return await changer.delete(ids);
  const { inTrash: there, refused } = await findInTrash(parts, ids);
  const inTrash = ids.filter((id) => there.has(id));
  const others = ids.filter((id) => !there.has(id) && !refused.has(id));
  const moved: BatchResult<MoveResult> =
    others.length > 0 ? await changer.move(others, '\\Trash') : new Map();
  const deleting = inTrash.length > 0 ? changer.delete(inTrash) : undefined;
  const deleted = await deleting?.catch((error: unknown) => {
    if (!isMailError(error) || moved.size === 0) throw error;
    return inTrash.map((id) => [id, afterLoss(error)] as const);
  });
  return new Map([...refused, ...moved, ...(deleted ?? [])]);
}
