import type { INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';

import type { Message } from '../../mail/model/message';
import type { Action, AfterRun } from './after-run';
import { isStillKnown } from './known-by-key';
import type { ListenerSettings } from './listener-settings';
import type { Started } from './memory';
import type { TriggerProcess } from './process';
import { marksOf, toGroups, withMarks, without, type Group } from './run-groups';
import { keyOf, startRun, type RunOutcome } from './start-run';
import { whenStarted } from './when-started';

/** Milliseconds. After this time the end of a run is waited for no longer. */
const LONGEST = 24 * 60 * 60_000;

/** What the runs need of their listener. */
export interface Host {
  context: ITriggerFunctions;
  settings: Pick<ListenerSettings, 'oneRunPer' | 'onSuccess' | 'onFailure' | 'keyword'>;
  process: TriggerProcess;
  /** Names the account and "Start With": the same message may be started again if one of them was changed. */
  identity: () => string;
  /** In which the messages have their ids. */
  account: () => string;
  /** Stores what is remembered. Called in the tick in which a run is started, because n8n saves it then. */
  remember: () => void;
  /** The messages need to be given no more. */
  settle: (ids: readonly string[]) => void;
  /** Their run could not be started. */
  giveBack: (ids: readonly string[], error: unknown) => void;
}

/** Messages whose run has been started. */
interface Part {
  key: string;
  ids: readonly string[];
  /** As in `Started.messages`. */
  marks: readonly string[];
  /** Call when it has ended. */
  ended: () => void;
  /** Whether these are the messages of a run that may have been started before. */
  isAgain?: boolean;
}

/** Starts the runs for messages, each once, and does what is to be done after them. */
export class Runs {
  /** Runs whose end is not known yet, also those of an earlier listener. */
  started: readonly Started[] = [];
  /** When the server gave the messages new ids, such as by a new UIDVALIDITY. Milliseconds since the epoch. */
  idsChangedAt?: number;
  /** Runs that may have been started before by an earlier process. */
  private readonly startedAgain = new WeakSet<Promise<RunOutcome>>();

  constructor(
    private readonly host: Host,
    private readonly afterRun: AfterRun,
  ) {}

  /**
   * @param toItems makes the items of a run
   * @param begins is called for each run, and its result when the run has ended
   */
  start(
    messages: readonly Message[],
    toItems: (messages: readonly Message[]) => INodeExecutionData[],
    begins: () => () => void,
  ): void {
    const { settings, identity } = this.host;
    const { started, idsChangedAt } = this;
    const known = { started, idsChangedAt, identity: identity() };
    for (const group of toGroups(messages, known, settings.oneRunPer === 'batch'))
      this.startOne(group, toItems, begins);
  }

  private startOne(
    { messages, earlier }: Group,
    toItems: (messages: readonly Message[]) => INodeExecutionData[],
    begins: () => () => void,
  ): void {
    const { process, remember, settle, identity } = this.host;
    const ids = messages.map(({ id }) => id);
    const key = earlier?.key ?? this.keyFor(ids);
    const marks = marksOf(messages, identity());
    const known = process.running.get(key);
    if (earlier && !known && !this.isSure(earlier)) {
      this.forget(key, marks.messages);
      settle(ids);
      remember();
      return;
    }
    const ended = begins();
    this.started = earlier
      ? this.started.map((one) => (one.key === key ? withMarks(one, marks) : one))
      : [...this.started, { key, at: Date.now(), ...marks }];
    remember();
    const part = { key, ids, marks: marks.messages, ended };
    // The listener that started it does what comes after it.
    if (known) {
      this.settleAfter(known, part);
      return;
    }
    const outcome = this.run(key, ids, () => toItems(messages));
    if (earlier) this.startedAgain.add(outcome);
    this.settleAfter(outcome, { ...part, isAgain: earlier !== undefined });
  }

  /** Starts a run, and does what is to be done after it. */
  private run(key: string, ids: readonly string[], toItems: () => INodeExecutionData[]): Promise<RunOutcome> {
    const { context, settings, account } = this.host;
    const outcome = this.track(key, startRun(context, toItems, key));
    // The credential may open another account when the run ends.
    const owner = account();
    const { keyword, onSuccess, onFailure } = settings;
    if (keyword !== undefined) {
      const mark: Action = { do: 'mark', marks: { addKeywords: [keyword] } };
      whenStarted(outcome, () => this.afterRun.add(mark, ids, owner));
    }
    outcome.then(
      (how) => {
        const action = how === 'success' ? onSuccess : how === 'error' ? onFailure : undefined;
        if (action) this.afterRun.add(action, ids, owner);
      },
      () => {},
    );
    return outcome;
  }

  private settleAfter(outcome: Promise<RunOutcome>, { key, ids, marks, ended, isAgain }: Part): void {
    const { giveBack, remember, settle } = this.host;
    const settled = (how: RunOutcome) => {
      if (how === 'duplicate' || !this.startedAgain.has(outcome)) {
        this.forget(key, marks);
        settle(ids);
      } else if (isAgain) {
        // There was no run before, so the other messages that it was to have are in none.
        this.drop(key);
        settle(ids);
      } else giveBack(ids, new Error('The run that was started again has other messages of its batch'));
    };
    outcome
      .then(settled, (error: unknown) => {
        // With another id, a message that had a run before would be started again.
        if (!isAgain) this.drop(key);
        giveBack(ids, error);
      })
      .then(remember)
      .finally(ended)
      .catch(() => {});
  }

  private keyFor(ids: readonly string[]): string {
    const { context, identity } = this.host;
    return keyOf(context.getWorkflow().id ?? '', context.getNode().id, identity(), ids);
  }

  /** Whether starting it again cannot start it twice: n8n knows it, or else the mailbox would not have given the message. */
  private isSure({ at }: Started): boolean {
    const { context, settings } = this.host;
    return settings.keyword !== undefined || isStillKnown(context, at);
  }

  /** @param marks of messages of the run that need to be given no more */
  private forget(key: string, marks: readonly string[]): void {
    this.started = this.started
      .map((one) => (one.key === key ? without(one, new Set(marks)) : one))
      .filter(({ messages }) => messages.length > 0);
  }

  private drop(key: string): void {
    this.started = this.started.filter((one) => one.key !== key);
  }

  /** Other listeners of this process find the run by its key until it has ended. */
  private track(key: string, run: Promise<RunOutcome>): Promise<RunOutcome> {
    const { running } = this.host.process;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<RunOutcome>((resolve) => {
      timer = setTimeout(() => resolve('unknown'), LONGEST);
      timer.unref();
    });
    const bounded = Promise.race([run, tooLong]);
    running.set(key, bounded);
    const done = () => {
      clearTimeout(timer);
      if (running.get(key) === bounded) running.delete(key);
    };
    bounded.then(done, done);
    return bounded;
  }
}
