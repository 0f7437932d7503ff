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

import type { MailClient } from './mail/model/client';
import type { UseOptions } from './mail/session/session';
import { toNodeError } from './n8n/errors';
import { findSession } from './n8n/run/session';

export { MAIL_ERROR_CODES, isMailError } from './mail/errors';
export type { MailError, MailErrorCode, Retry } from './mail/errors';
export type { ChangesOptions, Cursor, FolderChanges } from './mail/model/changes';
export type {
  AttachmentRequest,
  BatchResult,
  FlagChanges,
  FolderState,
  MailClient,
  MoveResult,
  StoredMessage,
} from './mail/model/client';
export type { FailedMessages } from './mail/model/failed-messages';
export type { Folder, FolderClient, FolderCounts, Quota, SpecialUse, Usage } from './mail/model/folder';
export type {
  Address,
  AttachmentDownload,
  AttachmentInfo,
  Message,
  MessageContent,
  MessageDownload,
} from './mail/model/message';
export type {
  FailedFolders,
  LeftOut,
  MessageSearch,
  SearchedFolders,
  Sort,
} from './mail/model/message-search';
export type {
  HeaderField,
  Importance,
  OutgoingAttachment,
  OutgoingMessage,
  RejectedRecipient,
  SaveToSent,
  SavedDraft,
  SendOptions,
  SentCopy,
  SentMessage,
} from './mail/model/outgoing';
export type { FetchOptions, MessageQuery, WholeSubject } from './mail/model/query';
export type { ThreadOptions, ThreadReference } from './mail/model/thread';
export type { UseOptions } from './mail/session/session';

/** A mail session of the workflow run. It shows neither its settings nor its login. */
export interface EmailSession {
  readonly name: string;

  /**
   * Runs work on the session's connection, which is opened again if it was lost. Do not keep the client after the
   * work.
   *
   * @throws {MailError} with one of `MAIL_ERROR_CODES`; other errors of the work are passed on
   */
  use<T>(work: (client: MailClient) => Promise<T>, options: UseOptions): Promise<T>;
}

/**
 * The session of this name in the workflow run of the calling node. It closes with the run.
 *
 * @param context of the calling node: its `this` in `execute`
 * @param name as given to Email Connect
 * @param itemIndex of the input item that an error is shown for
 * @throws {NodeOperationError} if the run has no such session and none can be opened
 */
export async function emailSession(
  context: IExecuteFunctions,
  name = 'Default',
  itemIndex = 0,
): Promise<EmailSession> {
  try {
    const session = await findSession(context, name);
    // The session object holds its settings, so only a function is given out.
    return Object.freeze<EmailSession>({
      name: session.name,
      use: async (work, options) => await session.use(work, options),
    });
  } catch (error) {
    throw toNodeError(context.getNode(), error, itemIndex);
  }
}
