import { setTimeout as sleep } from 'node:timers/promises';

import type { ITriggerFunctions } from 'n8n-workflow';

import { MAIL_ERROR_CODES, isMailError } from '../../mail/errors';
import { AccountChanged } from './fresh-client';
import { Intake } from './intake';
import { listenTo, type Listening } from './listening';
import type { ListenerSettings } from './listener-settings';
import type { Memory } from './memory';
import { Outage } from './outage';
import { triggers, type Live, type TriggerProcess } from './process';
import { digest } from './start-run';
import { logInfo, tellIfItLasts } from './tell';
import { TriggerMemory } from './trigger-memory';

/** Milliseconds. n8n closes its triggers one after the other. */
const CLOSES_WITHIN = 2_500;

/**
 * Listens for mail for as long as its workflow is active, and starts a run for each message or batch.
 *
 * Contract:
 * - A message is started once, and none is lost, whatever happens to the server, the connection or n8n. What has been
 *   started is stored with n8n when the next run is started; see `Runs` for the time between.
 * - Failures end nothing: it waits and tries again for ever.
 * - Of several for the same node, only the newest starts runs.
 */
export class MailListener implements Live {
  readonly workflowId: string;
  readonly nodeName: string;

  private readonly id: string;
  private readonly process: TriggerProcess;
  private readonly remembered: TriggerMemory;
  private readonly intake: Intake;
  /** Of the mail server. */
  private readonly outage: Outage;
  /** Of n8n, which could not start a run. */
  private readonly setbacks = new Outage();
  private readonly closing = new AbortController();
  private closed?: Promise<void>;
  /** Absent until the credential was read, and after it opens another account. */
  private listening?: Listening;
  /** Ends when the listener closes, or n8n could not start a run, with the reason why. */
  private round = new AbortController();
  private isReady: () => void = () => {};
  private readonly ready = new Promise<void>((resolve) => (this.isReady = resolve));

  /** @param tellAtOnce whether a person looks at it now, and is told what cannot work without a wait */
  constructor(
    private readonly context: ITriggerFunctions,
    private readonly settings: ListenerSettings,
    private tellAtOnce: boolean,
    { process = triggers, outage = new Outage() }: { process?: TriggerProcess; outage?: Outage } = {},
  ) {
    const { id, name } = context.getNode();
    this.workflowId = context.getWorkflow().id ?? '';
    this.nodeName = name;
    this.id = JSON.stringify([this.workflowId, id]);
    this.process = process;
    this.outage = outage;
    const start = digest(settings.startAsWritten ?? settings.start);
    this.remembered = new TriggerMemory(context, process, this.id, this, start);
    this.intake = new Intake({
      ...{ context, settings, process, start, outage, signal: this.closing.signal },
      listening: () => this.listening,
      remember: () => this.remember(),
      started: () => void this.setbacks.connected(),
      heldUp: (error) => this.round.abort(error),
    });
  }

  get account(): string | undefined {
    return this.listening?.account;
  }

  get answersTo(): string | undefined {
    return this.listening?.answersTo;
  }

  get memory(): Memory | undefined {
    return this.remembered.memory;
  }

  /**
   * Begins to listen.
   *
   * @param patience how long to wait until it is known what is there already, in milliseconds. n8n stores that after the
   * activation, so that mail that arrives while n8n is down is found.
   */
  async begin(patience: number): Promise<void> {
    await this.process.enter(this.id, this);
    const recalled = this.remembered.recall();
    this.intake.runs.started = recalled?.started ?? [];
    this.intake.runs.idsChangedAt = recalled?.idsChangedAt;
    void this.listen();
    if (recalled?.watch) this.remember();
    else await Promise.race([this.ready, sleep(patience, undefined, { ref: false })]);
  }

  /** Safe to call more than once. Never rejects. */
  async close(): Promise<void> {
    this.closed ??= this.shutDown();
    await this.closed;
  }

  private async shutDown(): Promise<void> {
    this.closing.abort();
    this.round.abort();
    this.intake.close();
    this.process.leave(this.id, this);
    await Promise.race([this.listening?.session.close(), sleep(CLOSES_WITHIN, undefined, { ref: false })]);
  }

  private get isClosed(): boolean {
    return this.closing.signal.aborted;
  }

  private async listen(): Promise<void> {
    while (!this.isClosed) {
      try {
        await this.hear();
      } catch (error) {
        if (this.isClosed) return;
        const { aborted, reason } = this.round.signal;
        if (error instanceof AccountChanged) await this.forgetAccount();
        else if (aborted) await this.rest(reason, this.setbacks);
        else await this.rest(error, this.outage);
        this.round = new AbortController();
      }
    }
  }

  /** Starts runs for the mail that arrives, until something fails. */
  private async hear(): Promise<void> {
    const { signal } = this.round;
    const listening = this.listening ?? (await this.open());
    const { watch } = listening;
    if (!listening.hasBegun) {
      await watch.begin(signal);
      listening.hasBegun = true;
      this.outage.connected();
      this.remember();
      this.isReady();
    }
    while (!signal.aborted) {
      const limit = await this.intake.room();
      const arrivals = await watch.next({ limit, signal });
      this.outage.connected();
      // What a closed one was given is not settled, so that it is given to the next.
      if (!this.isClosed) await this.intake.take(arrivals);
    }
    signal.throwIfAborted();
  }

  /** With the credential as it is now. */
  private async open(): Promise<Listening> {
    const { context, settings } = this;
    const account = await settings.sessionSettings();
    const listening = listenTo(account, {
      ...{ context, settings, state: this.memory?.watch },
      others: this.process.all().filter((one) => one !== this),
      opened: () => {
        if (this.outage.connected()) logInfo(context, 'the server answers again');
      },
      restarted: () => (this.intake.runs.idsChangedAt = Date.now()),
    });
    this.listening = listening;
    if (this.isClosed) await listening.session.close();
    return listening;
  }

  private async forgetAccount(): Promise<void> {
    const session = this.listening?.session;
    this.listening = undefined;
    this.intake.forgetAnswers();
    await session?.close();
  }

  /** After a failure: tells a person if it lasts, and waits for the next attempt. */
  private async rest(error: unknown, failures: Outage): Promise<void> {
    const isRefused = isMailError(error) && MAIL_ERROR_CODES[error.code].retry === 'no';
    const isNews = this.tellAtOnce && isRefused && !this.memory?.watch;
    const { wait, isTold } = tellIfItLasts(this.context, error, failures, isNews);
    if (isTold) this.tellAtOnce = false;
    this.isReady();
    await sleep(wait, undefined, { signal: this.closing.signal, ref: false }).catch(() => {});
  }

  private remember(): void {
    const { started, idsChangedAt } = this.intake.runs;
    const watch = this.listening?.watch.state ?? this.memory?.watch;
    this.remembered.keep({ watch, started: [...started], idsChangedAt });
  }
}
