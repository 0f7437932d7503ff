import { randomBytes } from 'node:crypto';

import { Snapshots, type Snapshot } from './snapshots';
import { parseMime, type NewItem, type StoredFolder, type StoredItem } from './stored';

export { bytesOf, isInline, type Link, type NewItem, type StoredFolder, type StoredItem } from './stored';

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

/** The folders that hold no mail, and what they hold. */
const OTHERS: ReadonlyArray<[distinguished: string, name: string, folderClass: string]> = [
  ['calendar', 'Calendar', 'IPF.Appointment'],
  ['contacts', 'Contacts', 'IPF.Contact'],
  ['tasks', 'Tasks', 'IPF.Task'],
  ['notes', 'Notes', 'IPF.StickyNote'],
  ['journal', 'Journal', 'IPF.Journal'],
];

const newId = (): string => randomBytes(48).toString('base64');

/**
 * A mailbox as Exchange keeps it, behind the tests' EWS and Graph servers: folders with ids, items with ids and
 * change keys, and of each item its MIME beside the properties that are not in it.
 */
export class ExchangeMailbox {
  /** Of what clients that synchronize have been told. */
  readonly snapshots = new Snapshots();
  readonly folders = new Map<string, StoredFolder>();
  /** In the order of their arrival. */
  readonly items = new Map<string, StoredItem>();
  /** Top of what the user sees. */
  readonly root: StoredFolder;
  /** EWS has no name for it, but Graph has. */
  readonly archive: StoredFolder;
  private received = Date.parse('2026-11-01T08:00:00Z');
  private articles = 0;

  constructor(readonly address: string) {
    const root = this.addFolder('Root', undefined, 'root', '');
    this.root = this.addFolder('Top of Information Store', root.id, 'msgfolderroot');
    for (const [distinguished, name] of DISTINGUISHED) {
      this.addFolder(name, this.root.id, distinguished || undefined);
    }
    this.archive = this.folderAt('Archive');
    for (const [distinguished, name, folderClass] of OTHERS) {
      this.addFolder(name, this.root.id, distinguished, folderClass);
    }
    // Beside what the user sees, not in it.
    this.addFolder('Finder', root.id, 'searchfolders');
    const recoverable = this.addFolder('Recoverable Items', root.id, 'recoverableitemsroot', '');
    recoverable.isHidden = true;
    this.addFolder('Deletions', recoverable.id, 'recoverableitemsdeletions').isHidden = true;
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

  /** The items of a folder, for who synchronizes: their marks say whether they were read, and their lasting ids. */
  snapshotOf(folderId: string): Snapshot {
    return new Map(
      this.itemsIn(folderId).map(({ id, changeKey, isRead, immutableId }) => [
        id,
        `${isRead ? 'read' : 'new'} ${changeKey} ${immutableId}`,
      ]),
    );
  }

  async add(folderId: string, mime: Buffer, options: NewItem = {}): Promise<StoredItem> {
    const id = newId();
    const item: StoredItem = {
      id,
      immutableId: id,
      changeKey: newId(),
      articleNumber: ++this.articles,
      folderId,
      itemClass: options.itemClass ?? 'IPM.Note',
      mime,
      parsed: await parseMime(mime),
      links: options.links ?? [],
      // Exchange keeps seconds.
      receivedAt: options.receivedAt ?? new Date((this.received += 1000)),
      isRead: options.isRead ?? false,
      isDraft: options.isDraft ?? false,
      isFlagged: options.isFlagged ?? false,
      categories: options.categories ?? [],
      properties: options.properties ?? new Map(),
      isDamaged: options.isDamaged,
    };
    this.items.set(item.id, item);
    return item;
  }

  /** An attached message as an item of its own, which is in no folder. */
  async attached(owner: StoredItem, path: readonly number[], mime: Buffer): Promise<StoredItem> {
    const plain = {
      isRead: true,
      isDraft: false,
      isFlagged: false,
      categories: [],
      links: [],
      lastVerb: undefined,
    };
    return {
      ...{ ...owner, ...plain, itemClass: 'IPM.Note', properties: new Map() },
      ...{ mime, parsed: await parseMime(mime), attachedAt: path },
    };
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
    const moved = { ...item, ...this.identity(), folderId };
    this.items.set(moved.id, moved);
    return moved;
  }

  /** What the next item will have as its article number. */
  get nextArticle(): number {
    return this.articles + 1;
  }

  private identity() {
    return { id: newId(), changeKey: newId(), articleNumber: ++this.articles };
  }

  copy(item: StoredItem, folderId: string): StoredItem {
    const identity = this.identity();
    const copiedFrom = { id: item.id, folderId: item.folderId };
    const copied = { ...item, ...identity, immutableId: identity.id, folderId, copiedFrom };
    this.items.set(copied.id, copied);
    return copied;
  }

  change(item: StoredItem, change: Partial<StoredItem>): void {
    Object.assign(item, change, { changeKey: newId() });
  }

  /** Another content in the place of the one that it has. */
  async rewrite(item: StoredItem, mime: Buffer): Promise<void> {
    this.change(item, { mime, parsed: await parseMime(mime) });
  }

  removeFolder(id: string): void {
    for (const folder of this.subtree(id)) {
      for (const item of this.itemsIn(folder.id)) this.items.delete(item.id);
      this.folders.delete(folder.id);
    }
  }
}
