import { answerEach, EwsError, folderOf, idsIn, itemOf, type Call } from './ews-calls';
import { attachmentElement, attachmentId, fieldValue, renderItem } from './ews-fields';
import { meets } from './ews-restriction';
import type { StoredItem } from './mailbox';
import { child, childrenOf, tag, textOf, type Element } from './xml';

const itemId = ({ id, changeKey }: StoredItem): string => tag('t:ItemId', { Id: id, ChangeKey: changeKey });
const items = (...list: string[]): string => tag('m:Items', {}, list);
const NO_ITEMS = items();

/** Exchange gives at most this many items for one FindItem, whatever was asked for. */
const MAX_PAGE = 1000;

export const findItem = async (call: Call): Promise<string> =>
  await answerEach('FindItem', idsIn(call, 'ParentFolderIds'), (id) => {
    const { request, mailbox } = call;
    const restriction = child(request, 'Restriction')?.children[0];
    const found = mailbox
      .itemsIn(folderOf(call, id).id)
      .filter((item) => !restriction || meets(item, restriction, fieldValue));
    const sorted = sortedBy(found, childrenOf(request, 'SortOrder'));
    const view = child(request, 'IndexedPageItemView')?.attributes ?? {};
    const start = Number(view.Offset ?? 0);
    const end = Math.min(
      start + Math.min(Number(view.MaxEntriesReturned ?? MAX_PAGE), MAX_PAGE),
      sorted.length,
    );
    const page = sorted
      .slice(start, end)
      .map((item) => renderItem(item, child(request, 'ItemShape'), 'FindItem'));
    return tag(
      'm:RootFolder',
      {
        IndexedPagingOffset: end,
        TotalItemsInView: sorted.length,
        IncludesLastItemInRange: end >= sorted.length,
      },
      tag('t:Items', {}, page),
    );
  });

function sortedBy(found: StoredItem[], orders: readonly Element[]): StoredItem[] {
  // Without an order the newest comes first, as in Outlook's default view.
  const [order] = orders;
  const key = (item: StoredItem) =>
    order ? Number(fieldValue(item, order.children[0]!)) : item.receivedAt.getTime();
  const direction = order?.attributes.Order === 'Ascending' ? 1 : -1;
  return found.reverse().sort((a, b) => direction * (key(a) - key(b)));
}

export const getItem = async (call: Call): Promise<string> =>
  await answerEach(
    'GetItem',
    idsIn(call, 'ItemIds'),
    (id) => items(renderItem(itemOf(call, id), child(call.request, 'ItemShape'), 'GetItem')),
    NO_ITEMS,
  );

const relocate = (operation: 'MoveItem' | 'CopyItem') => async (call: Call) =>
  await answerEach(
    operation,
    idsIn(call, 'ItemIds'),
    (id) => {
      const target = folderOf(call, child(call.request, 'ToFolderId')?.children[0]).id;
      const item = itemOf(call, id);
      const result =
        operation === 'MoveItem' ? call.mailbox.move(item, target) : call.mailbox.copy(item, target);
      return items(
        textOf(call.request, 'ReturnNewItemIds') === 'false' ? '' : tag('t:Message', {}, itemId(result)),
      );
    },
    NO_ITEMS,
  );
export const moveItem = relocate('MoveItem');
export const copyItem = relocate('CopyItem');

export const deleteItem = async (call: Call): Promise<string> =>
  await answerEach('DeleteItem', idsIn(call, 'ItemIds'), (id) => {
    const item = itemOf(call, id);
    if (call.request.attributes.DeleteType === 'MoveToDeletedItems') {
      call.mailbox.move(item, call.mailbox.distinguished('deleteditems')!.id);
    } else call.mailbox.items.delete(item.id);
    return '';
  });

export const updateItem = async (call: Call): Promise<string> =>
  await answerEach(
    'UpdateItem',
    idsIn(call, 'ItemChanges'),
    (change) => {
      const item = itemOf(call, child(change, 'ItemId')!);
      const changes: Partial<StoredItem> = {};
      for (const update of childrenOf(change, 'Updates')) applyUpdate(item, changes, update);
      call.mailbox.change(item, changes);
      const conflicts = tag('m:ConflictResults', {}, tag('t:Count', {}, '0'));
      return items(tag('t:Message', {}, itemId(item))) + conflicts;
    },
    NO_ITEMS,
  );

function applyUpdate(item: StoredItem, changes: Partial<StoredItem>, update: Element): void {
  const [path, message] = update.children;
  const { FieldURI = '', PropertyTag = '' } = path!.attributes;
  const name = FieldURI || String(Number(PropertyTag));
  const cleared = update.name === 'DeleteItemField';
  const set = message?.children[0];
  if (name === 'message:IsRead') changes.isRead = set?.text === 'true';
  else if (name === 'item:Flag') changes.isFlagged = textOf(set, 'FlagStatus') === 'Flagged';
  else if (name === 'item:Categories')
    changes.categories = cleared ? [] : childrenOf(message, 'Categories').map(({ text }) => text);
  else if (name === String(0x1090)) changes.isFlagged = !cleared && textOf(set, 'Value') === '2';
  else if (name === String(0x1081)) changes.lastVerb = cleared ? undefined : Number(textOf(set, 'Value'));
  else if (name === String(0x1080)) return;
  else if (name === 'item:MimeContent')
    throw new EwsError('ErrorInvalidPropertySet', `Set action is invalid for property. ${item.id}`);
  else throw new EwsError('ErrorInvalidPropertySet', `Set action is invalid for property ${name}.`);
}

export async function createItem(call: Call): Promise<string> {
  const { request, mailbox } = call;
  const disposition = request.attributes.MessageDisposition ?? 'SaveOnly';
  const target = child(request, 'SavedItemFolderId')?.children[0];
  return await answerEach(
    'CreateItem',
    idsIn(call, 'Items'),
    async (message) => {
      const mime = Buffer.from(textOf(message, 'MimeContent') ?? '', 'base64');
      if (mime.length === 0) throw new EwsError('ErrorMimeContentInvalid', 'There was no MIME content.');
      if (disposition === 'SaveOnly') {
        const folder = target ? folderOf(call, target) : mailbox.distinguished('drafts')!;
        const saved = await mailbox.add(folder.id, mime, stateOf(message));
        return items(tag('t:Message', {}, itemId(saved)));
      }
      await call.send(mime, mailbox.address);
      if (disposition === 'SendAndSaveCopy') {
        const folder = target ? folderOf(call, target) : mailbox.distinguished('sentitems')!;
        await mailbox.add(folder.id, mime, { isRead: true });
      }
      return NO_ITEMS;
    },
    NO_ITEMS,
  );
}

/** The properties that a new item has beside its MIME. */
function stateOf(message: Element) {
  // PidTagMessageFlags: 1 read, 8 unsent. Without it an item that is created is a draft.
  const extended = message.children.filter(({ name }) => name === 'ExtendedProperty');
  const property = (tagNumber: number) =>
    extended.find((one) => Number(child(one, 'ExtendedFieldURI')?.attributes.PropertyTag) === tagNumber);
  const flags = Number(textOf(property(0x0e07), 'Value') ?? 8);
  const time = textOf(property(0x0e06), 'Value');
  return {
    isRead: textOf(message, 'IsRead') === 'true' || (flags & 1) === 1,
    isDraft: (flags & 8) === 8,
    isFlagged:
      textOf(message, 'Flag', 'FlagStatus') === 'Flagged' || textOf(property(0x1090), 'Value') === '2',
    categories: childrenOf(message, 'Categories').map(({ text }) => text),
    receivedAt: time ? new Date(time) : undefined,
  };
}

export const sendItem = async (call: Call): Promise<string> =>
  await answerEach('SendItem', idsIn(call, 'ItemIds'), async (id) => {
    const item = itemOf(call, id);
    await call.send(item.mime, call.mailbox.address);
    call.mailbox.items.delete(item.id);
    if (call.request.attributes.SaveItemToFolder === 'true') {
      const target = child(call.request, 'SavedItemFolderId')?.children[0];
      const folder = target ? folderOf(call, target) : call.mailbox.distinguished('sentitems')!;
      await call.mailbox.add(folder.id, item.mime, { isRead: true });
    }
    return '';
  });

export const getAttachment = async (call: Call): Promise<string> =>
  await answerEach(
    'GetAttachment',
    idsIn(call, 'AttachmentIds'),
    ({ attributes: { Id } }) => {
      for (const item of call.mailbox.items.values()) {
        const index = item.parsed.attachments.findIndex((_, i) => attachmentId(item, i) === Id);
        if (index >= 0) return tag('m:Attachments', {}, attachmentElement(item, index, true));
      }
      throw new EwsError('ErrorInvalidAttachmentId', 'The attachment ID is not valid.');
    },
    tag('m:Attachments', {}),
  );
