import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { newestMessages, type NewestMessages } from '../../mail/model/newest';
import { askForEditor } from './editor-sessions';

const LIMIT = 50;

const MESSAGES = { of: 'messages', instead: 'the message "By ID"' };
const DRAFTS = { of: 'drafts', instead: 'the draft "By ID"' };

/** The messages of an account, with the account. */
export interface AccountMessages extends NewestMessages {
  /** The mailbox that the session opens. */
  account: string;
}

/**
 * The newest messages of the inbox of a session that this user opened lately.
 *
 * @param text in the subject or the sender; empty for all
 * @throws {MailError} as `askForEditor`
 */
export async function messagesForEditor(
  context: ILoadOptionsFunctions,
  sessionName: string,
  text: string,
): Promise<AccountMessages> {
  const { account, answer } = await askForEditor(
    context,
    sessionName,
    MESSAGES,
    async (client, searchable) =>
      await newestMessages(client, 'INBOX', { text, party: 'from', limit: LIMIT, searchable }),
  );
  return { account, ...answer };
}

/**
 * The same for the newest drafts, with the recipients in place of the sender.
 *
 * @throws {MailError} as `askForEditor`; NOT_SUPPORTED if the protocol keeps no drafts
 */
export async function draftsForEditor(
  context: ILoadOptionsFunctions,
  sessionName: string,
  text: string,
): Promise<AccountMessages> {
  const { account, answer } = await askForEditor(context, sessionName, DRAFTS, async (client, searchable) => {
    client.assertKeepsDrafts();
    return await newestMessages(client, '\\Drafts', { text, party: 'to', limit: LIMIT, searchable });
  });
  return { account, ...answer };
}
