import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { FailedMessages } from '../../../../mail/model/failed-messages';

/**
 * Names the messages that the server has and did not give, beside those that it gave: in a warning of the node, and in
 * the field `failed` of the first item. A list that is short of some is no plain success.
 *
 * @param items that one input item has given
 * @throws {MailError} the first of the failures, where there is no item
 */
export function nameFailed(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
  failed: FailedMessages,
): void {
  const [first] = failed.values();
  if (!first) return;
  const [item] = items;
  if (!item) throw first;
  item.json.failed = [...failed].map(([id, { message }]) => ({ id, error: message }));
  context.addExecutionHints({
    type: 'warning',
    location: 'outputPane',
    message: `The server did not give ${failed.size} of the messages. They are named in the field "failed" of the first item. ${first.message}. ${first.description}`,
  });
}
