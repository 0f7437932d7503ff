import type { IExecuteFunctions } from 'n8n-workflow';

import { MailError } from '../../mail/errors';
import type { IfNameInUse } from '../../mail/session/registry';
import type { Session } from '../../mail/session/session';
import { disabledConnectNode, findConnectNode } from './connect-node';
import { rememberForEditor } from './editor-sessions';
import { contextFor, runningContext } from './lent-context';
import { callingRun, currentRun } from './lifecycle';
import { openingAgain, openingOf, type Opening } from './origin';
import { registry } from './registry';
import { sessionLog } from './session-log';
import { noteUse } from './used-sessions';

/**
 * The session of this name that the running node may use: that of its run, else of its caller, else one that is
 * opened now, as the caller that was put away had it, or as the workflow's Email Connect node of that name says.
 *
 * @throws {MailError} SESSION_CLOSED, SESSION_UNKNOWN, or the error of opening it, now or earlier in this run
 */
export async function findSession(context: IExecuteFunctions, name: string): Promise<Session> {
  const runId = currentRun(context);
  const caller = callingRun(context);
  for (const id of [runId, caller]) {
    const session = id === undefined ? undefined : registry.find(id, name);
    if (session) return noteUse(context, session);
    if (id !== undefined && registry.wasClosed(id, name)) throw closedOnPurpose(name);
  }
  // Otherwise every item would repeat the failed login, until the server locks the account.
  const refusal = registry.refusal(runId, name);
  if (refusal) throw refusal;
  const opening = (await openingOfCaller(context, name, caller)) ?? (await openingOfWorkflow(context, name));
  return await openSession(context, name, opening, 'reuse');
}

/**
 * Opens a session in the run of the node.
 *
 * @throws {MailError} SESSION_CLOSED for a cancelled run, SESSION_NAME_IN_USE, or why the login failed
 */
export async function openSession(
  context: IExecuteFunctions,
  name: string,
  { settings, origin }: Opening,
  ifNameInUse: IfNameInUse,
): Promise<Session> {
  // Looked up late, because the run may have been cancelled in the meantime.
  const runId = currentRun(context);
  const observer = sessionLog(context.logger, { executionId: runId });
  const session = await registry.open(runId, name, settings, ifNameInUse, { origin, observer });
  rememberForEditor(context, name, origin);
  return noteUse(context, session);
}

/** A session that was closed. */
export interface ClosedSession {
  /** Absent if it had no connection since its run was put away. */
  session?: Session;
}

/** Closes the session of this name, of this run or of its caller, if there is one. */
export async function closeSession(
  context: IExecuteFunctions,
  name: string,
): Promise<ClosedSession | undefined> {
  const ids = [currentRun(context), callingRun(context)].filter((id) => id !== undefined);
  for (const id of ids) {
    const session = registry.find(id, name);
    if (await registry.close(id, name)) return { session };
  }
  return undefined;
}

/** A caller that waits for its sub-workflow is put away when that waits. */
async function openingOfCaller(
  context: IExecuteFunctions,
  name: string,
  caller: string | undefined,
): Promise<Opening | undefined> {
  const origin = caller === undefined ? undefined : registry.origin(caller, name);
  const running = runningContext(context);
  if (!origin || !running) return undefined;
  return await openingAgain(contextFor(origin.node, running), origin);
}

async function openingOfWorkflow(context: IExecuteFunctions, name: string): Promise<Opening> {
  const connect = findConnectNode(context, name);
  if (connect === 'unsupported') throw notReopened(name);
  if (connect) return await openingOf(connect.context, connect.itemIndex);
  const disabled = disabledConnectNode(context, name);
  if (disabled !== undefined) throw isDisabled(disabled, name);
  throw unknownSession(context, name);
}

const closedOnPurpose = (name: string): MailError =>
  new MailError(
    'SESSION_CLOSED',
    `The email session "${name}" was closed by Email Disconnect earlier in this run`,
    'Move the Email Disconnect node after the last node that uses the session, or open the session again with Email Connect.',
  );

const isDisabled = (node: string, name: string): MailError =>
  new MailError(
    'SESSION_UNKNOWN',
    `The node "${node}" is disabled, so there is no email session "${name}"`,
    'Enable the node: select it and press D. Or choose another session in "Session Name".',
  );

function unknownSession(context: IExecuteFunctions, name: string): MailError {
  const caller = callingRun(context);
  // Without the caller's id, n8n still says that there is one.
  const isCalled = caller !== undefined || context.getMode() === 'integrated';
  if (isCalled && !(caller !== undefined && registry.knows(caller))) return notOfCaller(name, caller);
  const names = [currentRun(context), caller].flatMap((id) => (id === undefined ? [] : registry.names(id)));
  return new MailError(
    'SESSION_UNKNOWN',
    `There is no email session "${name}" in this run`,
    `${names.length > 0 ? `Open sessions: ${names.join(', ')}. ` : ''}Check "Session Name" for typing errors, or add an Email Connect node that opens a session with this name.`,
  );
}

/** For a sub-workflow that cannot see the sessions of its caller. */
const notOfCaller = (name: string, caller: string | undefined): MailError =>
  new MailError(
    'SESSION_UNKNOWN',
    `There is no email session "${name}" in this run, and the workflow that called it does not share one`,
    `${
      caller === undefined
        ? 'This n8n does not say which run called it.'
        : `The run that called it (${caller}) opened no session, has ended, or continued in another worker after a Wait.`
    } Add an Email Connect node with the session name "${name}" to this workflow.`,
  );

const notReopened = (name: string): MailError =>
  new MailError(
    'SESSION_UNKNOWN',
    `The email session "${name}" is not open in this run`,
    'Email Connect did not run this time, and this version of n8n does not let a node open the session for it. Run the workflow from its start with "Execute workflow", and unpin the data of Email Connect.',
  );
