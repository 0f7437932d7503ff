import { mailboxOf } from '../../../../mail/account/session-settings';
import { forEachItem } from '../shared/each-item';
import { FIELDS } from './send/fields';
import { readMessage } from './send/read-message';
import { sentJson, warnOf } from './send/sent';
import { defineOperation } from '../operation';

/** Sends one message for each item, in order, over one connection. */
export const send = defineOperation({
  value: 'send',
  name: 'Send',
  action: 'Send a message',
  description: 'Send one message for each item',
  fields: FIELDS,
  // Never repeated: the message could be sent twice.
  execute: forEachItem({ repeatable: false }, async (context, itemIndex, { session, use }) => {
    const { settings } = await session();
    const { saveToSent, ...message } = readMessage(context, mailboxOf(settings), itemIndex);
    const sent = await use(async (client) => await client.send(message, { saveToSent }));
    warnOf(context, sent, itemIndex);
    return [{ json: sentJson(message, sent) }];
  }),
});
