import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { IfNameInUse } from '../../mail/session/registry';
import { sessionHandle } from '../../mail/session/handle';
import type { Session } from '../../mail/session/session';
import { settingsFingerprint, type SessionSettings } from '../../mail/account/session-settings';
import { KeyedMutex } from '../../mail/async/keyed-mutex';
import { openingOf } from '../../n8n/run/origin';
import { openSession } from '../../n8n/run/session';
import { sessionName } from '../../n8n/run/session-parameter';
import { hint } from '../shared/hint';
import { passOn } from '../shared/pass-on';
import { eachItem } from '../shared/per-item';
import { hintWaits } from '../shared/waited';

/**
 * Opens the sessions that the items name and adds to each item its session's handle. Items of one name and the
 * same settings share one session; sessions with different names are opened in parallel.
 */
export async function openSessions(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const opened = new Map<string, Promise<Session>>();
  // One name is handled in the order of the items, so that "Replace" keeps the last one.
  const lanes = new KeyedMutex();

  const open = async (itemIndex: number): Promise<Session> => {
    const name = sessionName(context, itemIndex);
    const opening = await openingOf(context, itemIndex);
    const ifNameInUse = context.getNodeParameter('options.ifNameInUse', itemIndex, 'reuse') as IfNameInUse;
    const key = `${name}\n${settingsFingerprint(opening.settings)}`;
    let session = opened.get(key);
    if (!session) {
      session = lanes.run(name, async () => await openSession(context, name, opening, ifNameInUse));
      opened.set(key, session);
    }
    return await session;
  };

  const settled = await Promise.allSettled(
    context.getInputData().map(async (_, itemIndex) => await open(itemIndex)),
  );
  hintWaits(context);
  warnOfCleartext(
    context,
    settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value.settings] : [])),
  );
  return await eachItem(context, async (itemIndex) => {
    const result = settled[itemIndex]!;
    if (result.status === 'rejected') return await Promise.reject(result.reason as Error);
    const session = { session: { ...sessionHandle(result.value) } };
    return [passOn(context, itemIndex, { added: session, replacing: session })];
  });
}

function warnOfCleartext(context: IExecuteFunctions, opened: readonly SessionSettings[]): void {
  const servers = new Set(
    opened.filter(({ server }) => server.security === 'none').map(({ server }) => server.host),
  );
  if (servers.size === 0) return;
  const hosts = [...servers].join(', ');
  hint(
    context,
    `The connection to ${hosts} is not encrypted: others on the network can read the password and the mail.`,
  );
}
