import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { mailboxOf } from '../../../../mail/account/session-settings';
import { readMessage } from '../message/send/read-message';
import { draftJson } from '../message/send/sent';
import type { ItemSession } from '../shared/each-item';

/** Saves a draft from the node's fields. Never repeated, because it could be saved twice. */
export async function save(
  context: IExecuteFunctions,
  itemIndex: number,
  { session, use }: ItemSession,
  replaces?: string,
): Promise<IDataObject> {
  const message = readMessage(context, mailboxOf((await session()).settings), itemIndex);
  const saved = await use(async (client) => await client.saveDraft(message, { replaces }));
  return {
    ...draftJson(message, saved),
    ...(replaces === undefined ? {} : { previousId: replaces }),
  };
}
