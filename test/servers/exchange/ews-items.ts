import { answerEach, EwsError, folderOf, idsIn, itemOf, type Call } from './ews-calls';
import { kindOf } from './ews-classes';
import { sendReceipt } from './ews-receipts';
import { renderId, renderItem } from './ews-render';
import type { StoredItem } from './mailbox';
import { child, isTrue, tag, textOf } from './xml';

export const items = (...list: string[]): string => tag('m:Items', {}, list);
export const NO_ITEMS = items();

export const getItem = async (call: Call): Promise<string> =>
  await answerEach(
    call,
    'GetItem',
    idsIn(call, 'ItemIds'),
    (id) => items(renderItem(call, itemOf(call, id), child(call.request, 'ItemShape'), 'GetItem')),
    NO_ITEMS,
  );

const relocate = (operation: 'MoveItem' | 'CopyItem') => async (call: Call) =>
  await answerEach(
    call,
    operation,
    idsIn(call, 'ItemIds'),
    (id) => {
      const target = folderOf(call, child(call.request, 'ToFolderId')?.children[0]).id;
      const item = itemOf(call, id);
      const result =
        operation === 'MoveItem' ? call.mailbox.move(item, target) : call.mailbox.copy(item, target);
      const returned = textOf(call.request, 'ReturnNewItemIds');
      return items(returned === undefined || isTrue(returned) ? renderId(result) : '');
    },
    NO_ITEMS,
  );
export const moveItem = relocate('MoveItem');
export const copyItem = relocate('CopyItem');

export const deleteItem = async (call: Call): Promise<string> =>
  await answerEach(call, 'DeleteItem', idsIn(call, 'ItemIds'), (id) => {
    const item = itemOf(call, id);
    assertDecided(call, item);
    sendReceipt(call, item, 'not read');
    if (call.request.attributes.DeleteType === 'MoveToDeletedItems') {
      call.mailbox.move(item, call.mailbox.distinguished('deleteditems')!.id);
    } else call.mailbox.items.delete(item.id);
    return '';
  });

/** Who deletes a meeting or a task says who is to be told, and what of a series goes ("DeleteItem operation"). */
function assertDecided({ request: { attributes } }: Call, { itemClass }: StoredItem): void {
  const { element } = kindOf(itemClass);
  if (element === 't:CalendarItem' && attributes.SendMeetingCancellations === undefined) {
    const message = 'SendMeetingCancellations attribute is required for Calendar items.';
    throw new EwsError('ErrorSendMeetingCancellationsRequired', message);
  }
  if (element === 't:Task' && attributes.AffectedTaskOccurrences === undefined) {
    const message = 'AffectedTaskOccurrences attribute is required for Task items.';
    throw new EwsError('ErrorAffectedTaskOccurrencesRequired', message);
  }
}
