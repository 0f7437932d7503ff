import { isMailError } from '../errors';
import { DELIMITER, INBOX, pathWithin } from '../exchange/folder-paths';
import { FolderTree, mayLack, type FolderEntry } from '../exchange/folder-tree';
import type { Folder, SpecialUse } from '../model/folder';
import { assertSingleLine } from '../text';
import type { GraphApi } from './api';
import type { Call } from './call';
import type { FolderResource } from './resources';
import { folderPath } from './paths';

/** What Graph knows by name (https://learn.microsoft.com/graph/api/resources/mailfolder), whatever the language. */
const WELL_KNOWN = [
  ['\\Inbox', 'inbox'],
  ['\\Drafts', 'drafts'],
  ['\\Sent', 'sentitems'],
  ['\\Trash', 'deleteditems'],
  ['\\Junk', 'junkemail'],
  ['\\Archive', 'archive'],
] as const satisfies ReadonlyArray<[SpecialUse, string]>;

const SELECT =
  '$select=id,displayName,parentFolderId,childFolderCount,totalItemCount,unreadItemCount&$top=250';

/** The folders of a mailbox by path, asked for once: a request for each level, and each 20 folders of it. */
export class GraphFolders extends FolderTree {
  constructor(private readonly api: GraphApi) {
    super();
  }

  /**
   * Asks for the inbox, which shows whether the login opens the mailbox. A busy server is not waited for.
   *
   * @throws {MailError}
   */
  async login(): Promise<void> {
    await this.api.call({ method: 'GET', path: '/mailFolders/inbox?$select=id' }, 0);
  }

  /** Its name or id, for a request: by name where it has one, which needs no lookup. */
  async idOf(folder: string): Promise<string> {
    assertSingleLine('Folder', folder);
    const use = folder.toUpperCase() === INBOX ? '\\Inbox' : folder;
    const [, name] = WELL_KNOWN.find(([one]) => one === use) ?? [];
    return name ?? (await this.find(folder)).id;
  }

  protected override async read(): Promise<Map<string, FolderEntry>> {
    const uses = await this.uses();
    const known = new Map<string, FolderEntry>();
    let level = await this.lists(['/mailFolders']);
    while (level.length > 0) {
      // A folder that stands within itself, as no server should say, would be followed for ever.
      level = level.filter(({ id }) => !known.has(id));
      for (const one of level) known.set(one.id, toKnown(one, known, uses));
      const parents = level.filter(({ childFolderCount }) => (childFolderCount ?? 0) > 0);
      level = await this.lists(parents.map(({ id }) => `${folderPath(id)}/childFolders`));
    }
    return known;
  }

  private async uses(): Promise<Map<string, SpecialUse>> {
    const calls = WELL_KNOWN.map(
      ([, name]): Call => ({ method: 'GET', path: `/mailFolders/${name}?$select=id` }),
    );
    const found = await this.api.batches<FolderResource>(calls);
    const uses = new Map<string, SpecialUse>();
    for (const [index, one] of found.entries()) {
      if (!isMailError(one)) uses.set(one.id, WELL_KNOWN[index]![0]);
      else if (!mayLack(one)) throw one;
    }
    return uses;
  }

  private async lists(paths: readonly string[]): Promise<FolderResource[]> {
    if (paths.length === 1) return await this.whole(`${paths[0]}?${SELECT}`);
    const calls = paths.map((path): Call => ({ method: 'GET', path: `${path}?${SELECT}` }));
    const lists = await this.api.batches<{ value?: FolderResource[]; '@odata.nextLink'?: string }>(calls);
    const folders: FolderResource[] = [];
    for (const [index, list] of lists.entries()) {
      if (isMailError(list)) throw list;
      // Rarely there is more: then the list is asked for again, as a whole.
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
    counts: { total: one.totalItemCount ?? 0, unread: one.unreadItemCount ?? 0 },
  };
  return { folder, id: one.id, parentId };
}
