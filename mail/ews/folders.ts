import { full } from '../exchange/busy';
import { DELIMITER, INBOX, pathsOf } from '../exchange/folder-paths';
import { FolderTree, mayLack, refusedAs, type FolderEntry } from '../exchange/folder-tree';
import { pagesByOffset, type OffsetPage } from '../exchange/pages-by-offset';
import type { Folder, SpecialUse } from '../model/folder';
import { countOf } from '../exchange/values';
import { assertSingleLine } from '../text';
import { MOST_IDLE, offsetPage } from './offset-page';
import { shape } from './properties';
import { requestRefused } from './refusals';
import { readErrorAt, errorOf, waitFor, wasLookedAt } from './responses';
import type { EwsService } from './service';
import { escaped } from './soap';
import type { XmlElement } from './xml';

/** The folders that Exchange knows by a fixed name. Others are searched for, if they exist. */
const DISTINGUISHED = [
  ['\\Inbox', 'inbox'],
  ['\\Drafts', 'drafts'],
  ['\\Sent', 'sentitems'],
  ['\\Trash', 'deleteditems'],
  ['\\Junk', 'junkemail'],
] as const satisfies ReadonlyArray<[SpecialUse, DistinguishedName]>;

/** DistinguishedFolderIdNameType of the schema. */
type DistinguishedName = 'inbox' | 'drafts' | 'sentitems' | 'deleteditems' | 'junkemail' | 'msgfolderroot';

/** How a request refers to a folder. */
export type FolderReference = { name: DistinguishedName } | { id: string };

/**
 * The folders of a mailbox by path, read once with two requests, regardless of their number. In a mailbox of which only
 * some folders are shared, the list of all folders is refused; then it takes one request for each standard folder.
 */
export class EwsFolders extends FolderTree {
  constructor(
    private readonly service: EwsService,
    private readonly mailbox: string | undefined,
  ) {
    super();
  }

  /**
   * Requests the inbox, which shows whether the login gives access to the mailbox.
   *
   * @throws {MailError}
   */
  async login(): Promise<void> {
    const inbox = this.toXml({ name: 'inbox' });
    const response = await this.service.login(
      `<m:GetFolder>${shape('FolderShape', [])}<m:FolderIds>${inbox}</m:FolderIds></m:GetFolder>`,
    );
    const code = response.textAt('ResponseCode') ?? 'no response code';
    if (!wasLookedAt(response)) throw full(this.service.ews.url.host, waitFor(response));
    if (errorOf(response)) throw requestRefused(code, []);
  }

  /** The folder for a request. If it has a fixed name, that name is used, which saves a lookup. */
  async referTo(folder: string): Promise<FolderReference> {
    assertSingleLine('Folder', folder);
    const use = folder.toUpperCase() === INBOX ? '\\Inbox' : folder;
    const [, name] = DISTINGUISHED.find(([one]) => one === use) ?? [];
    return name ? { name } : { id: (await this.find(folder)).id };
  }

  /** The XML form in a request (FolderIdType, DistinguishedFolderIdType). */
  toXml(reference: FolderReference): string {
    if ('id' in reference) return `<t:FolderId Id="${escaped(reference.id)}"/>`;
    const owner = this.mailbox
      ? `<t:Mailbox><t:EmailAddress>${escaped(this.mailbox)}</t:EmailAddress></t:Mailbox>`
      : '';
    return `<t:DistinguishedFolderId Id="${reference.name}">${owner}</t:DistinguishedFolderId>`;
  }

  protected override async read(): Promise<Map<string, FolderEntry>> {
    const special = await this.service.callEach(DISTINGUISHED, (some) => [
      `<m:GetFolder>${shape('FolderShape', FIELDS)}<m:FolderIds>`,
      ...some.map(([, name]) => this.toXml({ name })),
      '</m:FolderIds></m:GetFolder>',
    ]);
    const shown = new Map<SpecialUse, XmlElement>();
    for (const [index, [use]] of DISTINGUISHED.entries()) {
      const error = readErrorAt(special, index);
      const folder = special[index]?.child('Folders')?.children[0];
      if (!error && folder) shown.set(use, folder);
      else if (error && !mayLack(error)) throw error;
    }
    const uses = new Map([...shown].map(([use, folder]) => [idIn(folder), use]));
    const all = await refusedAs(undefined, this.within({ name: 'msgfolderroot' }), shown.size > 0);
    return withPaths(all ?? (await this.partsOf([...shown.values()])), uses);
  }

  /** These folders, and those within them that are shown. */
  private async partsOf(shown: readonly XmlElement[]): Promise<XmlElement[]> {
    const folders = new Map<string, XmlElement>();
    for (const one of shown) {
      for (const each of [one, ...(await refusedAs([], this.within({ id: idIn(one) })))]) {
        folders.set(idIn(each), each);
      }
    }
    return [...folders.values()];
  }

  /** All folders within one, at any depth. */
  private async within(parent: FolderReference): Promise<XmlElement[]> {
    const raw: XmlElement[] = [];
    const pages = pagesByOffset<XmlElement>({
      ...{ name: 'the folders', idOf: idIn, mostIdle: MOST_IDLE },
      read: async (offset) => await this.page(parent, offset),
    });
    for await (const page of pages) raw.push(...page);
    return raw;
  }

  private async page(parent: FolderReference, offset: number): Promise<OffsetPage<XmlElement>> {
    const response = await this.service.ask(
      `<m:FindFolder Traversal="Deep">${shape('FolderShape', FIELDS)}`,
      `<m:IndexedPageFolderView MaxEntriesReturned="1000" Offset="${offset}" BasePoint="Beginning"/>`,
      `<m:ParentFolderIds>${this.toXml(parent)}</m:ParentFolderIds></m:FindFolder>`,
    );
    const root = response.child('RootFolder');
    return offsetPage(root, root?.child('Folders')?.children ?? [], offset);
  }
}

const FIELDS = [
  ...['folder:DisplayName', 'folder:ParentFolderId', 'folder:FolderClass'],
  ...['folder:TotalCount', 'folder:UnreadCount'],
];

const idIn = (folder: XmlElement | undefined): string => folder?.child('FolderId')?.attributes.Id ?? '';
const parentOf = (folder: XmlElement): string => folder.child('ParentFolderId')?.attributes.Id ?? '';
const nameOf = (folder: XmlElement): string => folder.textAt('DisplayName') ?? '';

function withPaths(
  raw: readonly XmlElement[],
  uses: ReadonlyMap<string, SpecialUse>,
): Map<string, FolderEntry> {
  const places = raw.map((one) => {
    const id = idIn(one);
    return { id, parentId: parentOf(one), name: nameOf(one), isInbox: uses.get(id) === '\\Inbox' };
  });
  const paths = pathsOf(places);
  return new Map(
    raw.filter(isForMail).map((one) => {
      const id = idIn(one);
      const fullPath = paths.get(id) ?? nameOf(one);
      // Outlook's archive has no name in the schema, but it has this name in every English mailbox.
      const specialUse = uses.get(id) ?? (fullPath === 'Archive' ? '\\Archive' : undefined);
      const folder: Folder = {
        path: fullPath,
        name: fullPath === INBOX ? INBOX : nameOf(one),
        delimiter: DELIMITER,
        ...(specialUse && { specialUse }),
        selectable: true,
        counts: {
          total: countOf(one.textAt('TotalCount')) ?? 0,
          unread: countOf(one.textAt('UnreadCount')) ?? 0,
        },
      };
      return [id, { folder, id, parentId: parentOf(one) }];
    }),
  );
}

/** Excludes calendars, contacts and the like. Folders that came from an IMAP account are mail folders. */
const isForMail = (folder: XmlElement): boolean =>
  /^(IPF\.(Note|Imap)\b|$)/i.test(folder.textAt('FolderClass') ?? '');
