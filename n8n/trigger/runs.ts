import type { INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';

import type { Message } from '../../mail/model/message';
import { identityOf } from '../../mail/session/recent-messages';
import type { AfterRun } from './after-run';
import type { ListenerSettings } from './listener-settings';
import type { Started } from './memory';
import type { TriggerProcess } from './process';
import { workflowSettings } from './workflow-settings';
import { digest, keyOf, knowsKeys, startRun, type RunOutcome } from './start-run';

/**
 * Milliseconds. A run that was started longer ago is not started again if n8n ended before the trigger heard of it: n8n
 * may have removed it from its list, and its deduplication key with it.
 */
const SURE_FOR = 24 * 60 * 60_000;
/** Milliseconds. After this time the end of a run is waited for no longer. */
const LONGEST = 24 * 60 * 60_000;
/** Milliseconds. If n8n cannot start a run, it says so before. */
const STARTS_WITHIN = 1_000;

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

/** Messages for one run. */
interface Group {
  key: string;
  messages: Message[];
  /** Set if a run was started for them before this listener began. */
  earlier?: Started;
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
    for (const group of this.groups(messages)) this.startOne(group, toItems, begins);
  }

  private startOne(
    { key, messages, earlier }: Group,
    toItems: (messages: readonly Message[]) => INodeExecutionData[],
    begins: () => () => void,
  ): void {
    const { context, process, remember } = this.host;
    const ids = messages.map(({ id }) => id);
    const known = process.running.get(key);
    if (earlier && !known && !this.isSure(earlier)) {
      this.forget(key, ids);
      return;
    }
    const ended = begins();
    const at = earlier?.at ?? Date.now();
    this.started = [
      ...this.started.filter((one) => one.key !== key),
      {
        ...{ key, at },
        messages: ids.map((id) => this.digestOf(id)),
        identities: messages.map((message) => this.digestOf(identityOf(message))),
      },
    ];
    remember();
    if (known) {
      // The listener that started it does what comes after it.
      this.settleAfter(known, { key, ids, ended });
      return;
    }
    const outcome = this.track(
      key,
      startRun(context, () => toItems(messages), key),
    );
    // The credential may open another account when the run ends.
    const account = this.host.account();
    const mark = this.markStarted(ids, account);
    outcome.then(
      (how) => {
        mark.now();
        this.finish(how, ids, account);
      },
      () => mark.never(),
    );
    this.settleAfter(outcome, { key, ids, ended, mayHaveRun: earlier !== undefined });
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

  /** Those of an earlier run stay together, so that they have its key. */
  private groups(messages: readonly Message[]): Group[] {
    const groups = new Map<string, Group>();
    const others: Message[] = [];
    for (const message of messages) {
      const earlier = this.earlierRunOf(message);
      if (!earlier) {
        others.push(message);
        continue;
      }
      const group = groups.get(earlier.key) ?? { key: earlier.key, messages: [], earlier };
      groups.set(earlier.key, group);
      group.messages.push(message);
    }
    const fresh = this.host.settings.oneRunPer === 'batch' ? [others] : others.map((message) => [message]);
    return [
      ...groups.values(),
      ...fresh
        .filter(({ length }) => length > 0)
        .map((group) => ({ key: this.keyFor(group), messages: group })),
    ];
  }

  private earlierRunOf(message: Message): Started | undefined {
    const mark = this.digestOf(message.id);
    const found = this.started.find((one) => one.messages.includes(mark));
    if (found || this.idsChangedAt === undefined) return found;
    const identity = this.digestOf(identityOf(message));
    for (const one of this.started) {
      const index = one.identities.indexOf(identity);
      if (index < 0 || one.at > this.idsChangedAt) continue;
      // Each message is found once: there may be another with the same Message-ID.
      one.messages[index] = mark;
      one.identities[index] = '';
      return one;
    }
    return undefined;
  }

  private keyFor(messages: readonly Message[]): string {
    const { context, identity } = this.host;
    const ids = messages.map(({ id }) => id);
    return keyOf(context.getWorkflow().id ?? '', context.getNode().id, identity(), ids);
  }

  private digestOf(id: string): string {
    return digest(this.host.identity(), id);
  }

  /**
   * Whether n8n would still know the run by its key, so that starting it again cannot start it twice; or the mailbox would
   * know it by its mark, and the message would not have been given.
   */
  private isSure({ at }: Started): boolean {
    if (this.host.settings.keyword !== undefined) return true;
    return Date.now() - at < SURE_FOR && knowsKeys(this.host.context) && savesRuns(this.host.context);
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

  private finish(how: RunOutcome, ids: readonly string[], account: string): void {
    const { onSuccess, onFailure } = this.host.settings;
    const action = how === 'success' ? onSuccess : how === 'error' ? onFailure : undefined;
    if (action) this.afterRun.add(action, ids, account);
  }

  /**
   * For "Remember In": marks the messages as soon as it is sure that there is a run.
   *
   * @returns the two ways in which that is known earlier
   */
  private markStarted(ids: readonly string[], account: string): { now: () => void; never: () => void } {
    const { keyword } = this.host.settings;
    if (keyword === undefined) return { now: () => {}, never: () => {} };
    const mark = () => this.afterRun.add({ do: 'mark', marks: { addKeywords: [keyword] } }, ids, account);
    let timer: NodeJS.Timeout | undefined = setTimeout(() => {
      timer = undefined;
      mark();
    }, STARTS_WITHIN);
    timer.unref();
    return {
      now: () => {
        if (timer) mark();
        clearTimeout(timer);
      },
      never: () => clearTimeout(timer),
    };
  }
}

/** Whether the workflow's runs stay in n8n's list, and their deduplication keys with them. */
function savesRuns(context: ITriggerFunctions): boolean {
  const { saveDataSuccessExecution: success, saveDataErrorExecution: error } = workflowSettings(context);
  const { EXECUTIONS_DATA_SAVE_ON_SUCCESS, EXECUTIONS_DATA_SAVE_ON_ERROR } = process.env;
  const saves = (chosen: string | undefined, preset: string | undefined) =>
    (chosen === undefined || chosen === 'DEFAULT' ? preset : chosen) !== 'none';
  return saves(success, EXECUTIONS_DATA_SAVE_ON_SUCCESS) && saves(error, EXECUTIONS_DATA_SAVE_ON_ERROR);
}
