import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { FlagChanges } from '../../../../../mail/model/client';
import type { OutgoingMessage } from '../../../../../mail/model/outgoing';
import { invalidInput, isMailError } from '../../../../../mail/errors';
import type { Session } from '../../../../../mail/session/session';
import { eachItem } from '../../../../shared/per-item';
import { readSwitch } from '../../fields/read-parameters';
import type { Execute } from '../../operation';
import { draftJson, sentJson, warn, warnOf } from '../send/sent';
import { composeReply, type ReplyKind } from './compose-reply';
import { SAVE_AS_DRAFT } from './fields';
import { readOriginals, type Original } from './originals';

/** How the original is marked afterwards (RFC 9051 section 2.3.2). */
const MARKS: Readonly<Record<ReplyKind, FlagChanges>> = {
  reply: { isAnswered: true },
  replyAll: { isAnswered: true },
  forward: { isForwarded: true },
};

/** By session: the id of each original that got a reply, and the item that sent it. */
type RepliedTo = Map<Session, Map<string, number>>;

/** The operation that replies to a message, or forwards it, for each input item; or saves that as a draft. */
export const replyOperation =
  (kind: ReplyKind): Execute =>
  async (context) => {
    const originals = await readOriginals(context);
    const repliedTo: RepliedTo = new Map();
    const output = await eachItem(context, async (itemIndex) => {
      const original = originals[itemIndex]!;
      try {
        if (original instanceof Error) throw original;
        const { name, displayName } = SAVE_AS_DRAFT;
        const isDraft = readSwitch(context, name, displayName, itemIndex);
        const json = await reply(context, kind, original, itemIndex, isDraft);
        // Nobody got the draft yet, so the original is not answered.
        if (isDraft) return [{ json }];
        const { session, message } = original;
        const items = repliedTo.get(session) ?? new Map<string, number>();
        repliedTo.set(session, items.set(message.id, itemIndex));
        return [{ json }];
      } catch (error) {
        // Marks the originals of all replies that were sent, because the run stops here.
        if (!context.continueOnFail()) await markAll(context, kind, repliedTo);
        return await Promise.reject(error as Error);
      }
    });
    await markAll(context, kind, repliedTo);
    return output;
  };

async function reply(
  context: IExecuteFunctions,
  kind: ReplyKind,
  original: Original,
  itemIndex: number,
  isDraft: boolean,
): Promise<IDataObject> {
  const { saveToSent, unreachable = [], ...message } = composeReply(context, kind, original, itemIndex);
  const { session } = original;
  // Never repeated: the reply could be sent or saved twice.
  const once = { repeatable: false };
  let json: IDataObject;
  if (isDraft) {
    json = draftJson(message, await session.use(async (client) => await client.saveDraft(message), once));
  } else {
    if (kind !== 'forward') assertAnswersSomebody(message);
    const sent = await session.use(async (client) => await client.send(message, { saveToSent }), once);
    warnOf(context, sent, itemIndex);
    json = sentJson(message, sent);
  }
  if (unreachable.length > 0) {
    const names = unreachable.join(', ');
    const verb = isDraft ? 'The draft is not addressed' : 'No reply was sent';
    warn(context, itemIndex, `${verb} to ${names}: the message has no usable address for them.`);
  }
  return {
    ...json,
    originalId: original.message.id,
    ...(isDraft && { threadId: original.message.threadId }),
    ...(unreachable.length > 0 && { unreachable }),
  };
}

/** A bounce, for example, may come from `Mail Delivery System <>` or from `MAILER-DAEMON`. */
function assertAnswersSomebody({ to, cc, bcc }: OutgoingMessage): void {
  if ([to, cc, bcc].some((list) => list?.trim())) return;
  throw invalidInput(
    'Message ID',
    'there is nobody to reply to, because the message names no usable address of a sender',
    'Use Send with the right address instead, or filter such messages out before the reply: a bounce, for example, must not be answered.',
  );
}

/** Marks the originals, with one or two commands for all. The replies are already sent, so no item fails here. */
async function markAll(context: IExecuteFunctions, kind: ReplyKind, repliedTo: RepliedTo): Promise<void> {
  for (const [session, items] of repliedTo) {
    const failure: unknown = await session
      .use(async (client) => await client.markMessages([...items.keys()], MARKS[kind]), { repeatable: true })
      .then(
        (results) => [...results.values()].find((result) => isMailError(result)),
        (error: Error) => error,
      );
    // Some protocols have no marks, and some servers no keywords. No warning, because the user did not ask for marks.
    if (!isMailError(failure) || failure.code === 'NOT_SUPPORTED') continue;
    const [itemIndex = 0] = items.values();
    warn(
      context,
      itemIndex,
      `The message was sent, but the original could not be marked: ${failure.message}.`,
    );
  }
  repliedTo.clear();
}
