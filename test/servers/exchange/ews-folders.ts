import { answerEach, EwsError, folderOf, idsIn, pageSize, type Call } from './ews-calls';
import { elementOf, folderId, folderValue, renderFolder } from './ews-folder-fields';
import { meets } from './ews-restriction';
import type { StoredFolder } from './mailbox';
import { child, childrenOf, isTrue, tag, textOf } from './xml';

const folders = (...list: string[]): string => tag('m:Folders', {}, list);

/** As the operations that change a folder answer it. */
const onlyId = (folder: StoredFolder): string => folders(tag(elementOf(folder), {}, folderId(folder)));

export const getFolder = async (call: Call): Promise<string> =>
  await answerEach(
    call,
    'GetFolder',
    idsIn(call, 'FolderIds'),
    (id) => folders(renderFolder(call, folderOf(call, id), child(call.request, 'FolderShape'))),
    folders(),
  );

export const findFolder = async (call: Call): Promise<string> =>
  await answerEach(call, 'FindFolder', idsIn(call, 'ParentFolderIds'), (id) => {
    const { mailbox, request } = call;
    const parent = folderOf(call, id);
    const below =
      request.attributes.Traversal === 'Deep'
        ? mailbox.subtree(parent.id).filter((one) => one !== parent)
        : mailbox.children(parent.id);
    const restriction = child(request, 'Restriction')?.children[0];
    const found = below.filter(
      (one) => !restriction || meets(one, restriction, (folder, path) => folderValue(mailbox, folder, path)),
    );
    const view = child(request, 'IndexedPageFolderView')?.attributes ?? {};
    const start = Number(view.Offset ?? 0);
    const end = Math.min(start + pageSize(call, view.MaxEntriesReturned), found.length);
    return tag(
      'm:RootFolder',
      {
        IndexedPagingOffset: end,
        TotalItemsInView: found.length,
        IncludesLastItemInRange: end >= found.length,
      },
      tag(
        't:Folders',
        {},
        found.slice(start, end).map((one) => renderFolder(call, one, child(request, 'FolderShape'))),
      ),
    );
  });

function assertFree({ mailbox }: Call, parentId: string, name: string): void {
  const taken = mailbox.children(parentId).some((one) => one.name.toLowerCase() === name.toLowerCase());
  if (taken) throw new EwsError('ErrorFolderExists', 'A folder with the specified name already exists.');
}

/** What a folder holds, as the name of its element says where its class does not. */
const CLASSES: Readonly<Record<string, string>> = {
  CalendarFolder: 'IPF.Appointment',
  ContactsFolder: 'IPF.Contact',
  TasksFolder: 'IPF.Task',
};

export const createFolder = async (call: Call): Promise<string> =>
  await answerEach(
    call,
    'CreateFolder',
    idsIn(call, 'Folders'),
    (wanted) => {
      const parent = folderOf(call, child(call.request, 'ParentFolderId')?.children[0]);
      const name = textOf(wanted, 'DisplayName') ?? '';
      assertFree(call, parent.id, name);
      const folderClass = textOf(wanted, 'FolderClass') ?? CLASSES[wanted.name] ?? 'IPF.Note';
      const made = call.mailbox.addFolder(name, parent.id, undefined, folderClass);
      return onlyId(made);
    },
    folders(),
  );

export const updateFolder = async (call: Call): Promise<string> =>
  await answerEach(
    call,
    'UpdateFolder',
    idsIn(call, 'FolderChanges'),
    (change) => {
      const folder = folderOf(call, change.children[0]);
      assertOwn(folder);
      for (const { children } of childrenOf(change, 'Updates')) {
        const name = textOf(children[1], 'DisplayName');
        const folderClass = textOf(children[1], 'FolderClass');
        if (folderClass !== undefined) folder.folderClass = folderClass;
        if (name === undefined) continue;
        if (name !== folder.name) assertFree(call, folder.parentId ?? '', name);
        folder.name = name;
      }
      return onlyId(folder);
    },
    folders(),
  );

export const moveFolder = async (call: Call): Promise<string> =>
  await answerEach(
    call,
    'MoveFolder',
    idsIn(call, 'FolderIds'),
    (id) => {
      const folder = folderOf(call, id);
      assertOwn(folder);
      const parent = folderOf(call, child(call.request, 'ToFolderId')?.children[0]);
      assertFree(call, parent.id, folder.name);
      folder.parentId = parent.id;
      return onlyId(folder);
    },
    folders(),
  );

function assertOwn({ distinguished }: StoredFolder): void {
  if (distinguished) {
    throw new EwsError('ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be changed.');
  }
}

export const deleteFolder = async (call: Call): Promise<string> =>
  await answerEach(call, 'DeleteFolder', idsIn(call, 'FolderIds'), (id) => {
    const folder = folderOf(call, id);
    assertOwn(folder);
    if (call.request.attributes.DeleteType === 'MoveToDeletedItems') {
      folder.parentId = call.mailbox.distinguished('deleteditems')!.id;
    } else call.mailbox.removeFolder(folder.id);
    return '';
  });

export const emptyFolder = async (call: Call): Promise<string> =>
  await answerEach(call, 'EmptyFolder', idsIn(call, 'FolderIds'), (id) => {
    const { mailbox, request } = call;
    const folder = folderOf(call, id);
    for (const item of mailbox.itemsIn(folder.id)) {
      if (request.attributes.DeleteType === 'MoveToDeletedItems') {
        mailbox.move(item, mailbox.distinguished('deleteditems')!.id);
      } else mailbox.items.delete(item.id);
    }
    if (isTrue(request.attributes.DeleteSubFolders)) {
      for (const one of mailbox.children(folder.id)) mailbox.removeFolder(one.id);
    }
    return '';
  });
