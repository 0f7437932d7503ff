import type { StoredItem } from '../exchange/mailbox';
import { destinationOf, folderOf, itemOf, type Call, type Reply } from './call';
import { updateMessage } from './create';
import { badRequest, GraphError } from './errors';
import { assertSearchable, meets } from './filter-meets';
import { parseFilter, pathsIn, type Filter } from './filter-parse';
import { renderMessage } from './fields';
import { noPermanentDelete } from './folders';
import { parseOrder, type Order } from './options';
import { paged } from './paging';
import { search } from './search';
import { sorted } from './sort';
import { isUnreadable, viewed, viewOf } from './view';

export const listInFolder = (call: Call): Reply =>
  list(call, call.mailbox.itemsIn(folderOf(call, call.ids[0]!).id));

/** All messages of the mailbox but those that are only kept to be recovered. */
export function listMessages(call: Call): Reply {
  const hidden = call.mailbox.distinguished('recoverableitemsdeletions')!.id;
  return list(
    call,
    [...call.mailbox.items.values()].filter(({ folderId }) => folderId !== hidden),
  );
}

const list = (call: Call, all: StoredItem[]): Reply =>
  paged(call, found(call, all), (item) => {
    // Of a page, Graph does not say which of its messages is damaged.
    if (isUnreadable(call, item)) {
      throw new GraphError(500, 'InternalServerError', 'Error while processing response.');
    }
    return viewed(call, item);
  });

/** `…/messages/$count`: how many there are, as a text. */
export const countInFolder = (call: Call): Reply =>
  count(call, call.mailbox.itemsIn(folderOf(call, call.ids[0]!).id));

export const countMessages = (call: Call): Reply => count(call, [...call.mailbox.items.values()]);

const count = (call: Call, all: StoredItem[]): Reply => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain' },
  body: Buffer.from(String(found(call, all).length)),
});

/** The messages that a request is about, in its order. */
function found(call: Call, all: StoredItem[]): StoredItem[] {
  const { query } = call;
  const text = query.get('$search');
  if (text !== undefined) return searched(call, all, text);
  const filter = query.has('$filter') ? parseFilter(query.get('$filter')!) : undefined;
  const order = parseOrder(query.get('$orderby'));
  if (filter) {
    assertSearchable(filter);
    assertEfficient(filter, order);
  }
  return sorted(
    all.filter((item) => !filter || meets(item, filter)),
    order,
  );
}

/** What is not together with a search (learn.microsoft.com/graph/search-query-parameter), by the error's name. */
const NOT_WITH_SEARCH = {
  $filter: 'SearchWithFilter',
  $orderby: 'SearchWithOrderBy',
  $skip: 'SearchWithSkip',
};

function searched({ query }: Call, all: StoredItem[], text: string): StoredItem[] {
  for (const [name, code] of Object.entries(NOT_WITH_SEARCH)) {
    if (query.has(name))
      throw badRequest(`The query parameter '${name}' is not supported with '$search'.`, code);
  }
  return sorted(search(all, text), []).slice(0, 1000);
}

/** Exchange sorts by an index, which it finds only by what the filter begins with (…/user-list-messages). */
function assertEfficient(filter: Filter, order: readonly Order[]): void {
  const filtered = [...new Set(pathsIn(filter))];
  if (order.every(({ path }, index) => filtered[index] === path)) return;
  throw badRequest('The restriction or sort order is too complex for this operation.', 'InefficientFilter');
}

export const getMessage = (call: Call): Reply => ({
  status: 200,
  body: viewed(call, itemOf(call, call.ids.at(-1)!)),
});

export const getMime = (call: Call): Reply => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain' },
  body: itemOf(call, call.ids.at(-1)!).mime,
});

export const patchMessage = async (call: Call): Promise<Reply> =>
  await updateMessage(call, itemOf(call, call.ids.at(-1)!));

export function moveMessage(call: Call): Reply {
  const target = destinationOf(call);
  const item = call.mailbox.move(itemOf(call, call.ids.at(-1)!), target.id);
  return { status: 201, body: renderMessage(item, viewOf(call), undefined) };
}

export function copyMessage(call: Call): Reply {
  const target = destinationOf(call);
  const item = call.mailbox.copy(itemOf(call, call.ids.at(-1)!), target.id);
  return { status: 201, body: renderMessage(item, viewOf(call), undefined) };
}

/** Into Deleted Items, and from there for good. */
export function deleteMessage(call: Call): Reply {
  const item = itemOf(call, call.ids.at(-1)!);
  const trash = call.mailbox.distinguished('deleteditems')!;
  const within = call.mailbox.subtree(trash.id).some(({ id }) => id === item.folderId);
  if (within) call.mailbox.items.delete(item.id);
  else call.mailbox.move(item, trash.id);
  return { status: 204 };
}

export function removeMessage(call: Call): Reply {
  if (!call.world.permanentDelete) throw noPermanentDelete();
  call.mailbox.items.delete(itemOf(call, call.ids.at(-1)!).id);
  return { status: 204 };
}
