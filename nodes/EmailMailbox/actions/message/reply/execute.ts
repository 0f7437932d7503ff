import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { FlagChanges } from '../../../../../mail/model/client';
import { isMailError } from '../../../../../mail/errors';
import type { Session } from '../../../../../mail/session/session';
import { failedItem } from '../../../../shared/per-item';
import type { Operation } from '../../router';
import { sentJson, warn, warnOf } from '../send/sent';
import { composeAnswer, type AnswerKind } from './compose-reply';
import { readOriginals, type Original } from './originals';

/** What an answered message is marked with (RFC 9051 section 2.3.2). */
const MARKS: Readonly<Record<AnswerKind, FlagChanges>> = {
  reply: { isAnswered: true },
  replyAll: { isAnswered: true },
  forward: { isForwarded: true },
};

/** The operation that answers a message, or passes it on, for each input item. */
export const answerOperation =
  (kind: AnswerKind): Operation =>
  async (context) => {
    const originals = await readOriginals(context);
    const answered = new Map<Session, Map<string, number>>();
    const output: INodeExecutionData[] = [];
    for (const [itemIndex, original] of originals.entries()) {
      try {
        if (original instanceof Error) throw original;
        output.push({
          json: await answer(context, kind, original, itemIndex),
          pairedItem: { item: itemIndex },
        });
        const { session, message } = original;
        answered.set(
          session,
          (answered.get(session) ?? new Map<string, number>()).set(message.id, itemIndex),
        );
      } catch (error) {
        // What was sent before this one is marked, whatever becomes of the run.
        if (!context.continueOnFail()) await markAll(context, kind, answered);
        output.push(failedItem(context, error, itemIndex));
      }
    }
    await markAll(context, kind, answered);
    return output;
  };

async function answer(context: IExecuteFunctions, kind: AnswerKind, original: Original, itemIndex: number) {
  const { saveToSent, unreachable = [], ...message } = composeAnswer(context, kind, original, itemIndex);
  const sent = await original.session.use(async (client) => await client.send(message, { saveToSent }), {
    // Nobody wants an answer twice.
    repeatable: false,
  });
  warnOf(context, sent, itemIndex);
  if (unreachable.length > 0) {
    const names = unreachable.join(', ');
    warn(context, itemIndex, `No answer was sent to ${names}: the message does not say at which address.`);
  }
  return {
    ...sentJson(message, sent),
    originalId: original.message.id,
    ...(unreachable.length > 0 && { unreachable }),
  };
}

/** Marks the originals, with a command or two for all. The answers are sent, so nothing here makes an item fail. */
async function markAll(
  context: IExecuteFunctions,
  kind: AnswerKind,
  answered: Map<Session, Map<string, number>>,
): Promise<void> {
  for (const [session, items] of answered) {
    const failure: unknown = await session
      .use(async (client) => await client.markMessages([...items.keys()], MARKS[kind]), { repeatable: true })
      .then(
        (outcomes) => [...outcomes.values()].find((outcome) => isMailError(outcome)),
        (error: Error) => error,
      );
    // Some protocols know no marks, and some servers no keywords: nobody has asked for them.
    if (!isMailError(failure) || failure.code === 'NOT_SUPPORTED') continue;
    const [itemIndex = 0] = items.values();
    warn(
      context,
      itemIndex,
      `The message was sent, but the original could not be marked: ${failure.message}.`,
    );
  }
  answered.clear();
}
