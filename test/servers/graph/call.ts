import type { ExchangeMailbox, StoredFolder, StoredItem } from '../exchange/mailbox';
import { badRequest, GraphError, notFound } from './errors';
import { parseFolderId, parseMessageId } from './ids';
import type { Reference } from './reference';
import type { UploadSessions } from './upload';

export type Json = Record<string, unknown>;

/** A request as it comes, alone or in a batch. */
export interface Single {
  method: string;
  /** From the version on, with the query: `/me/messages?$top=1`. */
  url: string;
  /** With names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: Json | Buffer;
}

/** One request to the mailbox that it opens. */
export interface Call {
  mailbox: ExchangeMailbox;
  /** The ids in its path, in order. */
  ids: readonly string[];
  query: ReadonlyMap<string, string>;
  /** `Prefer: IdType="ImmutableId"` */
  immutable: boolean;
  /** `Prefer: outlook.body-content-type="text"` */
  prefersText: boolean;
  /** `Prefer: odata.maxpagesize=50` */
  maxPageSize?: number;
  contentType: string;
  body: Buffer;
  json: Json;
  world: World;
  /** The URL of another page: of this request, with these parameters in place of its own. */
  pageUrl(parameters: Record<string, string>): string;
}

/** What is the same for all requests. */
export interface World {
  reference: Reference;
  origin: string;
  bodies: 'stored' | 'html';
  permanentDelete: boolean;
  pageSize: number;
  uploads: UploadSessions;
  send(message: { from: string; to: string[]; raw: Buffer }): void;
  /** For what the client should not have asked, though nothing forbids it. */
  note(problem: string): void;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

/** Names that stand for an id, whatever the folder is called (learn.microsoft.com/graph/api/resources/mailfolder). */
const WELL_KNOWN = [
  ...[
    'archive',
    'clutter',
    'conflicts',
    'conversationhistory',
    'deleteditems',
    'drafts',
    'inbox',
    'junkemail',
  ],
  ...['localfailures', 'msgfolderroot', 'outbox', 'recoverableitemsdeletions', 'scheduled', 'searchfolders'],
  ...['sentitems', 'serverfailures', 'syncissues'],
];

export function folderOf({ mailbox }: Call, id: string): StoredFolder {
  const name = id.toLowerCase();
  if (!WELL_KNOWN.includes(name)) {
    const folder = mailbox.folders.get(parseFolderId(id));
    if (folder) return folder;
    throw notFound();
  }
  const folder = name === 'archive' ? mailbox.archive : mailbox.distinguished(name);
  if (folder) return folder;
  throw new GraphError(404, 'ErrorFolderNotFound', `Default folder ${id} not found.`);
}

export function itemOf({ mailbox }: Call, id: string): StoredItem {
  const { kind, value } = parseMessageId(id);
  const item =
    kind === 'id'
      ? mailbox.items.get(value)
      : [...mailbox.items.values()].find(({ immutableId }) => immutableId === value);
  if (item) return item;
  throw notFound();
}

/** What the body says under a name, whose case does not matter in an action. */
export const parameter = (json: Json, name: string): unknown =>
  Object.entries(json).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

export function destinationOf(call: Call): StoredFolder {
  const id = parameter(call.json, 'DestinationId');
  if (typeof id !== 'string') throw badRequest('The DestinationId is missing.', 'ErrorInvalidRequest');
  return folderOf(call, id);
}
