import type { ITriggerFunctions } from 'n8n-workflow';

import type { Session } from '../../mail/session/session';
import { MailError, isMailError } from '../../mail/errors';
import { AfterRun } from './after-run';
import { AccountChanged, accountOf, freshClient } from './fresh-client';
import type { ListenerSettings } from './listener-settings';
import { logWarning, tell } from './tell';
import { triggerSession } from './trigger-session';

/** Milliseconds. What could not be done after the runs is told once in this time. */
const TOLD_FOR = 60 * 60_000;

type Settings = Pick<ListenerSettings, 'sessionName' | 'sessionSettings'>;

/** What is done after the runs of a trigger: with its credential, and what fails is told to a person. */
export function afterRunOf(context: ITriggerFunctions, settings: Settings): AfterRun {
  let toldAt = 0;
  return new AfterRun(
    async (account) => await openFor(context, settings, account),
    (error, ids) => {
      const failure = notDone(error as Error, ids);
      if (Date.now() - toldAt < TOLD_FOR) {
        logWarning(context, failure);
        return;
      }
      toldAt = Date.now();
      tell(context, failure);
    },
  );
}

/** @throws {AccountChanged} if the credential is now of another account */
async function openFor(
  context: ITriggerFunctions,
  { sessionName, sessionSettings }: Settings,
  account: string,
): Promise<Session> {
  const settings = await sessionSettings();
  if (accountOf(settings) !== account) throw new AccountChanged();
  return triggerSession(context, sessionName, settings, {
    keepsConnection: false,
    openClient: freshClient(sessionSettings),
  });
}

const notDone = (error: Error, ids: readonly string[]): MailError =>
  new MailError(
    isMailError(error) ? error.code : 'SERVER_REFUSED',
    `${ids.length} ${ids.length === 1 ? 'message' : 'messages'}, such as ${ids[0] ?? ''}, could not be marked, moved or deleted after the start or the end of the run: ${error.message}`,
    `${isMailError(error) ? error.description : ''} Check "When the Run Succeeds", "When the Run Fails" and "Remember In" of the trigger. The runs themselves are not affected.`.trim(),
  );
