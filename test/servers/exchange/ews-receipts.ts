import type { Call, Receipt } from './ews-calls';
import { header } from './ews-fields';
import type { StoredItem } from './mailbox';
import { isTrue } from './xml';

/**
 * What Exchange does by itself where a sender asked for a receipt and the request does not suppress it: it tells them
 * that the message was read, or was deleted unread ("UpdateItem operation", SuppressReadReceipts).
 */
export function sendReceipt(call: Call, item: StoredItem, kind: Receipt['kind']): void {
  const to = header(item, 'disposition-notification-to');
  if (!to || item.isRead || item.isDraft || isTrue(call.request.attributes.SuppressReadReceipts)) return;
  call.receipts.push({ from: call.mailbox.address, to, kind });
}
