import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import { mailboxOf } from '../../../../mail/account/session-settings';
import { findSession } from '../../../../n8n/run/session';
import { sessionName } from '../../../../n8n/run/session-parameter';
import { readMessage } from '../message/send/read-message';
import { textOf } from '../fields/read-parameters';

/** @throws {MailError} INVALID_INPUT */
export function readDraftId(context: IExecuteFunctions, itemIndex: number): string {
  const id = textOf(context.getNodeParameter('draftId', itemIndex, '')).trim();
  if (id) return id;
  throw invalidInput('Draft ID', 'it is empty', 'Use the field "id" of a draft.');
}

/** Saves what the node's fields say, once. */
export async function save(
  context: IExecuteFunctions,
  itemIndex: number,
  replaces?: string,
): Promise<IDataObject> {
  const session = await findSession(context, sessionName(context, itemIndex));
  const message = readMessage(context, mailboxOf(session.settings), itemIndex);
  const saved = await session.use(async (client) => await client.saveDraft(message, { replaces }), {
    // Another attempt could save it twice.
    repeatable: false,
  });
  const { from, to, cc, bcc, subject } = message;
  return {
    ...saved,
    from,
    to,
    cc,
    bcc,
    subject,
    ...(replaces === undefined ? {} : { previousId: replaces }),
  };
}
