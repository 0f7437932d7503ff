import { answerEach, EwsError, folderOf, idsIn, type Call } from './ews-calls';
import type { ExchangeMailbox, StoredFolder } from './mailbox';
import { child, childrenOf, tag, textOf, value } from './xml';

const folderId = ({ id }: StoredFolder): string => tag('t:FolderId', { Id: id, ChangeKey: 'AQAAAA==' });
const folders = (...list: string[]): string => tag('m:Folders', {}, list);

/** What kind of folder it is says the element. */
const ELEMENTS: Readonly<Record<string, string>> = {
  'IPF.Appointment': 't:CalendarFolder',
  'IPF.Contact': 't:ContactsFolder',
};

/** In the order of the schema (types.xsd: BaseFolderType, then FolderType). */
function render(mailbox: ExchangeMailbox, folder: StoredFolder, withDistinguished: boolean): string {
  const content = mailbox.itemsIn(folder.id);
  const mail = folder.folderClass === 'IPF.Note';
  return tag(
    ELEMENTS[folder.folderClass] ?? 't:Folder',
    {},
    [
      folderId(folder),
      folder.parentId && tag('t:ParentFolderId', { Id: folder.parentId, ChangeKey: 'AQAAAA==' }),
      value('t:FolderClass', folder.folderClass),
      value('t:DisplayName', folder.name),
      value('t:TotalCount', content.length),
      value('t:ChildFolderCount', mailbox.children(folder.id).length),
      folder.distinguished && withDistinguished && value('t:DistinguishedFolderId', folder.distinguished),
      mail && value('t:UnreadCount', content.filter(({ isRead }) => !isRead).length),
    ].map((part) => part || ''),
  );
}

/** Since Exchange 2013 a folder says what it is for; before, one has to ask by name. */
const saysWhatFor = (call: Call): boolean => !/2007|2010/.test(call.request.attributes.version ?? '');

export const getFolder = async (call: Call): Promise<string> =>
  await answerEach(
    'GetFolder',
    idsIn(call, 'FolderIds'),
    (id) => folders(render(call.mailbox, folderOf(call, id), saysWhatFor(call))),
    folders(),
  );

export const findFolder = async (call: Call): Promise<string> =>
  await answerEach('FindFolder', idsIn(call, 'ParentFolderIds'), (id) => {
    const { mailbox, request } = call;
    const parent = folderOf(call, id);
    const below =
      request.attributes.Traversal === 'Deep'
        ? mailbox.subtree(parent.id).filter((one) => one !== parent)
        : mailbox.children(parent.id);
    const view = child(request, 'IndexedPageFolderView')?.attributes ?? {};
    const start = Number(view.Offset ?? 0);
    const end = Math.min(start + Number(view.MaxEntriesReturned ?? below.length), below.length);
    return tag(
      'm:RootFolder',
      {
        IndexedPagingOffset: end,
        TotalItemsInView: below.length,
        IncludesLastItemInRange: end >= below.length,
      },
      tag(
        't:Folders',
        {},
        below.slice(start, end).map((one) => render(mailbox, one, saysWhatFor(call))),
      ),
    );
  });

function assertFree({ mailbox }: Call, parentId: string, name: string): void {
  const taken = mailbox.children(parentId).some((one) => one.name.toLowerCase() === name.toLowerCase());
  if (taken) throw new EwsError('ErrorFolderExists', 'A folder with the specified name already exists.');
}

export const createFolder = async (call: Call): Promise<string> =>
  await answerEach(
    'CreateFolder',
    idsIn(call, 'Folders'),
    (wanted) => {
      const parent = folderOf(call, child(call.request, 'ParentFolderId')?.children[0]);
      const name = textOf(wanted, 'DisplayName') ?? '';
      assertFree(call, parent.id, name);
      const folderClass = textOf(wanted, 'FolderClass') ?? 'IPF.Note';
      const made = call.mailbox.addFolder(name, parent.id, undefined, folderClass);
      return folders(tag('t:Folder', {}, folderId(made)));
    },
    folders(),
  );

export const updateFolder = async (call: Call): Promise<string> =>
  await answerEach(
    'UpdateFolder',
    idsIn(call, 'FolderChanges'),
    (change) => {
      const folder = folderOf(call, change.children[0]);
      assertOwn(folder);
      for (const { children } of childrenOf(change, 'Updates')) {
        const name = textOf(children[1], 'DisplayName') ?? '';
        if (name !== folder.name) assertFree(call, folder.parentId ?? '', name);
        folder.name = name;
      }
      return folders(tag('t:Folder', {}, folderId(folder)));
    },
    folders(),
  );

export const moveFolder = async (call: Call): Promise<string> =>
  await answerEach(
    'MoveFolder',
    idsIn(call, 'FolderIds'),
    (id) => {
      const folder = folderOf(call, id);
      assertOwn(folder);
      const parent = folderOf(call, child(call.request, 'ToFolderId')?.children[0]);
      assertFree(call, parent.id, folder.name);
      folder.parentId = parent.id;
      return folders(tag('t:Folder', {}, folderId(folder)));
    },
    folders(),
  );

function assertOwn({ distinguished }: StoredFolder): void {
  if (distinguished) {
    throw new EwsError('ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be changed.');
  }
}

export const deleteFolder = async (call: Call): Promise<string> =>
  await answerEach('DeleteFolder', idsIn(call, 'FolderIds'), (id) => {
    const folder = folderOf(call, id);
    assertOwn(folder);
    if (call.request.attributes.DeleteType === 'MoveToDeletedItems') {
      folder.parentId = call.mailbox.distinguished('deleteditems')!.id;
    } else call.mailbox.removeFolder(folder.id);
    return '';
  });

export const emptyFolder = async (call: Call): Promise<string> =>
  await answerEach('EmptyFolder', idsIn(call, 'FolderIds'), (id) => {
    const { mailbox, request } = call;
    const folder = folderOf(call, id);
    for (const item of mailbox.itemsIn(folder.id)) {
      if (request.attributes.DeleteType === 'MoveToDeletedItems') {
        mailbox.move(item, mailbox.distinguished('deleteditems')!.id);
      } else mailbox.items.delete(item.id);
    }
    if (request.attributes.DeleteSubFolders === 'true') {
      for (const one of mailbox.children(folder.id)) mailbox.removeFolder(one.id);
    }
    return '';
  });
