import { NodeOperationError, UserError, type ITriggerFunctions, type ITriggerResponse } from 'n8n-workflow';

import { MailError, isMailError } from '../../mail/errors';
import { toNodeError } from '../errors';
import { MailListener } from './listener';
import type { ListenerSettings } from './listener-settings';
import { manualTest } from './manual-test';
import { tell } from './tell';
import { workflowSettings } from './workflow-settings';

/** Milliseconds to wait until it is known what is in the folder already, if a person activates, and at the start of n8n. */
const PATIENCE = { person: 15_000, start: 5_000 };

/**
 * Begins to listen, or to test.
 *
 * n8n 2.41.1 tries a trigger that throws for 15 seconds and then never again, not even after a restart. So it throws only
 * for settings that cannot work, and only if a person looks at it.
 *
 * @param read reads the parameters
 * @throws {NodeOperationError}
 */
export async function activate(
  context: ITriggerFunctions,
  read: () => ListenerSettings,
): Promise<ITriggerResponse> {
  const mode = context.getActivationMode();
  const isPerson = mode !== 'init' && mode !== 'leadershipChange';
  let settings: ListenerSettings;
  try {
    assertEngine(context);
    settings = read();
    // Without a request to the server.
    if (isPerson) await settings.sessionSettings().catch(throwIfLasting);
  } catch (error) {
    if (isPerson) throw toNodeError(context.getNode(), error);
    tell(context, error);
    return { closeFunction: async () => await Promise.resolve() };
  }
  if (context.getMode() === 'manual') return manualTest(context, settings);
  const listener = new MailListener(context, settings, isPerson);
  await listener.begin(isPerson ? PATIENCE.person : PATIENCE.start);
  return { closeFunction: async () => await listener.close() };
}

/** A failure of n8n itself, such as that of its database, may pass. The listener tries again. */
function throwIfLasting(error: unknown): void {
  if (isMailError(error) || error instanceof NodeOperationError || error instanceof UserError) throw error;
}

/** Engine 2.0 starts no run for a trigger that wants to know its end, and ignores deduplication keys (2.41.1). */
function assertEngine(context: ITriggerFunctions): void {
  const { engineType } = workflowSettings(context) as { engineType?: string };
  if (engineType !== 'v2') return;
  throw new MailError(
    'NOT_SUPPORTED',
    "Email Trigger does not work with n8n's Engine 2.0, which cannot tell it whether a run was started",
    'Choose the standard engine in the settings of the workflow.',
  );
}
