import { randomBytes } from 'node:crypto';

import PostalMime, { type Email } from 'postal-mime';

/**
 * A mailbox as Exchange keeps it, behind the tests' EWS and Graph servers: folders with ids, items with ids and
 * change keys, and of each item its MIME beside the properties that are not in it.
 */
export interface StoredFolder {
  id: string;
  parentId?: string;
  name: string;
  /** As EWS names it: inbox, drafts, sentitems, deleteditems, junkemail, archivemsgfolderroot … */
  distinguished?: string;
  /** IPF.Note holds mail; a calendar or contacts folder is none of our business. */
  folderClass: string;
  /** Not shown unless asked for. */
  isHidden?: boolean;
}

export interface StoredItem {
  id: string;
  /** Stays when the item moves; Graph's immutable id. */
  immutableId: string;
  changeKey: string;
  folderId: string;
  mime: Buffer;
  parsed: Email;
  receivedAt: Date;
  isRead: boolean;
  isDraft: boolean;
  isFlagged: boolean;
  /** PidTagLastVerbExecuted: 102 reply, 103 reply to all, 104 forward ([MS-OXOMSG] section 2.2.1.60). */
  lastVerb?: number;
  categories: string[];
}

export interface NewItem {
  receivedAt?: Date;
  isRead?: boolean;
  isDraft?: boolean;
  isFlagged?: boolean;
  categories?: string[];
}

/** Names as a new Exchange mailbox has them. */
const DISTINGUISHED: ReadonlyArray<[distinguished: string, name: string]> = [
  ['inbox', 'Inbox'],
  ['drafts', 'Drafts'],
  ['sentitems', 'Sent Items'],
  ['deleteditems', 'Deleted Items'],
  ['junkemail', 'Junk Email'],
  ['', 'Archive'],
  ['outbox', 'Outbox'],
];

const parse = async (mime: Buffer): Promise<Email> =>
  await PostalMime.parse(mime, { attachmentEncoding: 'arraybuffer' });

const newId = (): string => randomBytes(48).toString('base64');

export class ExchangeMailbox {
  readonly folders = new Map<string, StoredFolder>();
  /** In the order of their arrival. */
  readonly items = new Map<string, StoredItem>();
  readonly root: StoredFolder;
  /** EWS has no name for it, but Graph has. */
  readonly archive: StoredFolder;
  private received = Date.parse('2026-11-01T08:00:00Z');

  constructor(readonly address: string) {
    this.root = this.addFolder('Top of Information Store', undefined, 'msgfolderroot');
    for (const [distinguished, name] of DISTINGUISHED) {
      this.addFolder(name, this.root.id, distinguished || undefined);
    }
    this.archive = this.folderAt('Archive');
    // Beside what the user sees, not in it.
    this.addFolder('Deletions', undefined, 'recoverableitemsdeletions').isHidden = true;
    this.addFolder('Calendar', this.root.id, 'calendar', 'IPF.Appointment');
    this.addFolder('Contacts', this.root.id, 'contacts', 'IPF.Contact');
  }

  addFolder(
    name: string,
    parentId: string | undefined,
    distinguished?: string,
    folderClass = 'IPF.Note',
  ): StoredFolder {
    const folder: StoredFolder = { id: newId(), parentId, name, distinguished, folderClass };
    this.folders.set(folder.id, folder);
    return folder;
  }

  distinguished(name: string): StoredFolder | undefined {
    return [...this.folders.values()].find(({ distinguished }) => distinguished === name);
  }

  children(id: string): StoredFolder[] {
    return [...this.folders.values()].filter(({ parentId }) => parentId === id);
  }

  /** With all below it, itself last. */
  subtree(id: string): StoredFolder[] {
    const folder = this.folders.get(id);
    return [...this.children(id).flatMap((child) => this.subtree(child.id)), ...(folder ? [folder] : [])];
  }

  /** By path from the root, such as `Inbox/Clients`; made where it is not there. */
  folderAt(path: string): StoredFolder {
    return path
      .split('/')
      .reduce<StoredFolder>(
        (parent, name) =>
          this.children(parent.id).find((child) => child.name === name) ?? this.addFolder(name, parent.id),
        this.root,
      );
  }

  itemsIn(folderId: string): StoredItem[] {
    return [...this.items.values()].filter((item) => item.folderId === folderId);
  }

  async add(folderId: string, mime: Buffer, options: NewItem = {}): Promise<StoredItem> {
    const id = newId();
    const item: StoredItem = {
      id,
      immutableId: id,
      changeKey: newId(),
      folderId,
      mime,
      parsed: await parse(mime),
      // Exchange keeps seconds.
      receivedAt: options.receivedAt ?? new Date((this.received += 1000)),
      isRead: options.isRead ?? false,
      isDraft: options.isDraft ?? false,
      isFlagged: options.isFlagged ?? false,
      categories: options.categories ?? [],
    };
    this.items.set(item.id, item);
    return item;
  }

  async deliver(folder: string, messages: ReadonlyArray<Buffer | ({ mime: Buffer } & NewItem)>) {
    const { id } = this.folderAt(folder);
    for (const message of messages) {
      if (Buffer.isBuffer(message)) await this.add(id, message);
      else await this.add(id, message.mime, message);
    }
  }

  /** The item has another id in another folder, as in Exchange. */
  move(item: StoredItem, folderId: string): StoredItem {
    if (item.folderId === folderId) return item;
    this.items.delete(item.id);
    const moved = { ...item, id: newId(), changeKey: newId(), folderId };
    this.items.set(moved.id, moved);
    return moved;
  }

  copy(item: StoredItem, folderId: string): StoredItem {
    const id = newId();
    const copied = { ...item, id, immutableId: id, changeKey: newId(), folderId };
    this.items.set(id, copied);
    return copied;
  }

  change(item: StoredItem, change: Partial<StoredItem>): void {
    Object.assign(item, change, { changeKey: newId() });
  }

  /** Another content in the place of the one that it has. */
  async rewrite(item: StoredItem, mime: Buffer): Promise<void> {
    this.change(item, { mime, parsed: await parse(mime) });
  }

  removeFolder(id: string): void {
    for (const folder of this.subtree(id)) {
      for (const item of this.itemsIn(folder.id)) this.items.delete(item.id);
      this.folders.delete(folder.id);
    }
  }
}
