import { EwsError, type Call } from './ews-calls';
import { effectiveRights } from './ews-fields';
import { propertyElement, type PropertyValue } from './ews-properties';
import type { ExchangeMailbox, StoredFolder } from './mailbox';
import { child, childrenOf, tag, value, type Element } from './xml';

export const folderId = ({ id }: Pick<StoredFolder, 'id'>): string =>
  tag('t:FolderId', { Id: id, ChangeKey: 'AQAAAA==' });

/** What kind of folder it is says the element. */
const ELEMENTS: Readonly<Record<string, string>> = {
  'IPF.Appointment': 't:CalendarFolder',
  'IPF.Contact': 't:ContactsFolder',
  'IPF.Task': 't:TasksFolder',
};

export const elementOf = ({ folderClass, distinguished }: StoredFolder): string =>
  distinguished === 'searchfolders' ? 't:SearchFolder' : (ELEMENTS[folderClass] ?? 't:Folder');

interface FolderField {
  render(mailbox: ExchangeMailbox, folder: StoredFolder): string;
  value?(mailbox: ExchangeMailbox, folder: StoredFolder): PropertyValue;
}

const plain = (
  name: string,
  read: (mailbox: ExchangeMailbox, folder: StoredFolder) => string | number,
): FolderField => ({ render: (mailbox, folder) => value(name, read(mailbox, folder)), value: read });

const unread = (mailbox: ExchangeMailbox, { id }: StoredFolder): number =>
  mailbox.itemsIn(id).filter(({ isRead }) => !isRead).length;

/** In the order of the schema (types.xsd: BaseFolderType, then FolderType). */
const FIELDS: Readonly<Record<string, FolderField>> = {
  'folder:FolderId': { render: (_, folder) => folderId(folder) },
  'folder:ParentFolderId': {
    render: (_, { parentId }) =>
      parentId ? tag('t:ParentFolderId', { Id: parentId, ChangeKey: 'AQAAAA==' }) : '',
    value: (_, { parentId }) => parentId,
  },
  'folder:FolderClass': {
    render: (_, { folderClass }) => (folderClass ? value('t:FolderClass', folderClass) : ''),
    value: (_, { folderClass }) => folderClass || undefined,
  },
  'folder:DisplayName': plain('t:DisplayName', (_, { name }) => name),
  'folder:TotalCount': plain('t:TotalCount', (mailbox, { id }) => mailbox.itemsIn(id).length),
  'folder:ChildFolderCount': plain('t:ChildFolderCount', (mailbox, { id }) => mailbox.children(id).length),
  // Extended properties stand here.
  'folder:EffectiveRights': { render: effectiveRights },
  'folder:DistinguishedFolderId': {
    render: (_, { distinguished }) => (distinguished ? value('t:DistinguishedFolderId', distinguished) : ''),
    value: (_, { distinguished }) => distinguished,
  },
  // The schema gives a calendar no such element.
  'folder:UnreadCount': {
    render: (mailbox, folder) =>
      HAS_UNREAD.includes(elementOf(folder)) ? value('t:UnreadCount', unread(mailbox, folder)) : '',
    value: unread,
  },
};

const HAS_UNREAD = ['t:Folder', 't:SearchFolder', 't:TasksFolder'];
const BEFORE_PROPERTIES = 'folder:ChildFolderCount';

/** MAPI properties of folders ([MS-OXPROPS]). */
const PROPERTIES: Readonly<
  Record<number, (mailbox: ExchangeMailbox, folder: StoredFolder) => PropertyValue>
> = {
  0x3001: (_, { name }) => name,
  0x3602: (mailbox, { id }) => mailbox.itemsIn(id).length,
  0x3603: unread,
  0x360a: (mailbox, { id }) => mailbox.children(id).length > 0,
  0x3613: (_, { folderClass }) => folderClass || undefined,
  0x10f4: (_, { isHidden }) => isHidden ?? false,
  0x6751: (mailbox) => mailbox.nextArticle,
};

export function folderValue(mailbox: ExchangeMailbox, folder: StoredFolder, path: Element): PropertyValue {
  const { FieldURI, PropertyTag } = path.attributes;
  if (path.name === 'ExtendedFieldURI') return PROPERTIES[Number(PropertyTag)]?.(mailbox, folder);
  const field = FIELDS[FieldURI ?? ''];
  if (field?.value) return field.value(mailbox, folder);
  throw new EwsError('ErrorUnsupportedPathForQuery', `Filtering by ${FieldURI} is not supported.`);
}

const BY_SHAPE: Readonly<Record<string, readonly string[]>> = {
  IdOnly: ['folder:FolderId'],
  Default: [
    ...['folder:FolderId', 'folder:DisplayName', 'folder:UnreadCount', 'folder:TotalCount'],
    'folder:ChildFolderCount',
  ],
  AllProperties: Object.keys(FIELDS),
};

/** Since Exchange 2013 a folder says what it is for; before, one has to ask by name. */
const saysWhatFor = ({ version }: Call): boolean => !/2007|2010/.test(version);

/** A folder as a request's FolderShape asks for it. */
export function renderFolder(call: Call, folder: StoredFolder, shape: Element | undefined): string {
  const paths = childrenOf(shape, 'AdditionalProperties');
  const wanted = new Set([
    ...(BY_SHAPE[child(shape, 'BaseShape')?.text ?? 'IdOnly'] ?? []),
    ...paths.map(({ attributes }) => attributes.FieldURI ?? ''),
  ]);
  if (!saysWhatFor(call)) wanted.delete('folder:DistinguishedFolderId');
  const extended = paths
    .filter(({ name }) => name === 'ExtendedFieldURI')
    .map((path) => propertyElement(path, folderValue(call.mailbox, folder, path)));
  const parts = Object.entries(FIELDS).flatMap(([name, field]) => [
    wanted.has(name) ? field.render(call.mailbox, folder) : '',
    ...(name === BEFORE_PROPERTIES ? extended : []),
  ]);
  return tag(elementOf(folder), {}, parts);
}
