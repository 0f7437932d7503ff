import type { ImapFlow, ListOptions, ListResponse } from 'imapflow';

import { CLOSED, INBOX, isOpen, plainPath } from './special-use';
import { statusOf } from './status';

/**
 * All folders, each once. Some servers list a folder several times, such as the inbox in upper and in lower case, or with
 * different attributes. What has no name is not a folder, but where folders begin (RFC 9051 section 6.3.9).
 */
export async function uniqueFolders(flow: ImapFlow, options: ListOptions = {}): Promise<ListResponse[]> {
  const byPath = new Map<string, ListResponse>();
  for (const folder of await flow.list(options)) {
    if (folder.path === '') continue;
    const path = plainPath(folder.path);
    const known = byPath.get(path);
    byPath.set(path, known ? joined(known, folder) : folder);
  }
  const inbox = byPath.has(INBOX) ? undefined : await unlistedInbox(flow, [...byPath.values()][0]);
  return [...(inbox ? [inbox] : []), ...byPath.values()];
}

/** The inbox, which not every server lists (Strato). It has no other name (RFC 9051 section 5.1). */
async function unlistedInbox(
  flow: ImapFlow,
  { delimiter = '' }: Pick<ListResponse, 'delimiter'> = { delimiter: '' },
): Promise<ListResponse | undefined> {
  const status = await statusOf(flow, INBOX, { messages: true, unseen: true });
  if (status?.messages === undefined) return undefined;
  const name = { path: INBOX, pathAsListed: INBOX, name: INBOX, parent: [], parentPath: '', delimiter };
  return { ...name, flags: new Set(), specialUse: '\\Inbox', listed: false, subscribed: false, status };
}

function joined(first: ListResponse, second: ListResponse): ListResponse {
  const isOneOpen = [first, second].some(isOpen);
  const flags = new Set([...first.flags, ...second.flags]);
  for (const flag of isOneOpen ? CLOSED : []) flags.delete(flag);
  const specialUse = first.specialUse ?? second.specialUse;
  const status = first.status ?? second.status;
  return { ...first, flags, ...(specialUse && { specialUse }), ...(status && { status }) };
}
