import type {
  AttachmentRequest,
  BatchResult,
  FlagChanges,
  FolderState,
  MoveResult,
  StoredMessage,
} from '../model/client';
import type { FailedMessages } from '../model/failed-messages';
import type { Folder } from '../model/folder';
import type { AttachmentDownload, Message, MessageDownload } from '../model/message';
import type { FailedFolders, MessageSearch, Sort } from '../model/message-search';
import type { OutgoingMessage, SavedDraft, SentMessage } from '../model/outgoing';
import type { FetchOptions, MessageQuery } from '../model/query';
import type { Traffic } from '../net/traffic';
import type { ChangeFeed } from './change-feed';
import type { FolderEntry, FolderTree } from './folder-tree';

/** A search in several folders. */
export interface SearchPlaces extends Omit<MessageSearch, 'where'> {
  folders: readonly FolderEntry[];
  /** Whether these are all folders of the mailbox but a few. */
  nearlyAll: boolean;
}

/** The operations that EWS and Graph each implement themselves. */
export interface ExchangeParts {
  connection: {
    readonly closeSignal: AbortSignal;
    readonly traffic: Traffic;
    rest(): Promise<boolean>;
    close(): void;
  };
  folders: FolderTree & {
    /** Requests the inbox, as a login does. */
    login(): Promise<void>;
  };
  operations: {
    create(path: string): Promise<Folder>;
    rename(folder: string, newPath: string): Promise<Folder>;
    delete(folder: string): Promise<void>;
    empty(folder: string): Promise<number>;
  };
  reader: {
    /** @param failed collects the messages that Exchange has but did not return */
    list(
      folder: string,
      query: MessageQuery,
      wanted: FetchOptions,
      limit: number,
      failed: FailedMessages,
      sort?: Sort,
    ): Promise<Message[]>;
    /**
     * The same for several folders.
     *
     * @param refused collects the folders that Exchange did not search
     */
    listIn(places: SearchPlaces, failed: FailedMessages, refused: FailedFolders): Promise<Message[]>;
    /** The same for `find`. */
    find(folder: string, query: MessageQuery, limit: number, failed: FailedMessages): Promise<string[]>;
    get(ids: readonly string[], wanted: FetchOptions): Promise<BatchResult<Message>>;
    /**
     * All messages of a conversation, in any order.
     *
     * @param failed as for `list`
     * @throws {MailError} NOT_SUPPORTED
     */
    thread(threadId: string, wanted: FetchOptions, failed: FailedMessages): Promise<Message[]>;
    /** The ids of the folders that contain the messages. */
    foldersOf(ids: readonly string[]): Promise<BatchResult<string>>;
    /** How many messages it asks for with one request. */
    readonly batch: number;
    stateOf(folder: string): Promise<FolderState>;
  };
  changes: ChangeFeed;
  changer: {
    move(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>>;
    copy(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>>;
    /** Deletes for good. */
    delete(ids: readonly string[]): Promise<BatchResult<MoveResult>>;
    mark(ids: readonly string[], marks: FlagChanges): Promise<BatchResult<true>>;
  };
  content: {
    openMessage(id: string): Promise<MessageDownload>;
    openAttachment(id: string, part: string): Promise<AttachmentDownload>;
    /** Opens an attachment that is already described. */
    openDescribed(request: AttachmentRequest): Promise<AttachmentDownload>;
    /** How many downloads may be opened while another one is read. */
    readonly ahead: number;
  };
  store: { append(folder: FolderEntry, message: StoredMessage): Promise<MoveResult> };
  sender: {
    saveDraft(message: OutgoingMessage): Promise<Pick<SavedDraft, 'id' | 'messageId'>>;
    send(message: OutgoingMessage, saveCopy: boolean): Promise<Pick<SentMessage, 'accepted' | 'messageId'>>;
    /** @returns the draft before it was sent */
    sendDraft(id: string, saveCopy: boolean): Promise<Message>;
  };
}
