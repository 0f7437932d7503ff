import type { ITriggerFunctions } from 'n8n-workflow';

import { isMailError } from '../../mail/errors';
import type { BatchResult } from '../../mail/model/client';
import type { Message } from '../../mail/model/message';
import type { Session } from '../../mail/session/session';
import { repliedTo, waitingIn, type Waiting } from '../wait/wait-id';
import { isOurs } from '../wait/wake';

/** A message that refers to a question. */
export interface Referring {
  message: Message;
  /** Absent if its headers could not be read yet, so that it may be an ordinary message. */
  waiting?: Waiting;
}

/**
 * Finds the messages that refer to a question. Those that reply to it directly say so in In-Reply-To, which is always
 * read.
 *
 * @param session if the server may have given the question another Message-ID: then the References of replies are read
 */
export async function referringOf(
  context: ITriggerFunctions,
  messages: readonly Message[],
  session?: Session,
): Promise<{ referring: Referring[]; others: Message[] }> {
  const unclear = messages.filter(({ inReplyTo, headers }) => inReplyTo && !headers && !waitingIn(inReplyTo));
  const read =
    session && unclear.length > 0 ? await fetched(session, unclear, { content: false }) : undefined;
  const referring: Referring[] = [];
  const others: Message[] = [];
  for (const message of messages) {
    const whole = read?.get(message.id);
    const isUnread = isMailError(whole) && whole.code !== 'MESSAGE_NOT_FOUND';
    const { headers } = whole && !isMailError(whole) ? whole : message;
    const waiting = waitingOf(context, { ...message, headers });
    if (waiting || isUnread) referring.push({ message, waiting });
    else others.push(message);
  }
  return { referring, others };
}

/**
 * The question that a message replies to. The question itself has the same References, and may be in the same mailbox:
 * it replies to nothing.
 */
export function waitingOf(
  context: ITriggerFunctions,
  { inReplyTo, headers }: Pick<Message, 'inReplyTo' | 'headers'>,
): Waiting | undefined {
  if (!inReplyTo) return undefined;
  const references = headers?.find(({ name }) => name.toLowerCase() === 'references')?.value;
  const waiting = repliedTo(inReplyTo, references);
  return waiting && isOurs(context, waiting) ? waiting : undefined;
}

/** The messages with their headers, or why the server does not give one. */
export async function fetched(
  session: Session,
  messages: readonly Message[],
  wanted: { content: boolean; attachments?: boolean },
): Promise<BatchResult<Message>> {
  const ids = messages.map(({ id }) => id);
  return await session.use(async (client) => await client.getMessages(ids, { ...wanted, headers: true }), {
    repeatable: true,
  });
}
