import type { ExchangeMailbox, StoredItem } from '../exchange/mailbox';
import { compose, type Content } from '../exchange/compose';
import { GraphError } from './errors';

/** Gives an item another content, unless it was changed meanwhile: then one change would undo the other. */
export async function rewrite(mailbox: ExchangeMailbox, item: StoredItem, content: Content): Promise<void> {
  const { changeKey } = item;
  const mime = await compose(content);
  if (item.changeKey === changeKey && mailbox.items.has(item.id)) return await mailbox.rewrite(item, mime);
  throw new GraphError(
    412,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  );
}
