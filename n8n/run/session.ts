import type { IExecuteFunctions } from 'n8n-workflow';

import { MailError } from '../../mail/errors';
import type { Session } from '../../mail/session/session';
import { findConnectNode } from './connect-node';
import { rememberForEditor } from './editor-sessions';
import { callingRun, currentRun } from './lifecycle';
import { registry } from './registry';
import { settingsOfConnect } from '../credential/node-settings';

/**
 * The session of this name that the running node may use: that of its run, else of its caller, else one that is
 * opened now with the settings of the workflow's Email Connect node of that name.
 *
 * @throws {MailError} SESSION_CLOSED, SESSION_UNKNOWN, or the error of opening it, now or earlier in this run
 */
export async function findSession(context: IExecuteFunctions, name: string): Promise<Session> {
  const runId = currentRun(context);
  const caller = callingRun(context);
  for (const id of [runId, caller]) {
    const session = id === undefined ? undefined : registry.find(id, name);
    if (session) return session;
    if (id !== undefined && registry.wasClosed(id, name)) throw closedOnPurpose(name);
  }
  // Otherwise every item would repeat the failed login, until the server locks the account.
  const refusal = registry.refusal(runId, name);
  if (refusal) throw refusal;
  const connect = findConnectNode(context, name);
  if (connect === undefined) throw unknownSession(name, [runId, caller]);
  if (connect === 'unsupported') throw notReopened(name);
  const settings = await settingsOfConnect(connect.context, connect.itemIndex);
  // Checked again, because the run may have been cancelled in the meantime.
  const session = await registry.open(currentRun(context), name, settings, 'reuse');
  rememberForEditor(context, session);
  return session;
}

/** Closes the session of this name, of this run or of its caller. Returns whether there was one. */
export async function closeSession(context: IExecuteFunctions, name: string): Promise<boolean> {
  const ids = [currentRun(context), callingRun(context)].filter((id) => id !== undefined);
  for (const id of ids) {
    if (await registry.close(id, name)) return true;
  }
  return false;
}

const closedOnPurpose = (name: string): MailError =>
  new MailError(
    'SESSION_CLOSED',
    `The email session "${name}" was closed by Email Disconnect earlier in this run`,
    'Move the Email Disconnect node after the last node that uses the session, or open the session again with Email Connect.',
  );

function unknownSession(name: string, runs: Array<string | undefined>): MailError {
  const names = runs.flatMap((id) => (id === undefined ? [] : registry.names(id)));
  return new MailError(
    'SESSION_UNKNOWN',
    `There is no email session "${name}" in this run`,
    `${names.length > 0 ? `Open sessions: ${names.join(', ')}. ` : ''}Check "Session Name" for typing errors, or add an Email Connect node that opens a session with this name.`,
  );
}

const notReopened = (name: string): MailError =>
  new MailError(
    'SESSION_UNKNOWN',
    `The email session "${name}" is not open in this run`,
    'Email Connect did not run this time, and this version of n8n does not let a node open the session for it. Run the workflow from its start with "Execute workflow", and unpin the data of Email Connect.',
  );
