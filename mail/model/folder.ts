/** What a folder is for (RFC 6154; the inbox is the one every account has). */
export const SPECIAL_USES = {
  '\\Inbox': { name: 'Inbox' },
  '\\Archive': { name: 'Archive' },
  '\\Drafts': { name: 'Drafts' },
  '\\Junk': { name: 'Junk' },
  '\\Sent': { name: 'Sent' },
  '\\Trash': { name: 'Trash' },
  '\\All': { name: 'All Mail' },
  '\\Flagged': { name: 'Flagged' },
} as const;

export type SpecialUse = keyof typeof SPECIAL_USES;

export const isSpecialUse = (folder: string): folder is SpecialUse => Object.hasOwn(SPECIAL_USES, folder);

export interface Folder {
  /** From the root, as the protocol writes it: `Archive/2026`. Names the folder to every operation. */
  path: string;
  /** The last part of the path. */
  name: string;
  /** What separates the parts of the path; absent where folders hold no folders. */
  delimiter?: string;
  specialUse?: SpecialUse;
  /** Whether it can hold messages, and not only folders. */
  selectable: boolean;
  /** Present where they were asked for and the folder can hold messages. */
  counts?: FolderCounts;
}

export interface FolderCounts {
  total: number;
  unread: number;
}

/** As a folder is given where its counts were not asked for, which may be of another time. */
export const withoutCounts = (folder: Folder): Folder => ({ ...folder, counts: undefined });

/** The part of `MailClient` that is about folders. */
export interface FolderClient {
  /** In the order of their paths, the inbox first. */
  listFolders(options: { counts: boolean }): Promise<Folder[]>;

  /** With its counts; undefined where there is no such folder. */
  getFolder(folder: string): Promise<Folder | undefined>;

  /** @throws {MailError} FOLDER_EXISTS */
  createFolder(path: string): Promise<Folder>;

  /** @throws {MailError} FOLDER_EXISTS, FOLDER_NOT_FOUND */
  renameFolder(folder: string, newPath: string): Promise<Folder>;

  /** With the messages in it. @throws {MailError} FOLDER_NOT_FOUND */
  deleteFolder(folder: string): Promise<void>;

  /** Deletes all its messages for good, and answers how many. */
  emptyFolder(folder: string): Promise<number>;
}
