/*
 * A node of another package, written with nothing but what n8n-nodes-email-session exports. It is compiled, and never
 * run: that shows that a node author can name whatever the door hands out, in the types of their own package too.
 */
import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import {
  MAIL_ERROR_CODES,
  emailSession,
  isMailError,
  type Address,
  type AttachmentDownload,
  type AttachmentInfo,
  type BatchResult,
  type EmailSession,
  type FetchOptions,
  type FlagChanges,
  type Folder,
  type MailClient,
  type MailError,
  type MailErrorCode,
  type Message,
  type MessageQuery,
  type MoveResult,
  type OutgoingMessage,
  type Retry,
  type SentMessage,
  type SpecialUse,
  type StoredMessage,
  type UseOptions,
} from 'n8n-nodes-email-session';

const UNREAD: MessageQuery = { isRead: false };
const WANTED: FetchOptions = { content: false, attachments: true };
const READ_ONLY: UseOptions = { repeatable: true };
const WITHOUT_REPEATING: UseOptions = { repeatable: false };
const ARCHIVE: SpecialUse = '\\Archive';
const SEEN: FlagChanges = { isRead: true, addKeywords: ['seen-by-robot'] };

// What these give is inferred, so the declarations that are made of them have to name the types themselves.
export const foldersOf = async (session: EmailSession) =>
  await session.use(async (client) => await client.listFolders({ counts: true }), READ_ONLY);
export const newest = async (client: MailClient) => await client.listMessages('INBOX', UNREAD, WANTED, 10);
export const move = async (client: MailClient, ids: string[]) => await client.moveMessages(ids, ARCHIVE);
export const downloads = (client: MailClient, ids: string[]) => client.openMessages(ids);
export const attachments = (client: MailClient, message: Message) =>
  client.openAttachments(message.attachments.map((one) => ({ ...one, id: message.id })));
export const draft = async (client: MailClient, message: OutgoingMessage) => await client.saveDraft(message);
export const wait = async (client: MailClient) =>
  await client.waitForChanges('INBOX', undefined, { timeout: 1000 });

export const senders = ({ from }: Message): Address[] => from;
export const largest = ({ attachments: all }: Message): AttachmentInfo | undefined =>
  [...all].sort((one, other) => other.size - one.size)[0];
export const isInbox = ({ specialUse }: Folder): boolean => specialUse === '\\Inbox';

export class Archiver {
  readonly stored: StoredMessage[] = [];

  async run(this: Archiver, context: IExecuteFunctions): Promise<INodeExecutionData[]> {
    const session = await emailSession(context, 'Default', 0);
    try {
      return await session.use(async (client) => await this.archive(client), WITHOUT_REPEATING);
    } catch (error) {
      if (isMailError(error, 'FOLDER_NOT_FOUND', 'NOT_SUPPORTED')) return [];
      if (isMailError(error) && retryOf(error.code) === 'later') return [{ json: { later: explain(error) } }];
      throw new NodeOperationError(context.getNode(), error as Error);
    }
  }

  private async archive(client: MailClient): Promise<INodeExecutionData[]> {
    const ids = (await newest(client)).map(({ id }) => id);
    await client.markMessages(ids, SEEN);
    return toItems(await move(client, ids));
  }
}

export const retryOf = (code: MailErrorCode): Retry => MAIL_ERROR_CODES[code].retry;
export const explain = ({ message, description }: MailError): string => `${message}. ${description}`;
export const sent = ({ accepted, rejected }: SentMessage): boolean =>
  accepted.length > 0 && rejected.every(({ reason }) => reason !== '');
export const nameOf = ({ fileName }: AttachmentDownload): string => fileName;

const toItems = (results: BatchResult<MoveResult>): INodeExecutionData[] =>
  [...results].map(([id, result]) => ({
    json: isMailError(result) ? { id, error: result.code } : { id, newId: (result as MoveResult).id },
  }));
