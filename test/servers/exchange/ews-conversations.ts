import { answerEach, EwsError, folderOf, idsIn, type Call } from './ews-calls';
import { conversationOf } from './ews-fields';
import { renderItem } from './ews-render';
import type { StoredItem } from './mailbox';
import { child, childrenOf, tag, textOf, value } from './xml';

/** "GetConversationItems operation": all items of a conversation, in whatever folder, by the message that each is. */
export const getConversationItems = async (call: Call): Promise<string> =>
  await answerEach(call, 'GetConversationItems', idsIn(call, 'Conversations'), (conversation) => {
    const { mailbox, request } = call;
    const id = child(conversation, 'ConversationId')?.attributes.Id ?? '';
    const ignored = new Set([
      ...childrenOf(request, 'FoldersToIgnore').map((folder) => folderOf(call, folder).id),
      mailbox.distinguished('recoverableitemsdeletions')!.id,
    ]);
    const items = [...mailbox.items.values()].filter(
      (item) => conversationOf(item) === id && !ignored.has(item.folderId),
    );
    if (items.length === 0) {
      throw new EwsError('ErrorItemNotFound', 'The specified object was not found in the store.');
    }
    const isDescending = textOf(request, 'SortOrder')?.endsWith('Descending') ?? false;
    const byTime = items.toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
    const inOrder = isDescending ? byTime.reverse() : byTime;
    const most = Math.min(Number(textOf(request, 'MaxItemsToReturn') ?? Infinity), call.conversationLimit);
    return tag('m:Conversation', {}, [
      tag('t:ConversationId', { Id: id }),
      value('t:SyncState', Buffer.from(id).toString('base64')),
      tag('t:ConversationNodes', {}, nodes(call, inOrder.slice(0, most))),
    ]);
  });

/** Copies of a message are one node. */
function nodes(call: Call, items: readonly StoredItem[]): string[] {
  const byMessage = new Map<string, StoredItem[]>();
  for (const item of items) {
    const key = item.parsed.messageId ?? item.immutableId;
    byMessage.set(key, [...(byMessage.get(key) ?? []), item]);
  }
  return [...byMessage.values()].map((copies) =>
    tag('t:ConversationNode', {}, [
      value('t:InternetMessageId', copies[0]!.parsed.messageId ?? ''),
      tag(
        't:Items',
        {},
        copies.map((item) => renderItem(call, item, child(call.request, 'ItemShape'), 'FindItem')),
      ),
    ]),
  );
}
