import type { ITriggerFunctions } from 'n8n-workflow';

import { mailboxOf, type SessionSettings } from '../../mail/account/session-settings';
import { maxConnections } from '../../mail/async/max-connections';
import { MailError } from '../../mail/errors';
import { FolderWatch, type WatchEvent, type WatchState } from '../../mail/session/folder-watch';
import type { Session } from '../../mail/session/session';
import { canWake } from '../wait/wake';
import { accountOf, freshClient } from './fresh-client';
import type { ListenerSettings } from './listener-settings';
import type { Live } from './process';
import { logInfo } from './tell';
import { triggerSession } from './trigger-session';

/** With what a listener hears mail: a session of one account, and a watch on its folder. */
export interface Listening {
  session: Session;
  watch: FolderWatch;
  /** Whether the watch knows what was there before. */
  hasBegun: boolean;
  /** Names the account whose connection it keeps. */
  account: string;
  /** The mailbox whose mail it hears, if it hands answers to waiting runs. */
  answersTo?: string;
  /** Whether the server may have given a question another Message-ID. */
  mayRename: boolean;
}

export interface ListeningOptions {
  context: ITriggerFunctions;
  settings: ListenerSettings;
  /** The other triggers of this process. */
  others: readonly Live[];
  /** Where an earlier watch ended. */
  state?: WatchState;
  /** Is called after each login. */
  opened: () => void;
  /** The server has lost its position, and may have given the messages new ids. */
  restarted: () => void;
}

/** How many connections of an account are left for the runs. */
const FOR_RUNS = 2;

/**
 * Nothing is opened yet.
 *
 * @param account with which the credential opens the mailbox now
 * @throws {MailError} CONNECTION_LIMIT if the others leave no connection of the account; INVALID_INPUT for the query
 */
export function listenTo(account: SessionSettings, options: ListeningOptions): Listening {
  const { context, settings, others, state, opened } = options;
  const { folder, query, wanted, start, checkEvery, keyword } = settings;
  const isPop = account.protocol === 'pop3';
  if (!isPop) assertRoom(account, others);
  const session = triggerSession(
    context,
    settings.sessionName,
    // POP3 locks the mailbox as long as somebody is logged in (RFC 1939 section 3), and the runs need it too.
    isPop ? { ...account, timeouts: { ...account.timeouts, idle: 500 } } : account,
    {
      // The only connection that the account may have is for the runs too.
      keepsConnection: !isPop && maxConnections() > 1,
      openClient: freshClient(settings.sessionSettings, opened),
    },
  );
  const watch = new FolderWatch(session, {
    ...{ folder, wanted, start, checkEvery, state },
    log: (event) => note(event, options),
    query:
      keyword === undefined
        ? query
        : { ...query, withoutKeyword: [...(query.withoutKeyword ?? []), keyword] },
  });
  return {
    ...{ session, watch, hasBegun: false, account: accountOf(account), mayRename: renamesMessages(account) },
    ...(settings.wakesRuns && canWake(context) && { answersTo: mailboxOf(account) }),
  };
}

function note(event: WatchEvent, { context, settings, restarted }: ListeningOptions): void {
  if (event.type === 'started') {
    logInfo(context, `listens to ${settings.folder}`);
    return;
  }
  restarted();
  const what = `so the messages were compared: ${event.found} are new`;
  logInfo(context, `the server could not say what is new, ${what}`);
}

/** @throws {MailError} CONNECTION_LIMIT */
function assertRoom(settings: SessionSettings, others: readonly Live[]): void {
  const account = accountOf(settings);
  const most = Math.max(1, maxConnections() - FOR_RUNS);
  if (others.filter((one) => one.account === account).length < most) return;
  throw new MailError(
    'CONNECTION_LIMIT',
    `${most} other triggers listen to the account ${settings.authenticator.account} already, and the runs need connections too`,
    'Let fewer workflows listen to this account, for example with one trigger and a Switch node behind it.',
  );
}

/** Microsoft may give what it sends another Message-ID. */
const renamesMessages = ({ protocol, provider }: SessionSettings): boolean =>
  ['ews', 'graph'].includes(protocol) || ['outlook', 'msn'].includes(provider);
