import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';

import { MailError, isMailError } from '../../mail/errors';
import type { Message } from '../../mail/model/message';
import { ofMessage } from '../../mail/model/unreadable';
import type { Arrival } from '../../mail/session/folder-watch';
import type { AfterRun } from './after-run';
import { afterRunOf } from './after-run-of';
import { Answers } from './answers';
import type { ListenerSettings } from './listener-settings';
import type { Listening } from './listening';
import { Outage } from './outage';
import type { TriggerProcess } from './process';
import { referringOf } from './referring';
import { Runs } from './runs';
import { Slots } from './slots';
import { logInfo, tell, tellIfItLasts } from './tell';
import { triggerItems } from './trigger-items';

/** Maximum number of messages of one run. */
const LARGEST_BATCH = 100;

/** What the intake needs of its listener. */
export interface IntakeHost {
  context: ITriggerFunctions;
  settings: ListenerSettings;
  process: TriggerProcess;
  /** A digest of "Start With". */
  start: string;
  /** Aborted when the listener closes. */
  signal: AbortSignal;
  /** Of the mail server. */
  outage: Outage;
  listening: () => Listening | undefined;
  /** Stores what is remembered. */
  remember: () => void;
  /** n8n has started a run. */
  started: () => void;
  /** n8n could not start a run, or cannot be asked; its messages are given back to the watch. */
  heldUp: (error: unknown) => void;
}

/** What becomes of mail that has arrived: it goes to a run that waits for it, or starts one. */
export class Intake {
  readonly runs: Runs;
  private readonly slots: Slots;
  private readonly afterRun: AfterRun;
  private readonly answers: Answers;
  /** Of n8n, for answers. */
  private unheard = new Outage();

  constructor(private readonly host: IntakeHost) {
    const { context, settings, process, start, signal, listening, remember } = host;
    const account = () => listening()?.account ?? '';
    this.slots = new Slots(settings.mostRuns);
    this.afterRun = afterRunOf(context, settings);
    this.runs = new Runs(
      {
        ...{ context, settings, process, account, remember },
        identity: () => `${account()} ${start}`,
        settle: (ids) => this.settle(ids),
        giveBack: (ids, error) => this.giveBack(ids, error),
      },
      this.afterRun,
    );
    this.answers = new Answers({
      ...{ context, signal, session: () => listening()?.session },
      handled: (message, outcome) => this.answerHandled(message, outcome),
      failed: (error) => tellIfItLasts(context, error, this.unheard).wait,
    });
  }

  /** Waits until a run may be started, and says how many messages may arrive. */
  async room(): Promise<number> {
    await this.slots.some(this.host.signal);
    return this.host.settings.oneRunPer === 'batch' ? LARGEST_BATCH : this.slots.free;
  }

  /** Never rejects: what fails is given back. */
  async take(arrivals: readonly Arrival[]): Promise<void> {
    try {
      const messages: Message[] = [];
      for (const { id, message } of arrivals) {
        if (isMailError(message)) this.notGiven(id, message);
        else messages.push(message);
      }
      const others = await this.withoutAnswers(messages);
      // What is not handled is given to the next listener.
      if (!this.host.signal.aborted) this.startRuns(others);
    } catch (error) {
      this.giveBack(
        arrivals.map(({ id }) => id),
        error,
      );
    }
  }

  /** The account has changed, so the answers are in another mailbox. */
  forgetAnswers(): void {
    this.answers.clear();
  }

  /** What is to be done after runs that end later is still done. */
  close(): void {
    this.afterRun.stopWaiting();
  }

  /** Hands answers to questions to the runs that wait for them. @returns the other messages */
  private async withoutAnswers(messages: readonly Message[]): Promise<readonly Message[]> {
    const { context, listening } = this.host;
    const { answersTo, mayRename, session } = listening() ?? {};
    if (answersTo === undefined) return messages;
    const { referring, others } = await referringOf(context, messages, mayRename ? session : undefined);
    this.answers.add(referring);
    return others;
  }

  private answerHandled(message: Message, outcome: 'woken' | 'gone' | 'ordinary'): void {
    this.unheard = new Outage();
    if (outcome === 'ordinary') {
      this.startRuns([message]);
      return;
    }
    const { context, settings, listening } = this.host;
    this.settled(message.id);
    if (settings.keyword !== undefined) {
      const action = { do: 'mark', marks: { addKeywords: [settings.keyword] } } as const;
      this.afterRun.add(action, [message.id], listening()?.account ?? '');
    }
    const what =
      outcome === 'woken' ? 'lets the run go on that waits for it' : 'comes too late: no run waits for it';
    logInfo(context, `the answer ${message.id} ${what}`);
  }

  private startRuns(messages: readonly Message[]): void {
    if (messages.length === 0) return;
    const { context, outage, listening } = this.host;
    const { session } = listening()!;
    const jsons = this.jsonsOf(messages);
    if (jsons.size === 0) return;
    const toJson = ({ id }: Message) => jsons.get(id)!;
    const gap = outage.takeGap();
    if (gap) logInfo(context, `mail since ${new Date(gap.since).toISOString()} was found late`);
    this.runs.start(
      messages.filter(({ id }) => jsons.has(id)),
      (group) => triggerItems({ toJson }, session, group, gap),
      () => this.slots.take(),
    );
  }

  /** The fields of the items for messages, by id. A message that brings a bug to light must not stop the others. */
  private jsonsOf(messages: readonly Message[]): ReadonlyMap<string, IDataObject> {
    const jsons = new Map<string, IDataObject>();
    for (const message of messages) {
      const json = ofMessage(message, () => this.host.settings.toJson(message));
      if (isMailError(json)) this.notGiven(message.id, json);
      else jsons.set(message.id, json);
    }
    return jsons;
  }

  /** The server has the message, but it cannot be read, though the watch has asked again. It must not stop the others. */
  private notGiven(id: string, error: MailError): void {
    this.settled(id);
    // One that was deleted in the meantime is missed by nobody.
    if (error.code !== 'MESSAGE_NOT_FOUND') tell(this.host.context, unreadable(id, error));
  }

  /** No run is started for it. */
  private settled(id: string): void {
    this.host.listening()?.watch.settle(id);
    this.host.remember();
  }

  private settle(ids: readonly string[]): void {
    this.host.started();
    for (const id of ids) this.host.listening()?.watch.settle(id);
  }

  private giveBack(ids: readonly string[], error: unknown): void {
    for (const id of ids) this.host.listening()?.watch.giveBack(id);
    this.host.heldUp(error);
  }
}

const unreadable = (id: string, { code, message, description }: MailError): MailError =>
  new MailError(
    code,
    `The message ${id} could not be read, so no run was started for it: ${message}`,
    description,
  );
