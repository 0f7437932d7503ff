import type { Attachment } from 'postal-mime';

import { compose, contentOf, type Content } from './compose';
import {
  attachmentElement,
  attachmentId,
  fileElement,
  isMessage,
  parseAttachmentId,
} from './ews-attachments';
import { answerEach, EwsError, idsIn, itemOf, type Call } from './ews-calls';
import { partIn } from './ews-content';
import { rendering, renderFields } from './ews-render';
import { MESSAGE_FIELDS } from './ews-message-fields';
import { bytesOf, type StoredItem } from './mailbox';
import { child, childrenOf, isTrue, tag, textOf, type Element } from './xml';

const attachments = (...list: string[]): string => tag('m:Attachments', {}, list);

/** An attachment, the item that holds it, and the path to it from the item in the folder. */
interface Held {
  item: StoredItem;
  path: number[];
  attachment: Attachment;
}

async function heldBy({ mailbox }: Call, id: string): Promise<Held> {
  const known = parseAttachmentId(id);
  let item = [...mailbox.items.values()].find(({ immutableId }) => immutableId.slice(0, 20) === known?.owner);
  for (const [depth, index] of (known?.path ?? []).entries()) {
    const attachment = item?.parsed.attachments[index];
    if (!item || !attachment) break;
    const path = known!.path.slice(0, depth + 1);
    if (path.length === known!.path.length) return { item, path, attachment };
    item = await mailbox.attached(item, path, bytesOf(attachment));
  }
  throw new EwsError('ErrorInvalidAttachmentId', 'The attachment ID is not valid.');
}

/** What an attached message shows, its MIME only where that is asked for ("AttachmentShape"). */
const SHOWN = new Set([
  ...['item:ItemClass', 'item:Subject', 'item:Body', 'item:Attachments', 'item:DateTimeSent', 'item:Size'],
  ...['item:HasAttachments', 'item:Importance', 'item:InternetMessageHeaders', 'item:DateTimeReceived'],
  ...Object.keys(MESSAGE_FIELDS),
]);

export const getAttachment = async (call: Call): Promise<string> =>
  await answerEach(
    call,
    'GetAttachment',
    idsIn(call, 'AttachmentIds'),
    async ({ attributes: { Id = '' } }) => {
      const { item, path, attachment } = await heldBy(call, Id);
      if (!isMessage(attachment)) {
        return attachments(fileElement(item, path, attachment));
      }
      const shape = child(call.request, 'AttachmentShape');
      const inner = await call.mailbox.attached(item, path, bytesOf(attachment));
      const paths = childrenOf(shape, 'AdditionalProperties');
      const wanted = new Set([...SHOWN, ...paths.map(({ attributes }) => attributes.FieldURI ?? '')]);
      if (isTrue(textOf(shape, 'IncludeMimeContent'))) wanted.add('item:MimeContent');
      const how = rendering(shape, call.lookUp);
      const shown = renderFields(inner, wanted, paths, 'GetItem', how);
      return attachments(attachmentElement(item, path, attachment, shown));
    },
    attachments(),
  );

/** Attaches to an item in a folder. */
export const createAttachment = async (call: Call): Promise<string> => {
  const parent = child(call.request, 'ParentItemId')!;
  return await answerEach(
    call,
    'CreateAttachment',
    idsIn(call, 'Attachments'),
    async (element: Element) => {
      const item = itemOf(call, parent);
      const part = await partIn(element);
      const before = contentOf(item.parsed);
      await rewrite(call, item, { ...before, parts: [...before.parts, part] });
      const index = item.parsed.attachments.findLastIndex(({ filename }) => (filename ?? '') === part.name);
      const id = { Id: attachmentId(item, [index]), RootItemId: item.id, RootItemChangeKey: item.changeKey };
      const name = `t:${element.name}`;
      return attachments(tag(name, {}, tag('t:AttachmentId', id)));
    },
    attachments(),
  );
};

export const deleteAttachment = async (call: Call): Promise<string> =>
  await answerEach(
    call,
    'DeleteAttachment',
    idsIn(call, 'AttachmentIds'),
    async ({ attributes: { Id = '' } }) => {
      const { item, path } = await heldBy(call, Id);
      const content = contentOf(item.parsed);
      await rewrite(call, item, { ...content, parts: content.parts.filter((_, index) => index !== path[0]) });
      return tag('m:RootItemId', { RootItemId: item.id, RootItemChangeKey: item.changeKey });
    },
  );

async function rewrite({ mailbox }: Call, item: StoredItem, content: Content): Promise<void> {
  await mailbox.rewrite(item, await compose(content));
}
