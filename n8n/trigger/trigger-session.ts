import type { ITriggerFunctions } from 'n8n-workflow';

import type { SessionSettings } from '../../mail/account/session-settings';
import type { Detached } from '../../mail/session/registry';
import type { Session } from '../../mail/session/session';
import { registry } from '../run/registry';
import { sessionLog } from '../run/session-log';

/** A session of a trigger, which belongs to no run. Nothing is opened yet; the caller closes it. */
export const triggerSession = (
  context: ITriggerFunctions,
  name: string,
  settings: SessionSettings,
  how: Omit<Detached, 'observer'>,
): Session =>
  registry.detached(name, settings, {
    ...how,
    observer: sessionLog(context.logger, { workflowId: context.getWorkflow().id }),
  });
