import { settingsFingerprint, type SessionSettings } from '../account/session-settings';
import { accountAt } from '../account/login-in-line';
import type { ConnectionHolder, ConnectionLimit } from '../async/connection-limit';
import { fingerprint } from '../fingerprint';
import type { MailClient } from '../model/client';
import { attachClient, detachClient } from './open-client';

/** The most connections that are kept, to all accounts together. */
const MOST = 50;
/** And to one account: a process that keeps more takes them from the runs in other processes, which cannot ask for them. */
const MOST_OF_ACCOUNT = 2;

/**
 * The connections that ended runs have left, for the next run with the same settings and the same login. Each counts in
 * the limit of its account, and is the first to be given up. It belongs to no session, and knows none.
 */
export class WarmConnections {
  /** The oldest first. */
  private readonly kept = new Set<WarmConnection>();
  /** Sessions that wait for a connection. */
  private readonly waiting = new Map<ConnectionHolder, Waiting>();

  constructor(private readonly limit: ConnectionLimit) {}

  /**
   * Keeps the connection of a session that has ended. If others wait for one, the first of them gets it, and nobody else.
   * Never rejects.
   *
   * @returns false if it cannot be kept; then it is still the session's, which must close it
   */
  async keep(client: MailClient, settings: SessionSettings, holder: ConnectionHolder): Promise<boolean> {
    const { keep = 0 } = settings.timeouts;
    const account = accountAt(settings.server, settings);
    const key = keyOf(settings);
    if (keep <= 0 || this.isWantedByOthers(account, key)) return false;
    if (!(await detachClient(client)) || this.isWantedByOthers(account, key)) return false;
    const [next] = this.line(account);
    if (next) {
      next.client = client;
      next.isServed = true;
      this.limit.passOn(account, holder);
      return true;
    }
    const warm = new WarmConnection(client, account, key, () => this.kept.delete(warm));
    this.limit.handOver(account, holder, warm);
    this.kept.add(warm);
    warm.startTimer(keep, () => this.limit.giveUp(account, warm));
    this.keepAtMost(
      MOST_OF_ACCOUNT,
      [...this.kept].filter((one) => one.account === account),
    );
    this.keepAtMost(MOST, [...this.kept]);
    return true;
  }

  private keepAtMost(most: number, kept: readonly WarmConnection[]): void {
    const [oldest] = kept;
    if (oldest && kept.length > most) this.limit.giveUp(oldest.account, oldest);
  }

  /**
   * A connection that is open and logged in, if there is one. It is then the session's.
   *
   * @throws {MailError} why there is no login
   */
  async take(
    settings: SessionSettings,
    holder: ConnectionHolder,
    signal: AbortSignal,
  ): Promise<MailClient | undefined> {
    const key = keyOf(settings);
    const warm = [...this.kept].reverse().find((one) => one.key === key);
    if (!warm) return undefined;
    const { account, client } = warm;
    warm.leave();
    this.limit.handOver(account, warm, holder);
    let taken: MailClient | undefined;
    try {
      taken = await attached(client, settings, signal);
    } finally {
      if (!taken) this.limit.release(account, holder);
    }
    return taken;
  }

  /**
   * Waits for a new connection, or for one that a session leaves in the meantime.
   *
   * @param wait calls `receive` when it is the holder's turn: the connection that was left for it
   */
  async whileWaiting<T>(
    settings: SessionSettings,
    holder: ConnectionHolder,
    signal: AbortSignal,
    wait: (left: LeftConnection) => Promise<T>,
  ): Promise<T> {
    const waiting: Waiting = { key: keyOf(settings) };
    const takeLeft = () => {
      const { client } = waiting;
      waiting.client = undefined;
      return client;
    };
    this.waiting.set(holder, waiting);
    try {
      return await wait({
        isThere: () => waiting.client !== undefined,
        receive: async () => {
          const client = takeLeft();
          return client && (await attached(client, settings, signal));
        },
      });
    } finally {
      this.waiting.delete(holder);
      await takeLeft()?.close();
    }
  }

  private isWantedByOthers(account: string, key: string): boolean {
    const line = this.line(account);
    return line.length > 0 && line[0]?.key !== key;
  }

  /** Who waits for a connection to this account, and has not been served. Undefined if its settings are not known. */
  private line(account: string): Array<Waiting | undefined> {
    const line = this.limit.line(account).map((holder) => holder && this.waiting.get(holder));
    return line.filter((waiting) => !waiting?.isServed);
  }
}

/** The connection that an ended session has left for one that waits. */
export interface LeftConnection {
  isThere(): boolean;
  /** @throws {MailError} why there is no login */
  receive(): Promise<MailClient | undefined>;
}

interface Waiting {
  readonly key: string;
  /** That an ended session has left for it, until it is its turn. */
  client?: MailClient;
  isServed?: boolean;
}

/** The client, if it can serve this session; otherwise it is closed. @throws {MailError} why there is no login */
async function attached(
  client: MailClient,
  settings: SessionSettings,
  signal: AbortSignal,
): Promise<MailClient | undefined> {
  let isUsable = false;
  try {
    isUsable = await attachClient(client, settings, signal);
  } finally {
    if (!isUsable) await client.close();
  }
  return isUsable ? client : undefined;
}

/** Sessions with the same key use their connection in the same way. The login is compared too, when it is used. */
const keyOf = (settings: SessionSettings): string =>
  fingerprint(settingsFingerprint(settings), settings.timeouts);

class WarmConnection implements ConnectionHolder {
  readonly isSpare = true;
  private timer?: NodeJS.Timeout;

  constructor(
    readonly client: MailClient,
    readonly account: string,
    readonly key: string,
    private readonly forget: () => void,
  ) {}

  startTimer(milliseconds: number, end: () => void): void {
    this.timer = setTimeout(end, milliseconds);
    this.timer.unref();
  }

  /** It is no longer there for the next session. */
  leave(): void {
    clearTimeout(this.timer);
    this.forget();
  }

  async yieldConnection(): Promise<void> {
    this.leave();
    await this.client.close();
  }
}
