import { setTimeout as sleep } from 'node:timers/promises';

import type { ITriggerFunctions } from 'n8n-workflow';

import { isMailError, type MailError } from '../../mail/errors';
import { isAutomatic } from '../../mail/mime/automatic';
import { withoutHistory } from '../../mail/mime/quoted-history';
import type { QuotedHistory } from '../../mail/mime/quoted-lines';
import type { BatchResult } from '../../mail/model/client';
import type { Message } from '../../mail/model/message';
import { ofMessage } from '../../mail/model/unreadable';
import type { Session } from '../../mail/session/session';
import { notSigned, wake } from '../wait/wake';
import { fetched, waitingOf, type Referring } from './referring';
import { logWarning, tell } from './tell';

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

/** Milliseconds before it is tried again while the run is at work; the last one again and again. */
const BUSY = [200, 800, 2_000, 5_000, 15_000];
/** Milliseconds. A run that is at work for longer has got another answer. */
const BUSY_FOR = 5 * 60_000;
/** Milliseconds. After this time an answer that cannot be handed over is ordinary mail, which starts a run. */
const KEPT_FOR = 24 * 60 * 60_000;

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

/** An answer that is to be handed over. Times in milliseconds since the epoch. */
interface Pending extends Referring {
  since: number;
  attempts: number;
  due: number;
}

/**
 * Hands answers to the runs that wait for them, and again until n8n has taken them. Neither other mail nor other answers
 * wait for one that n8n does not take.
 */
export class Answers {
  private pending: Pending[] = [];
  private isWorking = false;
  private rest = new AbortController();

  /** @param now milliseconds since the epoch */
  constructor(
    private readonly host: Host,
    private readonly now: () => number = Date.now,
  ) {
    host.signal.addEventListener('abort', () => this.rest.abort(), { once: true });
  }

  add(referring: readonly Referring[]): void {
    const isNew = ({ message }: Referring) => !this.pending.some((one) => one.message.id === message.id);
    const since = this.now();
    this.pending.push(...referring.filter(isNew).map((one) => ({ ...one, since, attempts: 0, due: since })));
    this.rest.abort();
    if (!this.isWorking && referring.length > 0) void this.work();
  }

  /** The account has changed. */
  clear(): void {
    this.pending = [];
  }

  private async work(): Promise<void> {
    const { signal } = this.host;
    this.isWorking = true;
    while (this.pending.length > 0 && !signal.aborted) {
      this.rest = new AbortController();
      const due = this.pending.filter((one) => one.due <= this.now()).slice(0, AT_ONCE);
      if (due.length > 0) await this.handOver(due);
      else {
        const next = Math.min(...this.pending.map((one) => one.due)) - this.now();
        await sleep(Math.max(1, next), undefined, { signal: this.rest.signal, ref: false }).catch(() => {});
      }
    }
    this.isWorking = false;
  }

  private async handOver(due: readonly Pending[]): Promise<void> {
    const { session, signal, handled, failed } = this.host;
    let read: BatchResult<Message>;
    try {
      const current = session();
      // The listener is about to open another one.
      if (!current) throw new Error('the connection is being opened');
      const messages = due.map(({ message }) => message);
      read = await fetched(current, messages, { content: true, attachments: true });
    } catch (error) {
      if (!signal.aborted) postpone(due, this.now() + failed(error));
      return;
    }
    for (const one of due) {
      const outcome = await this.outcomeOf(one, read.get(one.message.id));
      if (signal.aborted || !this.pending.includes(one)) return;
      if (typeof outcome === 'number') {
        postpone([one], this.now() + outcome);
        continue;
      }
      this.pending = this.pending.filter((other) => other !== one);
      handled(one.message, outcome);
    }
  }

  /**
   * @param whole the same message with its text, or why the server does not give it
   * @returns a number of milliseconds if it has to be tried again
   */
  private async outcomeOf(one: Pending, whole?: Message | MailError): Promise<Outcome | number> {
    const { context } = this.host;
    if (!whole || isMailError(whole, 'MESSAGE_NOT_FOUND')) return 'ordinary';
    if (isMailError(whole, 'MESSAGE_UNREADABLE')) return this.told(whole);
    if (isMailError(whole)) return this.notYet(one, whole);
    const waiting = one.waiting ?? waitingOf(context, whole);
    if (!waiting || isAutomatic(whole.headers ?? [])) return 'ordinary';
    const answer = ofMessage(whole, () => answerOf(whole));
    if (isMailError(answer)) return this.told(answer);
    try {
      const result = await wake(context, waiting, { answer });
      if (result === 'busy') return this.now() - one.since < BUSY_FOR ? busyWait(one.attempts) : 'gone';
      if (result === 'unsigned') logWarning(context, notSigned());
      return result === 'refused' || result === 'unsigned' ? 'ordinary' : result;
    } catch (error) {
      return this.notYet(one, error);
    }
  }

  /** A bug does not go away: a person is told, and gets the answer as ordinary mail. */
  private told(bug: MailError): Outcome {
    tell(this.host.context, bug);
    return 'ordinary';
  }

  private notYet({ since }: Pending, error: unknown): Outcome | number {
    if (this.host.signal.aborted) return 0;
    const wait = this.host.failed(error);
    return this.now() - since < KEPT_FOR ? wait : 'ordinary';
  }
}

const busyWait = (attempts: number): number => BUSY[attempts] ?? BUSY.at(-1)!;

function postpone(answers: readonly Pending[], due: number): void {
  for (const one of answers) {
    one.attempts++;
    one.due = due;
  }
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
