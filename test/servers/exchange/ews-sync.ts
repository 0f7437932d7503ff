import { answerEach, EwsError, folderOf, type Call } from './ews-calls';
import { folderId, renderFolder } from './ews-folder-fields';
import { renderItem } from './ews-render';
import { changesBetween, withChanges, type Change, type Snapshot } from './snapshots';
import { child, tag, textOf, value } from './xml';

/** What the client knows: nothing, or what its sync state says. */
function known({ mailbox, request }: Call): Snapshot {
  const state = textOf(request, 'SyncState');
  if (!state) return new Map();
  const snapshot = mailbox.snapshots.get(state);
  if (snapshot) return snapshot;
  throw new EwsError('ErrorInvalidSyncStateData', 'The sync state data is corrupt or otherwise invalid.');
}

export const syncFolderItems = async (call: Call): Promise<string> => {
  const { mailbox, request } = call;
  return await answerEach(call, 'SyncFolderItems', [child(request, 'SyncFolderId')!], (wanted) => {
    const folder = folderOf(call, wanted.children[0]);
    const before = known(call);
    const most = Number(textOf(request, 'MaxChangesReturned') ?? 512);
    const all = changesBetween(before, mailbox.snapshotOf(folder.id));
    const told = all.slice(0, most);
    return (
      value('m:SyncState', mailbox.snapshots.keep(withChanges(before, told))) +
      value('m:IncludesLastItemInRange', told.length === all.length) +
      tag(
        'm:Changes',
        {},
        told.map((change) => itemChange(call, change)),
      )
    );
  });
};

function itemChange(call: Call, change: Change): string {
  const id = tag('t:ItemId', { Id: change.id });
  if (change.kind === 'delete') return tag('t:Delete', {}, id);
  const [state, before] = [change.mark, change.before].map((mark) => mark?.split(' ')[0]);
  if (change.kind === 'update' && state !== before) {
    return tag('t:ReadFlagChange', {}, [id, value('t:IsRead', state === 'read')]);
  }
  const item = call.mailbox.items.get(change.id)!;
  const shown = renderItem(call, item, child(call.request, 'ItemShape'), 'FindItem');
  return tag(change.kind === 'create' ? 't:Create' : 't:Update', {}, shown);
}

export const syncFolderHierarchy = async (call: Call): Promise<string> => {
  const { mailbox, request } = call;
  return await answerEach(call, 'SyncFolderHierarchy', [child(request, 'SyncFolderId')], (wanted) => {
    const top = wanted ? folderOf(call, wanted.children[0]) : mailbox.root;
    const below = mailbox.subtree(top.id).filter((one) => one !== top);
    const now = new Map(below.map(({ id, name, parentId }) => [id, `${parentId} ${name}`]));
    const changes = changesBetween(known(call), now);
    return (
      value('m:SyncState', mailbox.snapshots.keep(now)) +
      value('m:IncludesLastFolderInRange', true) +
      tag(
        'm:Changes',
        {},
        changes.map((change) => folderChange(call, change)),
      )
    );
  });
};

function folderChange(call: Call, { kind, id }: Change): string {
  if (kind === 'delete') return tag('t:Delete', {}, folderId({ id }));
  const shape = child(call.request, 'FolderShape');
  const shown = renderFolder(call, call.mailbox.folders.get(id)!, shape);
  return tag(kind === 'create' ? 't:Create' : 't:Update', {}, shown);
}
