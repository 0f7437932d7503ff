import type { SpecialUse } from '../model/folder';
import type { FailedFolders } from '../model/message-search';
import { rankOf } from '../model/thread';
import type { ImapConnection } from './connection';
import { isGmail } from './delete';
import { listFolders } from './folders';
import { isInbox, plainPath } from './special-use';

interface Place {
  path: string;
  use?: SpecialUse;
}

const USUAL: ReadonlySet<SpecialUse> = new Set(['\\Inbox', '\\Sent', '\\Archive', '\\All']);

/** What Gmail's All Mail does not have; every other folder shows a part of it. */
const BESIDE_ALL: ReadonlySet<SpecialUse> = new Set(['\\Junk', '\\Trash']);

/**
 * The paths of the folders to look for a thread in. If a message is in several of them, it is shown from the first.
 *
 * @param own the folder of the message that the thread is given by
 * @param refused collects what cannot be looked at
 */
export async function threadFolders(
  connection: ImapConnection,
  own: string | undefined,
  everywhere: boolean,
  refused: FailedFolders,
): Promise<string[]> {
  const known = everywhere ? await allFolders(connection, refused) : await usedFolders(connection);
  const isOwn = ({ path }: Place) => own !== undefined && path === own;
  const places = own === undefined || known.some(isOwn) ? known : [...known, { path: own }];
  const hasAll = isGmail(connection) && known.some(({ use }) => use === '\\All');
  const isWanted = (place: Place): boolean => {
    const { use } = place;
    if (hasAll) return use === '\\All' || (use && BESIDE_ALL.has(use) ? everywhere || isOwn(place) : false);
    // Only a view of other folders.
    if (use === '\\Flagged') return isOwn(place);
    return everywhere || isOwn(place) || (use !== undefined && USUAL.has(use));
  };
  return places
    .filter(isWanted)
    .toSorted((a, b) => rankOf(a.use, isOwn(a)) - rankOf(b.use, isOwn(b)))
    .map(({ path }) => path);
}

async function allFolders(connection: ImapConnection, refused: FailedFolders): Promise<Place[]> {
  const folders = await listFolders(connection, { counts: false }, refused);
  const others = folders.filter(({ path, selectable }) => selectable && !isInbox(path));
  // Every account has it (RFC 9051 section 5.1), even if LIST does not show it as a folder.
  return [
    { path: plainPath('INBOX'), use: '\\Inbox' },
    ...others.map(({ path, specialUse: use }) => ({ path, use })),
  ];
}

/** The folders with a special use. Asks the server once in a session. */
async function usedFolders(connection: ImapConnection): Promise<Place[]> {
  const paths = await connection.exclusively(async () => await connection.specialFolders.known());
  return [...paths].map(([use, path]) => ({ path: plainPath(path), use }));
}
