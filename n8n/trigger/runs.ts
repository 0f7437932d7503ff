import type { INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';

import type { Message } from '../../mail/model/message';
import type { Action, AfterRun } from './after-run';
import { isStillKnown } from './known-by-key';
import type { ListenerSettings } from './listener-settings';
import type { Started } from './memory';
import type { TriggerProcess } from './process';
import { marksOf, toGroups, type Group } from './run-groups';
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
    const { process, remember, identity } = this.host;
    const ids = messages.map(({ id }) => id);
    const key = earlier?.key ?? this.keyFor(ids);
    const known = process.running.get(key);
    if (earlier && !known && !this.isSure(earlier)) {
      this.forget(key, ids);
      return;
    }
    const ended = begins();
    this.started = [
      ...this.started.filter((one) => one.key !== key),
      { key, at: earlier?.at ?? Date.now(), ...marksOf(messages, identity()) },
    ];
    remember();
    // The listener that started it does what comes after it.
    const outcome = known ?? this.run(key, ids, () => toItems(messages));
    this.settleAfter(outcome, { key, ids, ended, mayHaveRun: earlier !== undefined && !known });
  }

  /** Starts a run, and does what is to be done after it. */
  private run(key: string, ids: readonly string[], toItems: () => INodeExecutionData[]): Promise<RunOutcome> {
    const { context, settings, account } = this.host;
    const outcome = this.track(key, startRun(context, toItems, key));
    // The credential may open another account when the run ends.
    const then = account();
    const { keyword, onSuccess, onFailure } = settings;
    if (keyword !== undefined) {
      const mark: Action = { do: 'mark', marks: { addKeywords: [keyword] } };
      whenStarted(outcome, () => this.afterRun.add(mark, ids, then));
    }
    outcome.then(
      (how) => {
        const action = how === 'success' ? onSuccess : how === 'error' ? onFailure : undefined;
        if (action) this.afterRun.add(action, ids, then);
      },
      () => {},
    );
    return outcome;
  }

  private settleAfter(
    outcome: Promise<RunOutcome>,
    {
      key,
      ids,
      ended,
      mayHaveRun = false,
    }: { key: string; ids: readonly string[]; ended: () => void; mayHaveRun?: boolean },
  ): void {
    outcome
      .then(
        () => this.forget(key, ids),
        (error: unknown) => {
          // With another id, a message that had a run before would be started again.
          if (!mayHaveRun) this.started = this.started.filter((one) => one.key !== key);
          this.host.giveBack(ids, error);
          this.host.remember();
        },
      )
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

  private forget(key: string, ids: readonly string[]): void {
    this.started = this.started.filter((one) => one.key !== key);
    this.host.settle(ids);
    this.host.remember();
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
