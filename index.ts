/**
 * For other packages' nodes: work on a mail session that an Email Connect node of the same workflow opened.
 *
 * @example
 * import { emailSession } from 'n8n-nodes-email-session';
 *
 * const session = await emailSession(this, 'Default');
 * const messages = await session.use(
 *   async (client) => await client.listMessages('INBOX', { isRead: false }, { content: false }, 50),
 *   { repeatable: true },
 * );
 */
import type { IExecuteFunctions } from 'n8n-workflow';

import type { Session } from './mail/session/session';
import { toNodeError } from './n8n/errors';
import { findSession } from './n8n/run/session';

export type { MailClient } from './mail/model/client';
export type { MailError, MailErrorCode } from './mail/errors';
export type {
  Address,
  AttachmentDownload,
  AttachmentInfo,
  Message,
  MessageContent,
} from './mail/model/message';
export type { MessageQuery, FetchOptions as Wanted } from './mail/model/query';
export type { Session } from './mail/session/session';

/**
 * The session of this name in the workflow run of the calling node. It closes with the run.
 *
 * @param context of the calling node: its `this` in `execute`
 * @param name as given to Email Connect
 * @param itemIndex of the input item that an error is shown for
 * @throws {NodeOperationError} where the run has no such session and none can be opened
 */
export async function emailSession(
  context: IExecuteFunctions,
  name = 'Default',
  itemIndex = 0,
): Promise<Session> {
  try {
    return await findSession(context, name);
  } catch (error) {
    throw toNodeError(context.getNode(), error, itemIndex);
  }
}
