import { buffer } from 'node:stream/consumers';

import type { MoveResult, StoredMessage } from '../model/client';
import { MailError, isMailError } from '../errors';
import { assertDraft } from '../model/drafts';
import type { FolderEntry } from '../exchange/folder-tree';
import { FLAGGED, messageFlags } from '../exchange/properties';
import { changeOnce, sendOnce } from '../exchange/once';
import { compose } from '../mime/compose';
import type { Message } from '../model/message';
import type { OutgoingMessage } from '../model/outgoing';
import { categories } from './change';
import type { EwsFolders, FolderReference } from './folders';
import { extended } from './properties';
import type { EwsReader } from './read';
import type { EwsService } from './service';
import { itemId } from './soap';

const SENT: FolderReference = { name: 'sentitems' };

/** Passes whole messages as MIME to Exchange, to store or to send them. */
export class EwsStore {
  constructor(
    private readonly service: EwsService,
    private readonly folders: EwsFolders,
    private readonly reader: EwsReader,
  ) {}

  async append(
    { id: folderId, folder }: FolderEntry,
    { content, marks, receivedAt }: StoredMessage,
  ): Promise<MoveResult> {
    const { isRead = false, isDraft = false, isFlagged = false, addKeywords = [] } = marks;
    const properties = [
      addKeywords.length > 0 && categories(addKeywords),
      extended('messageFlags', messageFlags({ isRead, isDraft })),
      isFlagged && extended('flagStatus', FLAGGED),
      receivedAt && extended('deliveryTime', receivedAt.toISOString()),
    ];
    const rest = properties.filter(Boolean).join('');
    const id = await changeOnce(this.create('SaveOnly', { id: folderId }, content, rest));
    return { folder: folder.path, id };
  }

  async saveDraft(message: OutgoingMessage): Promise<{ id?: string; messageId: string }> {
    const { composed, mime } = await written(message, { isDraft: true });
    const properties = extended('messageFlags', messageFlags({ isRead: true, isDraft: true }));
    const id = await changeOnce(this.create('SaveOnly', { name: 'drafts' }, mime, properties));
    return { id, messageId: composed.messageId };
  }

  /** Sends a message, at most once. Exchange takes the recipients from the header, including Bcc, which it removes. */
  async send(
    message: OutgoingMessage,
    saveCopy: boolean,
  ): Promise<{ messageId: string; accepted: string[] }> {
    const { composed, mime } = await written(message);
    const [disposition, folder] = saveCopy ? (['SendAndSaveCopy', SENT] as const) : (['SendOnly'] as const);
    await sendOnce(this.create(disposition, folder, mime, '')).catch((error: unknown) => {
      throw isMailError(error, 'FOLDER_NOT_FOUND') ? noSentFolder() : error;
    });
    return { messageId: composed.messageId, accepted: composed.envelope.to };
  }

  async sendDraft(id: string, saveCopy: boolean): Promise<Message> {
    const { draft, changeKey } = await this.reader.getDraft(id);
    await assertDraft(draft);
    await sendOnce(
      this.service.ask(
        `<m:SendItem SaveItemToFolder="${saveCopy}"><m:ItemIds>${itemId(id, changeKey)}</m:ItemIds>`,
        saveCopy ? this.savedTo(SENT) : '',
        '</m:SendItem>',
      ),
    );
    return draft;
  }

  private async create(
    disposition: string,
    folder: FolderReference | undefined,
    message: Buffer,
    properties: string,
  ): Promise<string | undefined> {
    const response = await this.service.ask(
      `<m:CreateItem MessageDisposition="${disposition}">${folder ? this.savedTo(folder) : ''}`,
      '<m:Items><t:Message><t:MimeContent CharacterSet="UTF-8">',
      message.toString('base64'),
      `</t:MimeContent>${properties}</t:Message></m:Items></m:CreateItem>`,
    );
    return response.child('Items')?.children[0]?.child('ItemId')?.attributes.Id;
  }

  private savedTo(folder: FolderReference): string {
    return `<m:SavedItemFolderId>${this.folders.toXml(folder)}</m:SavedItemFolderId>`;
  }
}

/** Of a mailbox of which only the inbox is shared, for example. */
const noSentFolder = (): MailError =>
  new MailError(
    'FOLDER_NOT_FOUND',
    'Exchange has no folder for sent mail that this account may write to',
    'Set "Save to Sent" to "Never", or ask the owner of the mailbox for access to its sent items. The message was not sent.',
  );

async function written(message: OutgoingMessage, options?: { isDraft: boolean }) {
  const composed = compose(message, options);
  const mime = Buffer.concat([Buffer.from(composed.bccHeader), await buffer(composed.open())]);
  return { composed, mime };
}
