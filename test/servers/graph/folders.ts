import type { StoredFolder } from '../exchange/mailbox';
import { destinationOf, folderOf, type Call, type Json, type Reply } from './call';
import { badRequest, GraphError } from './errors';
import { parseFilter } from './filter-parse';
import { objectMeets } from './filter-meets';
import { folderIdOf } from './ids';
import { numberIn, parseExpand, parseOrder, parseSelect } from './options';
import { paged } from './paging';

/** A mail folder holds mail: a calendar is none, although Exchange keeps it beside them. */
const isMail = ({ folderClass }: StoredFolder): boolean =>
  folderClass === '' || folderClass.startsWith('IPF.Note');

/** The folders right below another, as Graph lists them. */
const childrenOf = ({ mailbox, query }: Call, { id }: StoredFolder): StoredFolder[] =>
  mailbox
    .children(id)
    .filter((folder) => isMail(folder) && (!folder.isHidden || query.get('includeHiddenFolders') === 'true'));

function render(call: Call, folder: StoredFolder, options: ReadonlyMap<string, string>): Json {
  const content = call.mailbox.itemsIn(folder.id);
  const all: Json = {
    id: folderIdOf(folder),
    displayName: folder.name,
    parentFolderId: folderIdOf({ id: folder.parentId ?? folder.id }),
    childFolderCount: childrenOf(call, folder).length,
    unreadItemCount: content.filter(({ isRead }) => !isRead).length,
    totalItemCount: content.length,
    isHidden: folder.isHidden ?? false,
  };
  const select = parseSelect(options.get('$select'));
  const names = select ? ['id', ...select] : Object.keys(all);
  const shown: Json = Object.fromEntries(
    names.filter((name) => name in all).map((name) => [name, all[name]]),
  );
  for (const { name, options: nested } of parseExpand(options.get('$expand'))) {
    if (name !== 'childFolders') throw badRequest(`'${name}' cannot be expanded here.`);
    const children = childrenOf(call, folder);
    const top = Math.min(numberIn(nested, '$top', 10), call.world.pageSize);
    shown[name] = children.slice(0, top).map((child) => render(call, child, nested));
    // What does not fit has to be fetched.
    const rest = `${call.world.origin}/v1.0/users/${call.mailbox.address}/mailFolders/${folderIdOf(folder)}`;
    if (children.length > top) {
      shown[`${name}@odata.nextLink`] = `${rest}/childFolders?$top=${top}&$skip=${top}`;
    }
  }
  return shown;
}

function list(call: Call, parent: StoredFolder): Reply {
  const rendered = childrenOf(call, parent).map((folder) => ({
    folder,
    all: render(call, folder, new Map()),
  }));
  const filter = call.query.has('$filter') ? parseFilter(call.query.get('$filter')!) : undefined;
  const found = rendered.filter(({ all }) => !filter || objectMeets(all, filter));
  for (const { path, descending } of parseOrder(call.query.get('$orderby')).reverse()) {
    const direction = descending ? -1 : 1;
    found.sort((a, b) => direction * (String(a.all[path]) < String(b.all[path]) ? -1 : 1));
  }
  return paged(call, found, ({ folder }) => render(call, folder, call.query));
}

export const listFolders = (call: Call): Reply => list(call, call.mailbox.root);
export const listChildFolders = (call: Call): Reply => list(call, folderOf(call, call.ids[0]!));

export const getFolder = (call: Call): Reply => ({
  status: 200,
  body: render(call, folderOf(call, call.ids[0]!), call.query),
});

function create(call: Call, parent: StoredFolder): Reply {
  const name = nameIn(call);
  assertFree(call, parent, name);
  const folder = call.mailbox.addFolder(name, parent.id);
  folder.isHidden = call.json.isHidden === true;
  return { status: 201, body: render(call, folder, new Map()) };
}

export const createFolder = (call: Call): Reply => create(call, call.mailbox.root);
export const createChildFolder = (call: Call): Reply => create(call, folderOf(call, call.ids[0]!));

export function renameFolder(call: Call): Reply {
  const folder = folderOf(call, call.ids[0]!);
  assertOwn(call, folder);
  const name = nameIn(call);
  const parent = call.mailbox.folders.get(folder.parentId ?? '') ?? call.mailbox.root;
  if (name !== folder.name) assertFree(call, parent, name, folder);
  folder.name = name;
  return { status: 200, body: render(call, folder, new Map()) };
}

export function moveFolder(call: Call): Reply {
  const folder = folderOf(call, call.ids[0]!);
  assertOwn(call, folder);
  moveTo(call, folder, destinationOf(call));
  return { status: 201, body: render(call, folder, new Map()) };
}

/** Into Deleted Items, and from there for good. */
export function deleteFolder(call: Call): Reply {
  const folder = folderOf(call, call.ids[0]!);
  assertOwn(call, folder);
  const trash = call.mailbox.distinguished('deleteditems')!;
  if (call.mailbox.subtree(trash.id).includes(folder)) call.mailbox.removeFolder(folder.id);
  else {
    // Another of its name may have been deleted before.
    const taken = new Set(call.mailbox.children(trash.id).map(({ name }) => name.toLowerCase()));
    const { name } = folder;
    for (let number = 1; taken.has(folder.name.toLowerCase()); number += 1) folder.name = `${name}${number}`;
    folder.parentId = trash.id;
  }
  return { status: 204 };
}

export function removeFolder(call: Call): Reply {
  if (!call.world.permanentDelete) throw noPermanentDelete();
  const folder = folderOf(call, call.ids[0]!);
  assertOwn(call, folder);
  call.mailbox.removeFolder(folder.id);
  return { status: 204 };
}

/** National clouds have no such action (learn.microsoft.com/graph/api/message-permanentdelete). */
export const noPermanentDelete = (): GraphError =>
  badRequest("Resource not found for the segment 'permanentDelete'.");

function moveTo(call: Call, folder: StoredFolder, parent: StoredFolder): void {
  if (call.mailbox.subtree(folder.id).includes(parent)) {
    throw badRequest('A folder cannot be moved into itself.', 'ErrorMoveCopyFailed');
  }
  assertFree(call, parent, folder.name, folder);
  folder.parentId = parent.id;
}

function nameIn({ json }: Call): string {
  const { displayName } = json;
  if (typeof displayName === 'string' && displayName !== '') return displayName;
  throw badRequest('The displayName is missing.', 'ErrorInvalidRequest');
}

function assertFree({ mailbox }: Call, parent: StoredFolder, name: string, but?: StoredFolder): void {
  const others = mailbox.children(parent.id).filter((one) => one !== but);
  if (!others.some((one) => one.name.toLowerCase() === name.toLowerCase())) return;
  throw new GraphError(409, 'ErrorFolderExists', 'A folder with the specified name already exists.');
}

function assertOwn({ mailbox }: Call, folder: StoredFolder): void {
  if (!folder.distinguished && folder !== mailbox.archive) return;
  throw badRequest('Distinguished folders cannot be changed.', 'ErrorDeleteDistinguishedFolder');
}
