import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Message } from '../../mail/model/message';
import { sessionHandle } from '../../mail/session/handle';
import type { Session } from '../../mail/session/session';
import type { ListenerSettings } from './listener-settings';
import type { Gap } from './outage';

/**
 * The items of a run: each message as Get Many gives it, with the name tag of the session as Email Connect gives it. After
 * an outage they say since when no mail was heard.
 */
export function triggerItems(
  { toJson }: Pick<ListenerSettings, 'toJson'>,
  session: Session,
  messages: readonly Message[],
  gap?: Gap,
): INodeExecutionData[] {
  const time = (at: number) => new Date(at).toISOString();
  const trigger: IDataObject | undefined = gap && {
    missedSince: time(gap.since),
    listeningAgain: time(gap.until),
  };
  return messages.map((message) => ({
    json: { ...toJson(message), session: { ...sessionHandle(session) }, ...(trigger && { trigger }) },
  }));
}
