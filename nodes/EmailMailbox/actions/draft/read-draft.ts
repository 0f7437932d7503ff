import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import { mailboxOf } from '../../../../mail/account/session-settings';
import { readMessage } from '../message/send/read-message';
import { draftJson } from '../message/send/sent';
import { textOf } from '../fields/read-parameters';
import type { ItemSession } from '../shared/each-item';

/** @throws {MailError} INVALID_INPUT */
export function readDraftId(context: IExecuteFunctions, itemIndex: number): string {
  const id = textOf(context.getNodeParameter('draftId', itemIndex, '')).trim();
  if (id) return id;
  throw invalidInput('Draft ID', 'it is empty', 'Use the field "id" of a draft.');
}

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
