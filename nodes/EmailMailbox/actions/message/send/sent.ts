import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { hint } from '../../../../shared/hint';
import type { OutgoingMessage, SavedDraft, SentMessage } from '../../../../../mail/model/outgoing';

/** The output for a message that was sent. */
export function sentJson(
  { from, to, cc, bcc, subject }: Partial<OutgoingMessage>,
  { messageId, accepted, rejected, sentCopy }: SentMessage,
): IDataObject {
  const { saved, folder, reason } = sentCopy;
  return {
    ...{ messageId, from, to, cc, bcc, subject, accepted, rejected },
    sentCopy: { saved, folder, reason },
  } as unknown as IDataObject;
}

/** The output for a message that was saved as a draft. */
export const draftJson = (
  { from, to, cc, bcc, subject }: Partial<OutgoingMessage>,
  saved: SavedDraft,
): IDataObject => ({ ...saved, from, to, cc, bcc, subject });

/** Warns about problems other than with the message itself. The item has them too, but they should be easy to see. */
export function warnOf(
  context: IExecuteFunctions,
  { rejected, sentCopy, draftKept }: SentMessage,
  itemIndex: number,
): void {
  const refused = rejected.map(({ address, reason }) => `${address} (${reason})`).join(', ');
  if (refused) warn(context, itemIndex, `The server refused ${refused}. The others got the message.`);
  if (sentCopy.failed) {
    warn(context, itemIndex, `The message was sent, but no copy of it was saved: ${sentCopy.reason}.`);
  }
  if (draftKept)
    warn(context, itemIndex, `The draft was sent, but it is still in the drafts folder: ${draftKept}.`);
}

/** Shows a warning for one item that does not make it fail. */
export function warn(context: IExecuteFunctions, itemIndex: number, message: string): void {
  hint(context, `Item ${itemIndex}: ${message}`);
}
