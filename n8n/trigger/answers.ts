import { setTimeout as sleep } from 'node:timers/promises';

import type { ITriggerFunctions } from 'n8n-workflow';

import { isMailError } from '../../mail/errors';
import { isAutomatic } from '../../mail/mime/automatic';
import { withoutHistory } from '../../mail/mime/quoted-history';
import type { QuotedHistory } from '../../mail/mime/quoted-lines';
import type { Message } from '../../mail/model/message';
import type { Session } from '../../mail/session/session';
import { waitingIn, type Waiting } from '../wait/wait-id';
import { isOurs, wake } from '../wait/wake';

/** An answer by mail to a question of a run, for the webhook of the node that asked. */
export interface MailAnswer {
  /** Without the history that it quotes. */
  text: string;
  /** What became of the history. */
  quotedHistory: QuotedHistory;
  /** Set if the text was longer. */
  truncated?: true;
  from: { name: string; address: string }[];
  subject: string;
  id: string;
  messageId?: string;
  receivedAt?: string;
  attachments: { fileName: string; mimeType: string; size: number }[];
}

/** Characters. */
const LONGEST_TEXT = 100_000;
const MOST_ATTACHMENTS = 100;
/** Answers whose text is in memory. */
const AT_ONCE = 10;

/** A message that refers to a question. */
export interface Referring {
  message: Message;
  waiting: Waiting;
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
    const { inReplyTo, headers = read?.get(message.id)?.headers } = message;
    const references = headers?.find(({ name }) => name.toLowerCase() === 'references')?.value;
    const waiting = waitingIn(inReplyTo) ?? waitingIn(references);
    if (waiting && isOurs(context, waiting)) referring.push({ message, waiting });
    else others.push(message);
  }
  return { referring, others };
}

/** What becomes of a message that refers to a question: `ordinary` if it is no answer, such as an automatic reply. */
type Outcome = 'woken' | 'gone' | 'ordinary';

/** What handing over needs of its listener. */
interface Host {
  context: ITriggerFunctions;
  session: () => Session | undefined;
  /** Aborted when the listener closes: what is not handled then is given to the next one. */
  signal: AbortSignal;
  handled: (message: Message, outcome: Outcome) => void;
  /** The mail server or n8n could not be asked. @returns the milliseconds until the next attempt */
  failed: (error: unknown) => number;
}

/**
 * Hands answers to the runs that wait for them, one after the other, and again until n8n has taken them. Other mail does
 * not wait for that.
 */
export class Answers {
  private pending: Referring[] = [];
  private isWorking = false;

  constructor(private readonly host: Host) {}

  add(referring: readonly Referring[]): void {
    const isNew = ({ message }: Referring) => !this.pending.some((one) => one.message.id === message.id);
    this.pending.push(...referring.filter(isNew));
    if (!this.isWorking && referring.length > 0) void this.work();
  }

  /** The account has changed. */
  clear(): void {
    this.pending = [];
  }

  private async work(): Promise<void> {
    const { signal, failed } = this.host;
    this.isWorking = true;
    while (this.pending.length > 0 && !signal.aborted) {
      try {
        await this.handOver(this.pending.slice(0, AT_ONCE));
      } catch (error) {
        if (!signal.aborted) await sleep(failed(error), undefined, { signal, ref: false }).catch(() => {});
      }
    }
    this.isWorking = false;
  }

  /** @throws {MailError} if the mail server or n8n could not be asked */
  private async handOver(referring: readonly Referring[]): Promise<void> {
    const { session, signal, handled } = this.host;
    const current = session();
    // The listener is about to open another one.
    if (!current) throw new Error('the connection is being opened');
    const messages = referring.map(({ message }) => message);
    const read = await fetched(current, messages, { content: true, attachments: true });
    for (const one of referring) {
      const outcome = await this.outcomeOf(one, read.get(one.message.id));
      if (signal.aborted || !this.pending.includes(one)) return;
      this.pending = this.pending.filter((other) => other !== one);
      handled(one.message, outcome);
    }
  }

  /** @param whole the same message with its text; undefined if the server does not give it */
  private async outcomeOf({ waiting }: Referring, whole: Message | undefined): Promise<Outcome> {
    if (!whole || isAutomatic(whole.headers ?? [])) return 'ordinary';
    const result = await wake(this.host.context, waiting, { answer: answerOf(whole) });
    return result === 'refused' ? 'ordinary' : result;
  }
}

/** The messages that the server gives, with their headers. */
async function fetched(
  session: Session,
  messages: readonly Message[],
  wanted: { content: boolean; attachments?: boolean },
): Promise<Map<string, Message>> {
  const ids = messages.map(({ id }) => id);
  const results = await session.use(
    async (client) => await client.getMessages(ids, { ...wanted, headers: true }),
    { repeatable: true },
  );
  return new Map([...results].filter((one): one is [string, Message] => !isMailError(one[1])));
}

function answerOf({ content, from, subject, id, messageId, receivedAt, attachments }: Message): MailAnswer {
  const answer = content && withoutHistory(content, subject);
  const text = answer?.content.text.trim() ?? '';
  return {
    text: text.slice(0, LONGEST_TEXT),
    ...(text.length > LONGEST_TEXT && { truncated: true }),
    quotedHistory: answer?.text ?? 'not found',
    ...{ from, subject, id, messageId, receivedAt },
    attachments: attachments
      .filter(({ inline }) => !inline)
      .slice(0, MOST_ATTACHMENTS)
      .map(({ fileName, mimeType, size }) => ({ fileName, mimeType, size })),
  };
}
