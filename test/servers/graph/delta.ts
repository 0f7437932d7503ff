import { changesBetween, withChanges, type Change, type Snapshot } from '../exchange/snapshots';
import { folderOf, type Call, type Json, type Reply } from './call';
import { badRequest, GraphError } from './errors';
import { messageIdOf } from './ids';
import { numberIn } from './options';
import { preferenceApplied } from './paging';
import { viewed } from './view';

/** What may be asked of (…/message-delta), and the kinds of changes that it means. */
const TYPES: Readonly<Record<string, Change['kind']>> = {
  created: 'create',
  updated: 'update',
  deleted: 'delete',
};

/** `GET /mailFolders/{id}/messages/delta`: what has changed since the link that the client brings, and the next link. */
export function delta(call: Call): Reply {
  const { query, mailbox, world } = call;
  const folder = folderOf(call, call.ids[0]!);
  const before = known(call);
  const changes = changesBetween(before, mailbox.snapshotOf(folder.id)).filter(isAskedFor(call));
  const most = numberIn(query, '$top', call.maxPageSize ?? 10);
  const told = changes.slice(0, Math.min(most, world.pageSize));
  const token = mailbox.snapshots.keep(withChanges(before, told));
  const [name, parameter] =
    told.length < changes.length ? ['nextLink', '$skiptoken'] : ['deltaLink', '$deltatoken'];
  return {
    status: 200,
    headers: preferenceApplied(call),
    body: {
      '@odata.context': `${world.origin}/v1.0/$metadata#Collection(message)`,
      [`@odata.${name}`]: call.pageUrl({ $skiptoken: '', $deltatoken: '', [parameter!]: token }),
      value: told.map((change) => changeJson(call, change)),
    },
  };
}

function known({ query, mailbox }: Call): Snapshot {
  const token = query.get('$deltatoken') || query.get('$skiptoken');
  if (!token) return new Map();
  const snapshot = mailbox.snapshots.get(token);
  if (snapshot) return snapshot;
  throw new GraphError(410, 'SyncStateNotFound', 'The sync state generation is not found; start again.');
}

function isAskedFor({ query }: Call): (change: Change) => boolean {
  const asked = query.get('changeType');
  if (asked === undefined) return () => true;
  const kind = TYPES[asked];
  if (!kind) throw badRequest(`Invalid changeType ${asked}.`, 'ErrorInvalidUrlQuery');
  return (change) => change.kind === kind;
}

function changeJson(call: Call, change: Change): Json {
  if (change.kind !== 'delete') return viewed(call, call.mailbox.items.get(change.id)!);
  const [, , immutableId = ''] = change.before.split(' ');
  return {
    '@odata.type': '#microsoft.graph.message',
    '@removed': { reason: 'deleted' },
    id: messageIdOf({ id: change.id, immutableId }, call.immutable),
  };
}
