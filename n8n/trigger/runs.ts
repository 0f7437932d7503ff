import type { INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';

import type { Message } from '../../mail/model/message';
import type { Action, AfterRun } from './after-run';
import { isStillKnown } from './known-by-key';
import type { ListenerSettings } from './listener-settings';
import type { Started } from './memory';
import type { RunUnderWay, TriggerProcess } from './process';
import { marksOf, toGroups, type Group, type Marks } from './run-groups';
import { atMost, keyOf, startRun, type RunOutcome } from './start-run';
import { forget, known, notKnown, notStarted, startedAgain, withMarks } from './started-again';
import { whenStarted } from './when-started';

/** Milliseconds. After this time the end of a run is waited for no longer. */
const LONGEST = 24 * 60 * 60_000;
/** Milliseconds. If n8n has had a run before, it says so earlier. */
const ANSWERS_WITHIN = 60_000;

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
  /** As in `Started`. */
  isInDoubt?: boolean;
}

/** Starts the runs for messages, each once, and does what is to be done after them. */
export class Runs {
  /** Runs whose end is not known yet, also those of an earlier listener. */
  started: readonly Started[] = [];
  /** When the server gave the messages new ids, such as by a new UIDVALIDITY. Milliseconds since the epoch. */
  idsChangedAt?: number;

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
    const { process, settings, identity } = this.host;
    const { started, idsChangedAt } = this;
    const isUnderWay = (key: string) => process.running.has(key);
    const before = { started, idsChangedAt, identity: identity(), isUnderWay };
    for (const group of toGroups(messages, before, settings.oneRunPer === 'batch'))
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
    const underWay = process.running.get(key);
    if (earlier && !underWay && !this.isSure(earlier)) {
      this.forget(key, marks.messages);
      settle(ids);
      remember();
      return;
    }
    const ended = begins();
    this.started = this.withRun(key, marks, { earlier, isUnderWay: underWay !== undefined });
    remember();
    // The listener that started it does what comes after it.
    const run = underWay ?? this.run(key, ids, () => toItems(messages), earlier !== undefined);
    this.settleAfter(run, { key, ids, marks: marks.messages, ended, isInDoubt: earlier?.isInDoubt });
  }

  /** What is remembered as soon as these messages are given to a run. */
  private withRun(
    key: string,
    marks: Marks,
    { earlier, isUnderWay }: { earlier?: Started; isUnderWay: boolean },
  ): Started[] {
    if (earlier && isUnderWay)
      return this.started.map((one) => (one === earlier ? withMarks(one, marks) : one));
    if (earlier) return startedAgain(this.started, earlier, marks);
    const others = forget(this.started, marks.messages, ({ isInDoubt }) => isInDoubt === true);
    return [...others, { key, at: Date.now(), ...marks }];
  }

  /** Starts a run, and does what is to be done after it. */
  private run(
    key: string,
    ids: readonly string[],
    toItems: () => INodeExecutionData[],
    isAgain: boolean,
  ): RunUnderWay {
    const { context, settings, account } = this.host;
    const run = this.track(key, { outcome: startRun(context, toItems, key), isAgain });
    const { outcome } = run;
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
    return run;
  }

  private settleAfter({ outcome, isAgain }: RunUnderWay, { key, ids, marks, ended, isInDoubt }: Part): void {
    const { giveBack, remember, settle } = this.host;
    const settled = (how: RunOutcome) => {
      if (isAgain) this.started = (how === 'duplicate' ? known : notKnown)(this.started, key);
      if (isInDoubt && how !== 'duplicate') giveBack(ids, new Error(NOT_IN_IT));
      else {
        this.forget(key, marks);
        settle(ids);
      }
    };
    (isInDoubt ? atMost(ANSWERS_WITHIN, outcome) : outcome)
      .then(settled, (error: unknown) => {
        // With another id, a message that had a run before would be started again.
        this.started = isAgain
          ? notStarted(this.started, key)
          : this.started.filter((one) => one.key !== key);
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
    this.started = forget(this.started, marks, (one) => one.key === key);
  }

  /** Other listeners of this process find the run by its key until it has ended. */
  private track(key: string, { outcome, isAgain }: RunUnderWay): RunUnderWay {
    const { running } = this.host.process;
    const run = { outcome: atMost(LONGEST, outcome), isAgain };
    running.set(key, run);
    const done = () => {
      if (running.get(key) === run) running.delete(key);
    };
    run.outcome.then(done, done);
    return run;
  }
}

const NOT_IN_IT = 'The run that was started again has other messages of its batch';
