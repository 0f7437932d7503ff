import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { mailboxOf, settingsFingerprint } from '../../mail/account/session-settings';
import type { CredentialContext } from '../credential/managed-login';
import { settingsOfNode } from '../credential/node-settings';
import type { OutboundContext } from '../outbound';
import { foldersOf, type AccountFolders } from '../run/editor-sessions';
import { sessionLog } from '../run/session-log';

const KEPT = 20;
/** Milliseconds. The editor asks again for each letter of a search. */
const KEPT_FOR = 30_000;

const lists = new Map<string, { list: ReturnType<typeof foldersOf>; until: number }>();

/**
 * The folders of the account that a node logs in to itself: n8n gives the node's own parameters and credential to its
 * lists, so no run is needed before.
 *
 * @throws {MailError} why the settings cannot be used, or the error of the server
 */
export async function foldersOfNode(context: ILoadOptionsFunctions): Promise<AccountFolders> {
  const settings = await settingsOfNode(
    context as ILoadOptionsFunctions & CredentialContext & OutboundContext,
    (name, fallback) => context.getCurrentNodeParameter(name) ?? fallback,
  );
  const key = settingsFingerprint(settings);
  let known = lists.get(key);
  if (!known || known.until < Date.now()) {
    known = { list: foldersOf(settings, sessionLog(context.logger, {})), until: Date.now() + KEPT_FOR };
    lists.delete(key);
    lists.set(key, known);
    // A failure is not kept, so that the list can be loaded again at once.
    known.list.catch(() => lists.delete(key));
    const [oldest] = lists.keys();
    if (lists.size > KEPT && oldest !== undefined) lists.delete(oldest);
  }
  return { account: mailboxOf(settings), folders: await known.list };
}
