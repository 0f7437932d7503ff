import { USE_IMAP, notSupported } from '../errors';

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

/** What is used of something, and how much of it may be. */
export interface Usage {
  used: number;
  limit: number;
}

/** The limits that a folder counts against. Absent: there is none, or the server does not say it. */
export interface Quota {
  /** Bytes. */
  storage?: Usage;
  messages?: Usage;
}

/** As a folder is given where its counts were not asked for, which may be of another time. */
export const withoutCounts = (folder: Folder): Folder => ({ ...folder, counts: undefined });

/**
 * The part of `MailClient` that is about folders. What not every protocol can is refused here, by the protocol's name:
 * a client says only what it can.
 */
export abstract class FolderClient {
  /** As people call it: `POP3`. */
  abstract readonly protocol: string;

  /** In the order of their paths, the inbox first. */
  abstract listFolders(options: { counts: boolean }): Promise<Folder[]>;

  /** With its counts; undefined where there is no such folder. */
  abstract getFolder(folder: string): Promise<Folder | undefined>;

  /** @throws {MailError} FOLDER_EXISTS, NOT_SUPPORTED */
  async createFolder(path: string): Promise<Folder> {
    return await refuse(this, `create the folder "${path}"`);
  }

  /** @throws {MailError} FOLDER_EXISTS, FOLDER_NOT_FOUND, NOT_SUPPORTED */
  async renameFolder(folder: string, newPath: string): Promise<Folder> {
    return await refuse(this, `rename the folder "${folder}" to "${newPath}"`);
  }

  /** With the messages in it. @throws {MailError} FOLDER_NOT_FOUND, NOT_SUPPORTED */
  async deleteFolder(folder: string): Promise<void> {
    await refuse(this, `delete the folder "${folder}"`);
  }

  /** Deletes all its messages for good, and answers how many. */
  abstract emptyFolder(folder: string): Promise<number>;

  /**
   * Of several limits for one thing, the one with the least left. The folder need not be there yet (RFC 9208 section
   * 4.1.2).
   *
   * @throws {MailError} FOLDER_NOT_FOUND where no folder has the use, or the server wants one; NOT_SUPPORTED
   */
  async getQuota(folder: string): Promise<Quota> {
    return await refuse(this, `say how full the mailbox of the folder "${folder}" is`);
  }
}

const refuse = async ({ protocol }: FolderClient, what: string): Promise<never> =>
  await Promise.reject(notSupported(protocol, what, USE_IMAP));
