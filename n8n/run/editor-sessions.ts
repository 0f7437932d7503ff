import type { ILoadOptionsFunctions, ITriggerFunctions } from 'n8n-workflow';

import { MailError } from '../../mail/errors';
import type { Folder } from '../../mail/model/folder';
import { openClient } from '../../mail/session/open-client';
import { ConnectionLimit } from '../../mail/async/connection-limit';
import { Session } from '../../mail/session/session';
import { mailboxOf, type SessionSettings } from '../../mail/account/session-settings';

/*
 * The editor asks for a list, such as that of folders, outside of any run. n8n then gives a node only its own
 * parameters and nothing about the other nodes (2.41.1: services/dynamic-node-parameters.service.js), so the
 * Email Connect node and its credential are out of reach. Only the user who asks is known. So the sessions that
 * a user opened by running a workflow by hand are remembered for that user, in memory, for a while. The browser
 * cannot choose whose sessions are used.
 */

const KEPT = 20;
/** Milliseconds. */
const KEPT_FOR = 30 * 60_000;
const LIST_KEPT_FOR = 30_000;

interface Remembered {
  settings: SessionSettings;
  until: number;
  folders?: { list: Promise<Folder[]>; until: number };
}

// Insertion order is order of last use.
const remembered = new Map<string, Remembered>();
const limit = new ConnectionLimit();

const keyOf = (userId: string, sessionName: string): string => JSON.stringify([userId, sessionName]);

/** The user who runs the workflow by hand, or looks at it in the editor; undefined for a run by a trigger. */
function userOf(context: object): string | undefined {
  const { userId } = (context as { additionalData?: { userId?: unknown } }).additionalData ?? {};
  return typeof userId === 'string' && userId ? userId : undefined;
}

/** Remembers a session that was opened in a manual run, so that the editor can list its folders. */
export function rememberForEditor(
  context: Pick<ITriggerFunctions, 'getMode'>,
  { name, settings }: Session,
): void {
  const userId = userOf(context);
  if (!userId || context.getMode() !== 'manual') return;
  const key = keyOf(userId, name);
  remembered.delete(key);
  remembered.set(key, { settings, until: Date.now() + KEPT_FOR });
  for (const [old, { until }] of remembered) {
    if (remembered.size > KEPT || until < Date.now()) remembered.delete(old);
  }
}

/** The folders of an account, with the account. */
export interface AccountFolders {
  /** The mailbox that the session opens. */
  account: string;
  folders: Folder[];
}

/**
 * The folders of the account that this user last opened a session of this name for. Another workflow may use the same
 * name for another account, and n8n does not say which workflow asks, so the list names the account.
 *
 * @throws {MailError} SESSION_UNKNOWN if there is none, or the error of the server
 */
export async function foldersForEditor(
  context: ILoadOptionsFunctions,
  sessionName: string,
): Promise<AccountFolders> {
  const userId = userOf(context);
  const known = userId === undefined ? undefined : remembered.get(keyOf(userId, sessionName));
  if (!known || known.until < Date.now()) throw notYetRun(sessionName);
  if (!known.folders || known.folders.until < Date.now()) {
    known.folders = { list: listFolders(known.settings), until: Date.now() + LIST_KEPT_FOR };
    // A failure is not cached, so the list can be loaded again at once.
    known.folders.list.catch(() => (known.folders = undefined));
  }
  return { account: mailboxOf(known.settings), folders: await known.folders.list };
}

export async function listFolders(settings: SessionSettings): Promise<Folder[]> {
  const session = new Session('editor', settings, openClient, limit);
  try {
    return await session.use(async (client) => await client.listFolders({ counts: false }), {
      repeatable: true,
    });
  } finally {
    await session.close();
  }
}

const notYetRun = (sessionName: string): MailError =>
  new MailError(
    'SESSION_UNKNOWN',
    `The list appears after you run the Email Connect node of the session "${sessionName}"`,
    'Open Email Connect and click "Execute step", then open this list again. Or choose the folder "By Use" or "By Path".',
  );
