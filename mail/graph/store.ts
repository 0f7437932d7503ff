import type { MoveResult, StoredMessage } from '../model/client';
import { changeOnce } from '../exchange/once';
import { messageFlags } from '../exchange/properties';
import type { FolderEntry } from '../exchange/folder-tree';
import type { GraphApi } from './api';
import { SMALL, attach, sized, toResource } from './attach';
import { assertGiven, takeBack } from './change';
import { fromMime, type FileAttachment, type MimeParts } from './from-mime';
import type { MessageResource } from './resources';
import { propertyId } from './selection';
import { folderPath } from './paths';

/** Maximum total size of the attachments in the same request as the message: a request has up to 4 MB, in base64. */
const TOGETHER = 2_500_000;

/** Stores messages in folders. */
export class GraphStore {
  constructor(private readonly api: GraphApi) {}

  async append({ id: folderId, folder }: FolderEntry, stored: StoredMessage): Promise<MoveResult> {
    const { message, attachments } = await fromMime(stored.content);
    const [first, later] = divided(attachments);
    const body = {
      ...asStored(message, stored),
      ...(first.length > 0 && { attachments: first.map(toResource) }),
    };
    const path = `${folderPath(folderId)}/messages`;
    const { id } = await changeOnce(this.api.call<Partial<MessageResource>>({ method: 'POST', path, body }));
    if (later.length > 0) await this.complete(assertGiven(id), later);
    return { folder: folder.path, id };
  }

  /** Adds the remaining attachments. If that fails, the incomplete message is deleted. */
  private async complete(id: string, attachments: readonly FileAttachment[]): Promise<void> {
    try {
      for (const one of attachments) await attach(this.api, id, sized(one));
    } catch (error) {
      throw await takeBack(this.api, id, error);
    }
  }
}

/** The attachments sent with the message itself, and those sent afterwards. */
function divided(attachments: readonly FileAttachment[]): [first: FileAttachment[], later: FileAttachment[]] {
  let left = TOGETHER;
  const first: FileAttachment[] = [];
  const later: FileAttachment[] = [];
  for (const one of attachments) {
    const fits = one.content.length <= Math.min(left, SMALL);
    if (fits) left -= one.content.length;
    (fits ? first : later).push(one);
  }
  return [first, later];
}

function asStored(message: MimeParts['message'], { marks, receivedAt = new Date() }: StoredMessage): object {
  const { isRead = false, isDraft = false, isFlagged = false, addKeywords = [] } = marks;
  return {
    ...message,
    isRead,
    ...(isFlagged && { flag: { flagStatus: 'flagged' } }),
    ...(addKeywords.length > 0 && { categories: addKeywords }),
    singleValueExtendedProperties: [
      ...(message.singleValueExtendedProperties as object[]),
      { id: propertyId('messageFlags'), value: String(messageFlags({ isRead, isDraft })) },
      { id: propertyId('deliveryTime'), value: receivedAt.toISOString() },
    ],
  };
}
