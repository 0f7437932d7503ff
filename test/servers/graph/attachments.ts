import type { StoredItem } from '../exchange/mailbox';
import { attachmentIndexes, attachmentJson } from './attachments-json';
import { itemOf, parameter, type Call, type Reply } from './call';
import { contentOf, type Part } from '../exchange/compose';
import { rewrite } from './rewrite';
import { MAX_POSTED, partFrom } from './content-json';
import { badRequest, GraphError, notFound } from './errors';
import { attachmentIdOf, messageIdOf, parseAttachmentId } from './ids';
import { parseSelect } from './options';
import { paged } from './paging';

/** Graph takes no larger attachment (learn.microsoft.com/graph/outlook-large-attachments). */
const MAX_UPLOADED = 150 * 1024 * 1024;

export function listAttachments(call: Call): Reply {
  const item = itemOf(call, call.ids[0]!);
  const select = parseSelect(call.query.get('$select'));
  const all = attachmentIndexes(item);
  return paged(call, all, (index) => attachmentJson(item, index, call.immutable, select), all.length);
}

export function getAttachment(call: Call): Reply {
  const { item, index } = attachmentOf(call);
  return {
    status: 200,
    body: attachmentJson(item, index, call.immutable, parseSelect(call.query.get('$select'))),
  };
}

export function getAttachmentContent(call: Call): Reply {
  const { item, index } = attachmentOf(call);
  const attachment = item.parsed.attachments[index];
  if (!attachment) {
    throw new GraphError(405, 'ErrorInvalidRequest', 'This attachment does not have a value.');
  }
  const { content, mimeType } = attachment;
  return { status: 200, headers: { 'Content-Type': mimeType }, body: Buffer.from(content as ArrayBuffer) };
}

function attachmentOf(call: Call): { item: StoredItem; index: number } {
  const item = itemOf(call, call.ids.at(-2)!);
  const { message, index } = parseAttachmentId(call.ids.at(-1)!);
  if (itemOf(call, message) === item && attachmentIndexes(item).includes(index)) return { item, index };
  throw notFound();
}

export async function addAttachment(call: Call): Promise<Reply> {
  const item = itemOf(call, call.ids[0]!);
  const index = await attach(call, item, partFrom(call.json));
  return { status: 201, body: attachmentJson(item, index, call.immutable, undefined) };
}

/** Where it is now among the message's attachments. */
async function attach({ mailbox }: Call, item: StoredItem, part: Part): Promise<number> {
  const content = contentOf(item.parsed);
  await rewrite(mailbox, item, { ...content, parts: [...content.parts, part] });
  const { attachments } = item.parsed;
  return attachments.findLastIndex(({ filename }) => (filename ?? '') === part.name);
}

interface AttachmentItem {
  attachmentType?: string;
  name?: string;
  size?: number;
  contentType?: string;
  isInline?: boolean;
  contentId?: string;
}

/** `POST /messages/{id}/attachments/createUploadSession` */
export function createUploadSession(call: Call): Reply {
  const item = itemOf(call, call.ids[0]!);
  const file = (parameter(call.json, 'AttachmentItem') ?? {}) as AttachmentItem;
  const { attachmentType, name, size, contentType, isInline, contentId } = file;
  if (attachmentType !== 'file' || !name || size === undefined) {
    throw badRequest('The attachment has to be a file with a name and a size.', 'ErrorInvalidRequest');
  }
  if (size < MAX_POSTED) {
    const message = 'The attachment size should not be less than the minimum size.';
    throw badRequest(message, 'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize');
  }
  if (size > MAX_UPLOADED) {
    throw badRequest('The attachment exceeds the maximum size.', 'ErrorAttachmentSizeLimitExceeded');
  }
  const session = call.world.uploads.open(size, async (content) => {
    // The message may have moved meanwhile.
    const now = [...call.mailbox.items.values()].find(({ immutableId }) => immutableId === item.immutableId);
    if (!now) throw notFound();
    const index = await attach(call, now, {
      name,
      contentType: contentType ?? 'application/octet-stream',
      isInline: isInline ?? false,
      contentId: contentId?.replace(/^<|>$/g, ''),
      content,
    });
    const id = attachmentIdOf(now, index, call.immutable);
    const message = messageIdOf(now, call.immutable);
    return `/api/v2.0/Users('${call.mailbox.address}')/Messages('${message}')/Attachments('${id}')`;
  });
  return {
    status: 201,
    body: {
      '@odata.context': `${call.world.origin}/v1.0/$metadata#microsoft.graph.uploadSession`,
      uploadUrl: call.world.origin + session.path,
      ...session.state(),
    },
  };
}
