import { forEachItem } from '../shared/each-item';
import { readSaveToSent } from '../message/send/read-message';
import { sentJson, warnOf } from '../message/send/sent';
import { DRAFT_ID } from '../fields/id-field';
import { SENDING_OPTIONS } from './fields';
import { readOptions } from '../fields/options';
import { DRAFT, readId } from '../fields/read-ids';
import { defineOperation } from '../operation';

export const send = defineOperation({
  value: 'send',
  name: 'Send',
  action: 'Send a draft',
  description: 'Send a draft and remove it from the drafts folder',
  fields: [...DRAFT_ID, SENDING_OPTIONS],
  // Never repeated: the message could be sent twice.
  execute: forEachItem({ repeatable: false }, async (context, itemIndex, { use }) => {
    const id = readId(context, itemIndex, DRAFT);
    const saveToSent = readSaveToSent(readOptions(context, itemIndex));
    const sent = await use(async (client) => await client.sendDraft(id, { saveToSent }));
    warnOf(context, sent, itemIndex);
    return [{ json: { ...sentJson({}, sent), draftId: id, draftRemoved: sent.draftKept === undefined } }];
  }),
});
