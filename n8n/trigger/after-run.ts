import { setTimeout as sleep } from 'node:timers/promises';

import { MAIL_ERROR_CODES, isMailError, type MailError } from '../../mail/errors';
import type { BatchResult, FlagChanges, MailClient } from '../../mail/model/client';
import { REFUSALS } from '../../mail/session/run-sessions';
import type { Session } from '../../mail/session/session';
import { Outage } from './outage';

/** What is done to the messages of a run. */
export type Action =
  | { do: 'mark'; marks: FlagChanges }
  | { do: 'move'; folder: string }
  | { do: 'delete'; permanently: boolean };

interface Task {
  action: Action;
  ids: readonly string[];
  /** Whose ids they are. */
  account: string;
}

/** Milliseconds before each further attempt, if the server could not be reached. */
const RETRIES = [1_000, 5_000, 20_000, 60_000];

/**
 * Marks, moves and deletes the messages of runs, in the order in which it is asked to, with few commands. It has a session
 * of its own, which logs in when there is something to do: the trigger's listens, and may be closed already.
 */
export class AfterRun {
  private readonly tasks: Task[] = [];
  private isWorking = false;
  private readonly stopping = new AbortController();
  private logins = new Outage();
  /** The server has refused the login. It may lock the account if it is asked again for each run. */
  private refused?: { error: MailError; until: number };

  /**
   * @param open a new session of this account; this class closes it when there is nothing left to do
   * @param failed is told what could not be done
   */
  constructor(
    private readonly open: (account: string) => Promise<Session>,
    private readonly failed: (error: unknown, ids: readonly string[]) => void,
  ) {}

  /** @param account in which the messages have these ids: in another one, they may name other messages */
  add(action: Action, ids: readonly string[], account: string): void {
    this.tasks.push({ action, ids, account });
    if (this.isWorking) return;
    this.isWorking = true;
    void this.workOff();
  }

  /** Does not wait for a server that is away any longer. What is asked for later is tried once. */
  stopWaiting(): void {
    this.stopping.abort();
  }

  private async workOff(): Promise<void> {
    // Also what is asked for while the session of the others is closed.
    while (this.tasks.length > 0) await this.work();
    this.isWorking = false;
  }

  private async work(): Promise<void> {
    // Runs that end together are handled together.
    await sleep(20);
    let opened: { account: string; session: Session } | undefined;
    // The next run may use the connection.
    const close = async () => await opened?.session.close({ keep: true });
    const sessionOf = async (account: string) => {
      if (opened?.account === account) return opened.session;
      await close();
      opened = undefined;
      opened = { account, session: await this.open(account) };
      return opened.session;
    };
    for (let tasks = this.take(); tasks.length > 0; tasks = this.take()) {
      for (const task of tasks) await this.attempt(task, sessionOf);
    }
    await close();
  }

  /** What is to be done now. Neighbours with the same action become one. */
  private take(): Task[] {
    const merged: Task[] = [];
    for (const task of this.tasks.splice(0)) {
      const last = merged.at(-1);
      const isSame = last?.account === task.account;
      if (last && isSame && JSON.stringify(last.action) === JSON.stringify(task.action)) {
        last.ids = [...last.ids, ...task.ids];
      } else merged.push({ ...task });
    }
    return merged;
  }

  private async attempt(
    { action, ids, account }: Task,
    sessionOf: (account: string) => Promise<Session>,
  ): Promise<void> {
    let left = ids;
    for (const wait of [...RETRIES, undefined]) {
      if (this.refused && Date.now() < this.refused.until) {
        this.failed(this.refused.error, left);
        return;
      }
      const isLast = () => wait === undefined || this.stopping.signal.aborted;
      try {
        const session = await sessionOf(account);
        const results = await session.use(async (client) => await run(client, action, [...left]), {
          // It rejects only if it has changed nothing.
          repeatable: true,
        });
        [this.refused, this.logins] = [undefined, new Outage()];
        const failures = failuresIn(results);
        const again = isLast() ? [] : failures.filter(([, error]) => mayBeRepeated(action, error));
        this.report(failures.filter((one) => !again.includes(one)));
        if (again.length === 0) return;
        left = again.map(([id]) => id);
      } catch (error) {
        if (isMailError(error, ...REFUSALS))
          this.refused = { error, until: Date.now() + this.logins.failed(error).wait };
        const mayHelp = isMailError(error) && MAIL_ERROR_CODES[error.code].retry === 'later';
        if (!mayHelp || isLast()) {
          this.failed(error, left);
          return;
        }
      }
      await sleep(wait, undefined, { signal: this.stopping.signal }).catch(() => {});
    }
  }

  private report(failures: readonly Failure[]): void {
    const [first] = failures;
    if (first)
      this.failed(
        first[1],
        failures.map(([id]) => id),
      );
  }
}

/** What could not be done to a message. */
type Failure = [id: string, error: MailError];

const failuresIn = (results: BatchResult<unknown>): Failure[] =>
  [...results].filter(
    // The run itself has moved or deleted it.
    (result): result is Failure => isMailError(result[1]) && result[1].code !== 'MESSAGE_NOT_FOUND',
  );

/**
 * Whether the message did not get its turn, such as after a lost connection, or has the same marks if it gets them twice.
 * What the server refuses for one message only, it mostly refuses again.
 */
function mayBeRepeated(action: Action, { code, retryAfter }: MailError): boolean {
  if (code === 'SERVER_REFUSED') return retryAfter !== undefined;
  const { retry } = MAIL_ERROR_CODES[code];
  return retry === 'later' || (retry === 'check' && action.do === 'mark');
}

async function run(client: MailClient, action: Action, ids: string[]): Promise<BatchResult<unknown>> {
  switch (action.do) {
    case 'mark':
      return await client.markMessages(ids, action.marks);
    case 'move':
      return await client.moveMessages(ids, action.folder);
    case 'delete':
      return await client.deleteMessages(ids, { permanently: action.permanently });
  }
}
