import { setTimeout as sleep } from 'node:timers/promises';

import type { ITriggerFunctions } from 'n8n-workflow';

import { mailboxOf, type SessionSettings } from '../../mail/account/session-settings';
import { MAIL_ERROR_CODES, MailError, isMailError } from '../../mail/errors';
import { maxConnections } from '../../mail/async/max-connections';
import type { Message } from '../../mail/model/message';
import { FolderWatch, type Arrival, type WatchEvent } from '../../mail/session/folder-watch';
import type { SessionObserver } from '../../mail/session/observer';
import type { Session } from '../../mail/session/session';
import { registry } from '../run/registry';
import { sessionLog } from '../run/session-log';
import { canWake } from '../wait/wake';
import { AfterRun } from './after-run';
import { Answers } from './answers';
import { AccountChanged, accountOf, freshClient } from './fresh-client';
import type { ListenerSettings } from './listener-settings';
import { newest, storeForSibling, storeMemory, storedMemory, type Memory } from './memory';
import { Outage } from './outage';
import { triggers, type Live, type TriggerProcess } from './process';
import { referringOf } from './referring';
import { Runs } from './runs';
import { Slots } from './slots';
import { digest } from './start-run';
import { logInfo, logWarning, tell } from './tell';
import { triggerItems } from './trigger-items';

/** Maximum number of messages of one run. */
const LARGEST_BATCH = 100;
/** Milliseconds. n8n closes its triggers one after the other. */
const CLOSES_WITHIN = 2_500;
/** How many connections of an account are left for the runs. */
const FOR_RUNS = 2;
/** Milliseconds. What could not be done after the runs is told once in this time. */
const TOLD_FOR = 60 * 60_000;

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
  account?: string;
  answersTo?: string;
  memory: Memory | undefined;

  private readonly id: string;
  private readonly start: string;
  private readonly closing = new AbortController();
  private readonly process: TriggerProcess;
  private readonly outage: Outage;
  private readonly setbacks = new Outage();
  private readonly slots: Slots;
  private readonly afterRun: AfterRun;
  private readonly runs: Runs;
  private readonly answers: Answers;
  /** Of n8n, for answers. */
  private unheard = new Outage();
  private watch?: FolderWatch;
  /** Whether it is known what was there before. */
  private hasBegun = false;
  private session?: Session;
  /** Ends the wait for mail. */
  private round = new AbortController();
  /** Why messages were given back: n8n could not start their run. */
  private holdUp?: { error: unknown };
  private closed?: Promise<void>;
  private actionsToldAt = 0;
  private isReady: () => void = () => {};
  private readonly ready = new Promise<void>((resolve) => (this.isReady = resolve));

  constructor(
    private readonly context: ITriggerFunctions,
    private readonly settings: ListenerSettings,
    private readonly tellAtOnce: boolean,
    { process = triggers, outage = new Outage() }: { process?: TriggerProcess; outage?: Outage } = {},
  ) {
    this.process = process;
    this.outage = outage;
    const { id } = context.getNode();
    this.workflowId = context.getWorkflow().id ?? '';
    this.nodeName = context.getNode().name;
    this.id = JSON.stringify([this.workflowId, id]);
    this.start = digest(settings.startAsWritten ?? settings.start);
    this.slots = new Slots(settings.mostRuns);
    this.afterRun = new AfterRun(
      async (account) => await this.sessionAfterRuns(account),
      (error, ids) => this.actionFailed(error, ids),
    );
    this.runs = new Runs(
      {
        ...{ context, settings, process },
        identity: () => `${this.account ?? ''} ${this.start}`,
        account: () => this.account ?? '',
        remember: () => this.remember(),
        settle: (ids) => this.settle(ids),
        giveBack: (ids, error) => this.giveBack(ids, error),
      },
      this.afterRun,
    );
    this.answers = new Answers({
      ...{ context, session: () => this.session, signal: this.closing.signal },
      handled: (message, outcome) => this.answerHandled(message, outcome),
      failed: (error) => this.answerFailed(error),
    });
  }

  /**
   * Begins to listen.
   *
   * @param patience how long to wait until it is known what is there already, in milliseconds. n8n stores that after the
   * activation, so that mail that arrives while n8n is down is found.
   */
  async begin(patience: number): Promise<void> {
    await this.process.enter(this.id, this);
    const kept = this.process.recall(this.id, storedMemory(this.context));
    this.memory = kept?.start === this.start ? kept : undefined;
    this.runs.started = newest(this.memory?.started ?? []);
    this.runs.idsChangedAt = this.memory?.idsChangedAt;
    void this.listen();
    if (this.memory?.watch) this.remember();
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
    this.afterRun.stopWaiting();
    this.process.leave(this.id, this);
    await Promise.race([this.session?.close(), sleep(CLOSES_WITHIN, undefined, { ref: false })]);
  }

  private get observer(): SessionObserver {
    return sessionLog(this.context.logger, { workflowId: this.workflowId });
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
        if (error instanceof AccountChanged) await this.forgetSession();
        else if (this.holdUp) await this.rest(this.holdUp.error, this.setbacks);
        else await this.rest(error, this.outage);
        this.holdUp = undefined;
        this.round = new AbortController();
      }
    }
  }

  /** Starts runs for the mail that arrives, until something fails. */
  private async hear(): Promise<void> {
    const watch = (this.watch ??= await this.newWatch());
    if (!this.hasBegun) {
      await watch.begin(this.round.signal);
      this.hasBegun = true;
      this.outage.connected();
      this.remember();
      this.isReady();
    }
    while (!this.isClosed && this.holdUp === undefined) {
      await this.slots.some(this.closing.signal);
      const limit = this.settings.oneRunPer === 'batch' ? LARGEST_BATCH : this.slots.free;
      const arrivals = await watch.next({ limit, signal: this.round.signal });
      this.outage.connected();
      // What a closed one was given is not settled, so that it is given to the next.
      if (this.isClosed) break;
      const ids = arrivals.map(({ id }) => id);
      await this.handle(arrivals).catch((error: unknown) => this.giveBack(ids, error));
    }
    this.round.signal.throwIfAborted();
  }

  private async newWatch(): Promise<FolderWatch> {
    const { folder, query, wanted, start, checkEvery, keyword } = this.settings;
    this.session = await this.openSession();
    if (this.isClosed) await this.session.close();
    return new FolderWatch(this.session, {
      ...{ folder, wanted, start, checkEvery, state: this.memory?.watch },
      query:
        keyword === undefined
          ? query
          : { ...query, withoutKeyword: [...(query.withoutKeyword ?? []), keyword] },
      log: (event) => this.note(event),
    });
  }

  /** @throws {AccountChanged} if the credential is now of another account */
  private async sessionAfterRuns(account: string): Promise<Session> {
    const { sessionName, sessionSettings } = this.settings;
    const settings = await sessionSettings();
    if (accountOf(settings) !== account) throw new AccountChanged();
    const openClient = freshClient(sessionSettings);
    return registry.detached(sessionName, settings, {
      ...{ keepsConnection: false, openClient, observer: this.observer },
    });
  }

  /** For listening, with the credential as it is now. Nothing is opened yet. */
  private async openSession(): Promise<Session> {
    const { sessionName, sessionSettings } = this.settings;
    const settings = await sessionSettings();
    // One that is refused does not count against the others.
    [this.account, this.answersTo] = [undefined, undefined];
    const account = accountOf(settings);
    const isPop = settings.protocol === 'pop3';
    const others = this.process.all().filter((one) => one !== this && one.account === account);
    const most = Math.max(1, maxConnections() - FOR_RUNS);
    if (!isPop && others.length >= most) throw tooMany(most, settings.authenticator.account);
    this.account = account;
    this.mayRename = renamesMessages(settings);
    if (this.settings.wakesRuns && canWake(this.context)) this.answersTo = mailboxOf(settings);
    return registry.detached(
      sessionName,
      // POP3 locks the mailbox as long as somebody is logged in (RFC 1939 section 3), and the runs need it too.
      isPop ? { ...settings, timeouts: { ...settings.timeouts, idle: 500 } } : settings,
      {
        // The only connection that the account may have is for the runs too.
        ...{ keepsConnection: !isPop && maxConnections() > 1, observer: this.observer },
        openClient: freshClient(sessionSettings, () => {
          if (this.outage.connected()) logInfo(this.context, 'the server answers again');
        }),
      },
    );
  }

  private async forgetSession(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    this.watch = undefined;
    this.hasBegun = false;
    this.answers.clear();
    await session?.close();
  }

  private async handle(arrivals: readonly Arrival[]): Promise<void> {
    const messages: Message[] = [];
    for (const { id, message } of arrivals) {
      if (isMailError(message)) this.notGiven(id, message);
      else messages.push(message);
    }
    if (this.answersTo === undefined) this.startRuns(messages);
    else await this.wakeRuns(messages);
  }

  /** Answers to questions go to the runs that wait for them. All other messages start runs. */
  private async wakeRuns(messages: readonly Message[]): Promise<void> {
    const { referring, others } = await referringOf(
      this.context,
      messages,
      this.mayRename ? this.session : undefined,
    );
    if (this.isClosed) return;
    this.answers.add(referring);
    this.startRuns(others);
  }

  private answerHandled(message: Message, outcome: 'woken' | 'gone' | 'ordinary'): void {
    this.unheard = new Outage();
    if (outcome === 'ordinary') {
      this.startRuns([message]);
      return;
    }
    const { id } = message;
    const { keyword } = this.settings;
    this.watch?.settle(id);
    this.remember();
    if (keyword !== undefined) {
      this.afterRun.add({ do: 'mark', marks: { addKeywords: [keyword] } }, [id], this.account ?? '');
    }
    const what =
      outcome === 'woken' ? 'lets the run go on that waits for it' : 'comes too late: no run waits for it';
    logInfo(this.context, `the answer ${id} ${what}`);
  }

  private answerFailed(error: unknown): number {
    const { wait, tell: lasts } = this.unheard.failed(error);
    if (lasts) tell(this.context, error);
    else logWarning(this.context, error);
    return wait;
  }

  private startRuns(messages: readonly Message[]): void {
    if (messages.length === 0) return;
    const { context, settings } = this;
    const session = this.session!;
    const gap = this.outage.takeGap();
    if (gap) logInfo(context, `mail since ${new Date(gap.since).toISOString()} was found late`);
    this.runs.start(
      messages,
      (group) => triggerItems(settings, session, group, gap),
      () => this.slots.take(),
    );
  }

  /** The server has the message and does not give it, though the watch has asked again. It must not stop the others. */
  private notGiven(id: string, error: MailError): void {
    this.watch?.settle(id);
    this.remember();
    // One that was deleted in the meantime is missed by nobody.
    if (error.code !== 'MESSAGE_NOT_FOUND') tell(this.context, unreadable(id, error));
  }

  private settle(ids: readonly string[]): void {
    this.setbacks.connected();
    for (const id of ids) this.watch?.settle(id);
  }

  private giveBack(ids: readonly string[], error: unknown): void {
    for (const id of ids) this.watch?.giveBack(id);
    this.holdUp = { error };
    this.round.abort();
  }

  /** After a failure: tells a person if it lasts, and waits for the next attempt. */
  private async rest(error: unknown, failures: Outage): Promise<void> {
    const { wait, tell: lasts } = failures.failed(error);
    const isRefused = isMailError(error) && MAIL_ERROR_CODES[error.code].retry === 'no';
    // Who activates the workflow looks at it now.
    const isNews = this.tellAtOnce && isRefused && !this.memory?.watch && !this.hasTold;
    if (lasts || isNews) tell(this.context, error);
    else logWarning(this.context, error);
    this.hasTold ||= lasts || isNews;
    this.isReady();
    await sleep(wait, undefined, { signal: this.closing.signal, ref: false }).catch(() => {});
  }

  private hasTold = false;
  /** Whether the server may have given a question another Message-ID. */
  private mayRename = false;

  private note(event: WatchEvent): void {
    if (event.type === 'started') {
      logInfo(this.context, `listens to ${this.settings.folder}`);
    } else {
      this.runs.idsChangedAt = Date.now();
      logInfo(
        this.context,
        `the server could not say what is new, so the messages were compared: ${event.found} are new`,
      );
    }
  }

  /** Stored in the process now, and with n8n at the next `emit` or activation. */
  private remember(): void {
    const watch = this.watch?.state ?? this.memory?.watch;
    const { started, idsChangedAt } = this.runs;
    this.memory = {
      ...{ v: 1, at: Date.now(), start: this.start, watch, started: [...started] },
      ...(idsChangedAt !== undefined && { idsChangedAt }),
    };
    const isLive = this.process.isLive(this.id, this);
    // A newer listener has its own.
    if (!this.process.isNewest(this.id, this)) return;
    this.process.keep(this.id, this.memory);
    if (!isLive) return;
    try {
      storeMemory(this.context, this.memory);
      for (const other of this.process.all()) {
        if (other === this || other.workflowId !== this.workflowId || !other.memory) continue;
        storeForSibling(this.context, other.nodeName, other.memory);
      }
    } catch (error) {
      // The process has it, and n8n gets it with the next one.
      logWarning(this.context, error);
    }
  }

  private actionFailed(error: unknown, ids: readonly string[]): void {
    const failure = notDone(error as Error, ids);
    if (Date.now() - this.actionsToldAt < TOLD_FOR) {
      logWarning(this.context, failure);
      return;
    }
    this.actionsToldAt = Date.now();
    tell(this.context, failure);
  }
}

/** Microsoft may give what it sends another Message-ID. */
const renamesMessages = ({ protocol, provider }: SessionSettings): boolean =>
  ['ews', 'graph'].includes(protocol) || ['outlook', 'msn'].includes(provider);

const tooMany = (most: number, account: string): MailError =>
  new MailError(
    'CONNECTION_LIMIT',
    `${most} other triggers listen to the account ${account} already, and the runs need connections too`,
    'Let fewer workflows listen to this account, for example with one trigger and a Switch node behind it.',
  );

const unreadable = (id: string, { code, message, description }: MailError): MailError =>
  new MailError(
    code,
    `The message ${id} could not be read, so no run was started for it: ${message}`,
    description,
  );

const notDone = (error: Error, ids: readonly string[]): MailError =>
  new MailError(
    isMailError(error) ? error.code : 'SERVER_REFUSED',
    `${ids.length} ${ids.length === 1 ? 'message' : 'messages'}, such as ${ids[0] ?? ''}, could not be marked, moved or deleted after the start or the end of the run: ${error.message}`,
    `${isMailError(error) ? error.description : ''} Check "When the Run Succeeds", "When the Run Fails" and "Remember In" of the trigger. The runs themselves are not affected.`.trim(),
  );
