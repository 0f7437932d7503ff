import type { IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';

import { MailError } from '../../mail/errors';
import type { MailClient } from '../../mail/model/client';
import type { Folder } from '../../mail/model/folder';
import type { SessionObserver } from '../../mail/session/observer';
import { openClient } from '../../mail/session/open-client';
import { Session } from '../../mail/session/session';
import { mailboxOf, type SessionSettings } from '../../mail/account/session-settings';
import { editorContextFor } from './lent-context';
import { openingAgain, type Origin } from './origin';
import { manualRunsElsewhere } from './other-process';
import { registry } from './registry';
import { sessionLog } from './session-log';

/*
 * The editor asks for a list, such as that of folders, outside of any run. n8n then gives a node only its own
 * parameters and nothing about the other nodes (2.41.1: services/dynamic-node-parameters.service.js), so the
 * Email Connect node is out of reach. Only the user who asks is known. So where the sessions came from that a user
 * opened by running a workflow by hand is remembered for that user, in memory, for a while: the node, no secret. The
 * browser cannot choose whose sessions are used.
 */

const KEPT = 20;
/** Milliseconds. */
const KEPT_FOR = 30 * 60_000;
const LIST_KEPT_FOR = 30_000;

interface Remembered {
  origin: Origin;
  forget: NodeJS.Timeout;
  folders?: { list: Promise<AccountFolders>; until: number };
}

// Insertion order is order of last use.
const remembered = new Map<string, Remembered>();

const keyOf = (userId: string, sessionName: string): string => JSON.stringify([userId, sessionName]);

/** The user who runs the workflow by hand, or looks at it in the editor; undefined for a run by a trigger. */
function userOf(context: object): string | undefined {
  const { userId } = (context as { additionalData?: { userId?: unknown } }).additionalData ?? {};
  return typeof userId === 'string' && userId ? userId : undefined;
}

/** Remembers a session that was opened in a manual run, so that the editor can list its folders. */
export function rememberForEditor(context: IExecuteFunctions, name: string, origin: Origin): void {
  const userId = userOf(context);
  if (!userId || context.getMode() !== 'manual') return;
  const key = keyOf(userId, name);
  forget(key);
  const timer = setTimeout(() => forget(key), KEPT_FOR);
  timer.unref();
  remembered.set(key, { origin, forget: timer });
  const [oldest] = remembered.keys();
  if (remembered.size > KEPT && oldest !== undefined) forget(oldest);
}

function forget(key: string): void {
  clearTimeout(remembered.get(key)?.forget);
  remembered.delete(key);
}

/** A session that the user opened lately. */
export interface SeenSession {
  name: string;
  /** The mailbox that it opens. */
  account: string;
}

/** The sessions that this user opened lately, the latest first. */
export function sessionsForEditor(context: ILoadOptionsFunctions): SeenSession[] {
  const userId = userOf(context);
  return [...remembered]
    .map(([key, { origin }]) => {
      const [owner, name] = JSON.parse(key) as [string, string];
      return { owner, name, account: origin.opened.mailbox };
    })
    .filter(({ owner }) => owner === userId)
    .map(({ name, account }) => ({ name, account }))
    .reverse();
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
  const known = rememberedFor(context, sessionName);
  if (!known) throw notYetRun(sessionName, FOLDERS);
  if (!known.folders || known.folders.until < Date.now()) {
    const list = listFolders(context, known.origin, sessionName);
    known.folders = { list, until: Date.now() + LIST_KEPT_FOR };
    // A failure is not cached, so the list can be loaded again at once.
    list.catch(() => (known.folders = undefined));
  }
  return await known.folders.list;
}

async function listFolders(
  context: ILoadOptionsFunctions,
  origin: Origin,
  sessionName: string,
): Promise<AccountFolders> {
  const settings = await settingsAgain(context, origin);
  if (!settings) throw notYetRun(sessionName, FOLDERS);
  return { account: mailboxOf(settings), folders: await foldersOf(settings, sessionLog(context.logger, {})) };
}

/** @throws {MailError} why the server could not be asked */
export const foldersOf = async (settings: SessionSettings, observer: SessionObserver): Promise<Folder[]> =>
  await ask(settings, observer, async (client) => await client.listFolders({ counts: false }, new Map()));

/**
 * What the server of this user's session answers, by a connection for this question alone.
 *
 * @param question gets the client, and whether its server can search
 * @returns the answer, with the mailbox that the session opens
 * @throws {MailError} SESSION_UNKNOWN if there is no such session, or the error of the server
 */
export async function askForEditor<T>(
  context: ILoadOptionsFunctions,
  sessionName: string,
  list: List,
  question: (client: MailClient, searchable: boolean) => Promise<T>,
): Promise<{ account: string; answer: T }> {
  const known = rememberedFor(context, sessionName);
  const settings = known && (await settingsAgain(context, known.origin));
  if (!settings) throw notYetRun(sessionName, list);
  const searchable = settings.protocol !== 'pop3';
  const answer = await ask(
    settings,
    sessionLog(context.logger, {}),
    async (client) => await question(client, searchable),
  );
  return { account: mailboxOf(settings), answer };
}

function rememberedFor(context: ILoadOptionsFunctions, sessionName: string): Remembered | undefined {
  const userId = userOf(context);
  return userId === undefined ? undefined : remembered.get(keyOf(userId, sessionName));
}

async function settingsAgain(
  context: ILoadOptionsFunctions,
  origin: Origin,
): Promise<SessionSettings | undefined> {
  const lent = editorContextFor(origin.node, context);
  return (lent && (await openingAgain(lent, origin)))?.settings;
}

async function ask<T>(
  settings: SessionSettings,
  observer: SessionObserver,
  question: (client: MailClient) => Promise<T>,
): Promise<T> {
  const session = new Session('editor', settings, openClient, registry.limit, undefined, observer);
  try {
    return await session.use(question, { repeatable: true });
  } finally {
    await session.close();
  }
}

/** What a list shows, and what to choose if there is none. */
export interface List {
  of: string;
  instead: string;
}

const FOLDERS: List = { of: 'folders', instead: 'the folder "By Use" or "By Path"' };

function notYetRun(name: string, { of, instead }: List): MailError {
  const elsewhere = manualRunsElsewhere();
  if (elsewhere) {
    return new MailError(
      'SESSION_UNKNOWN',
      `The list of ${of} is not available here: this n8n runs workflows in ${elsewhere}, and the editor cannot see the session "${name}" there`,
      `Instead, choose ${instead}.`,
    );
  }
  return new MailError(
    'SESSION_UNKNOWN',
    `The list appears after you run the Email Connect node of the session "${name}"`,
    `Open Email Connect and click "Execute step", then open this list again. Or choose ${instead}.`,
  );
}
