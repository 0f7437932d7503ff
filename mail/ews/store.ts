import type { Relocated, StoredMessage } from '../client';
import { MailError, isMailError } from '../errors';
import { FLAGGED, messageFlags } from '../exchange/properties';
import { categories } from './change';
import type { EwsFolders, FolderReference, Known } from './folders';
import { extended } from './properties';
import type { EwsService } from './service';
import { itemId } from './soap';

const SENT: FolderReference = { name: 'sentitems' };

/** Gives Exchange whole messages as MIME: to keep them, or to send them. */
export class EwsStore {
  constructor(
    private readonly service: EwsService,
    private readonly folders: EwsFolders,
  ) {}

  async append(
    { id: folderId, folder }: Known,
    { content, marks, receivedAt }: StoredMessage,
  ): Promise<Relocated> {
    const { isRead = false, isDraft = false, isFlagged = false, addKeywords = [] } = marks;
    const properties = [
      addKeywords.length > 0 && categories(addKeywords),
      extended('messageFlags', messageFlags({ isRead, isDraft })),
      isFlagged && extended('flagStatus', FLAGGED),
      receivedAt && extended('deliveryTime', receivedAt.toISOString()),
    ];
    const id = await this.create('SaveOnly', { id: folderId }, content, properties.filter(Boolean).join(''));
    return { folder: folder.path, id };
  }

  /** Saves among the drafts. */
  async saveDraft(message: Buffer): Promise<string | undefined> {
    return await this.create(
      'SaveOnly',
      { name: 'drafts' },
      message,
      extended('messageFlags', messageFlags({ isRead: true, isDraft: true })),
    );
  }

  /** Sends, once. Exchange takes the recipients from the header, Bcc among them, and does not pass that on. */
  async send(message: Buffer, saveCopy: boolean): Promise<void> {
    await once(
      this.create(saveCopy ? 'SendAndSaveCopy' : 'SendOnly', saveCopy ? SENT : undefined, message, ''),
    );
  }

  async sendDraft(id: string, changeKey: string, saveCopy: boolean): Promise<void> {
    await once(
      this.service.ask(
        `<m:SendItem SaveItemToFolder="${saveCopy}"><m:ItemIds>${itemId(id, changeKey)}</m:ItemIds>`,
        saveCopy ? this.savedTo(SENT) : '',
        '</m:SendItem>',
      ),
    );
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

/** A reply that was lost leaves open whether the message was sent. */
const once = async (sending: Promise<unknown>): Promise<void> => {
  await sending.catch((error: unknown) => {
    throw isMailError(error, 'CONNECTION_LOST', 'COMMAND_TIMEOUT') ? uncertain(error) : error;
  });
};

const uncertain = ({ message }: MailError): MailError =>
  new MailError(
    'SEND_UNCERTAIN',
    `Whether the message was sent is not known: ${message}`,
    'Look into the folder for sent mail before you send it again.',
  );
