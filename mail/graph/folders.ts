import { isMailError } from '../errors';
import { DEEPEST, DELIMITER, INBOX, pathWithin, tooDeep } from '../exchange/folder-paths';
import { FolderTree, mayLack, refusedAs, type FolderEntry } from '../exchange/folder-tree';
import type { Folder, SpecialUse } from '../model/folder';
import { countOf } from '../exchange/values';
import { assertSingleLine } from '../text';
import type { GraphApi } from './api';
import type { Call } from './call';
import { notGraph } from './errors';
import type { FolderResource } from './resources';
import { folderPath } from './paths';

/**
 * The folders that Graph knows by a fixed name in every language
 * (https://learn.microsoft.com/graph/api/resources/mailfolder).
 */
const WELL_KNOWN = [
  ['\\Inbox', 'inbox'],
  ['\\Drafts', 'drafts'],
  ['\\Sent', 'sentitems'],
  ['\\Trash', 'deleteditems'],
  ['\\Junk', 'junkemail'],
  ['\\Archive', 'archive'],
] as const satisfies ReadonlyArray<[SpecialUse, string]>;

const SELECT = '$select=id,displayName,parentFolderId,childFolderCount,totalItemCount,unreadItemCount';
const LIST = `${SELECT}&$top=250`;

/**
 * The folders of a mailbox by path, read once: one request for each level, and for each 20 folders in it. In a mailbox of
 * which only some folders are shared, the list of all folders is refused; then it begins with the standard folders.
 */
export class GraphFolders extends FolderTree {
  private inboxId?: string;

  constructor(private readonly api: GraphApi) {
    super();
  }

  /**
   * Requests the inbox, which shows whether the login gives access to the mailbox. If the server is busy, this fails at
   * once.
   *
   * @throws {MailError}
   */
  async login(): Promise<void> {
    const { api } = this;
    const inbox = await api.call<FolderResource>({ method: 'GET', path: '/mailFolders/inbox?$select=id' }, 0);
    if (inbox.id === undefined) throw notGraph(api.context.graph.url);
    this.inboxId = inbox.id;
  }

  /** The path of the inbox is known without reading all folders. */
  override async pathOf(id: string): Promise<string> {
    return id === this.inboxId ? INBOX : await super.pathOf(id);
  }

  /** The folder's name or id for a request. If it has a fixed name, that name is used, which saves a lookup. */
  async idOf(folder: string): Promise<string> {
    assertSingleLine('Folder', folder);
    const use = folder.toUpperCase() === INBOX ? '\\Inbox' : folder;
    const [, name] = WELL_KNOWN.find(([one]) => one === use) ?? [];
    return name ?? (await this.find(folder)).id;
  }

  protected override async read(): Promise<Map<string, FolderEntry>> {
    const shown = await this.shown();
    const uses = new Map([...shown].map(([use, { id }]) => [id, use]));
    const known = new Map<string, FolderEntry>();
    const all = await refusedAs(undefined, this.whole(`/mailFolders?${LIST}`), shown.size > 0);
    let level = all ?? [...shown.values()];
    for (let depth = 1; level.length > 0; depth++) {
      if (depth > DEEPEST) throw tooDeep();
      // A folder that contains itself, which no server should report, would cause an endless loop.
      level = level.filter(({ id }) => !known.has(id));
      for (const one of level) known.set(one.id, toKnown(one, known, uses));
      const parents = level.filter(({ childFolderCount }) => (childFolderCount ?? 0) > 0);
      level = await this.lists(
        parents.map(({ id }) => `${folderPath(id)}/childFolders`),
        !all,
      );
    }
    return known;
  }

  /** The standard folders that this mailbox has, and shows. */
  private async shown(): Promise<Map<SpecialUse, FolderResource>> {
    const calls = WELL_KNOWN.map(
      ([, name]): Call => ({ method: 'GET', path: `/mailFolders/${name}?${SELECT}` }),
    );
    const found = await this.api.batches<FolderResource>(calls);
    const shown = new Map<SpecialUse, FolderResource>();
    for (const [index, one] of found.entries()) {
      if (!isMailError(one)) shown.set(WELL_KNOWN[index]![0], one);
      else if (!mayLack(one)) throw one;
    }
    return shown;
  }

  /** @param inPart whether lists that are refused are left out */
  private async lists(paths: readonly string[], inPart: boolean): Promise<FolderResource[]> {
    const calls = paths.map((path): Call => ({ method: 'GET', path: `${path}?${LIST}` }));
    if (calls.length === 1 && !inPart) return await this.whole(calls[0]!.path);
    const lists = await this.api.batches<{ value?: FolderResource[]; '@odata.nextLink'?: string }>(calls);
    const folders: FolderResource[] = [];
    for (const [index, list] of lists.entries()) {
      if (isMailError(list) && inPart && mayLack(list)) continue;
      if (isMailError(list)) throw list;
      // Rarely there are more. Then the whole list is requested again.
      const isWhole = Array.isArray(list.value) && !list['@odata.nextLink'];
      folders.push(...(isWhole ? list.value! : await this.whole(calls[index]!.path)));
    }
    return folders;
  }

  private async whole(path: string): Promise<FolderResource[]> {
    const folders: FolderResource[] = [];
    for await (const page of this.api.pages<FolderResource>(path)) folders.push(...page);
    return folders;
  }
}

function toKnown(
  one: FolderResource,
  known: ReadonlyMap<string, FolderEntry>,
  uses: ReadonlyMap<string, SpecialUse>,
): FolderEntry {
  const specialUse = uses.get(one.id);
  const isInbox = specialUse === '\\Inbox';
  const name = isInbox ? INBOX : (one.displayName ?? '');
  const parentId = one.parentFolderId ?? '';
  const parent = known.get(parentId);
  const folder: Folder = {
    path: isInbox ? INBOX : pathWithin(parent?.folder.path ?? '', name),
    name,
    delimiter: DELIMITER,
    ...(specialUse && { specialUse }),
    selectable: true,
    counts: { total: countOf(one.totalItemCount) ?? 0, unread: countOf(one.unreadItemCount) ?? 0 },
  };
  return { folder, id: one.id, parentId };
}
