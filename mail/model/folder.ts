import { USE_IMAP, notSupported, type MailError } from '../errors';

/** The special use of a folder (RFC 6154). INBOX is added; every account has one. */
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

/** The use that a user means: by its name, such as `All Mail`, or as servers write it, such as `\All`. Case does not count. */
export function specialUseNamed(text: string): SpecialUse | undefined {
  const wanted = text.trim().replace(/^\\/, '').toLowerCase();
  return (Object.keys(SPECIAL_USES) as SpecialUse[]).find((use) =>
    [use.slice(1), SPECIAL_USES[use].name].some((name) => name.toLowerCase() === wanted),
  );
}

/** Whether this is the inbox, by its path or its special use. Its name has no case (RFC 9051 section 5.1). */
export const isInbox = (folder: string): boolean => ['INBOX', '\\INBOX'].includes(folder.toUpperCase());

/** What a message calls a folder that may be named by its use. */
export function folderName(folder: string): string {
  return isSpecialUse(folder) ? SPECIAL_USES[folder].name : folder;
}

export interface Folder {
  /** The path from the root, as the protocol writes it: `Archive/2026`. Identifies the folder in every operation. */
  path: string;
  /** The last part of the path. */
  name: string;
  /** The separator of the path's parts; absent if folders cannot contain folders. */
  delimiter?: string;
  specialUse?: SpecialUse;
  /** Whether the folder can contain messages, and not only folders. */
  selectable: boolean;
  /** Present if requested and the folder can contain messages. */
  counts?: FolderCounts;
}

export interface FolderCounts {
  total: number;
  unread: number;
}

/** How much of a limit is used. */
export interface Usage {
  used: number;
  limit: number;
}

/** The limits that apply to a folder. Absent if there is no limit, or the server does not report it. */
export interface Quota {
  /** Bytes. */
  storage?: Usage;
  messages?: Usage;
}

/** A folder for a result without counts. Cached counts may be outdated, so they are removed. */
export const withoutCounts = (folder: Folder): Folder => ({ ...folder, counts: undefined });

/** The folders that the server did not give or search, by path, each with its error. `?` has a name that cannot be read. */
export type FailedFolders = Map<string, MailError>;

/**
 * The folder part of `MailClient`. Operations that not every protocol supports throw NOT_SUPPORTED here, with the
 * protocol's name. A client overrides those that it supports.
 */
export abstract class FolderClient {
  /** The name for users: `POP3`. */
  abstract readonly protocol: string;

  /**
   * In the order of their paths, with the inbox first.
   *
   * @param failed gets what is left out of the list because the server names it in a way that cannot be understood;
   *   without it, the call rejects
   */
  abstract listFolders(options: { counts: boolean }, failed?: FailedFolders): Promise<Folder[]>;

  /** With its counts; undefined if the folder does not exist. */
  abstract getFolder(folder: string): Promise<Folder | undefined>;

  /** @throws {MailError} FOLDER_EXISTS, NOT_SUPPORTED */
  async createFolder(path: string): Promise<Folder> {
    return await refuse(this, `create the folder "${folderName(path)}"`);
  }

  /** @throws {MailError} FOLDER_EXISTS, FOLDER_NOT_FOUND, NOT_SUPPORTED */
  async renameFolder(folder: string, newPath: string): Promise<Folder> {
    return await refuse(this, `rename the folder "${folderName(folder)}" to "${newPath}"`);
  }

  /** Deletes the folder with its messages. @throws {MailError} FOLDER_NOT_FOUND, NOT_SUPPORTED */
  async deleteFolder(folder: string): Promise<void> {
    await refuse(this, `delete the folder "${folderName(folder)}"`);
  }

  /** Deletes all messages in it for good, and returns their number. */
  abstract emptyFolder(folder: string): Promise<number>;

  /**
   * Of several limits of the same kind, the one with the least space left. The folder may not exist yet (RFC 9208
   * section 4.1.2).
   *
   * @throws {MailError} FOLDER_NOT_FOUND if no folder has the special use, or the server requires an existing folder;
   * NOT_SUPPORTED
   */
  async getQuota(folder: string): Promise<Quota> {
    return await refuse(this, `say how full the mailbox of the folder "${folderName(folder)}" is`);
  }
}

const refuse = async ({ protocol }: FolderClient, what: string): Promise<never> =>
  await Promise.reject(notSupported(protocol, what, USE_IMAP));
