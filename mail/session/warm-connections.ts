import { settingsFingerprint, type SessionSettings } from '../account/session-settings';
import { accountAt } from '../account/login-in-line';
import type { ConnectionHolder, ConnectionLimit } from '../async/connection-limit';
import { fingerprint } from '../fingerprint';
import type { MailClient } from '../model/client';
import { attachClient, detachClient } from './open-client';

/** The most connections that are kept, to all accounts together. */
const MOST = 50;

/**
 * The connections that ended runs have left, for the next run with the same settings and the same login. Each counts in
 * the limit of its account, and is the first to be given up. It belongs to no session, and knows none.
 */
export class WarmConnections {
  /** The oldest first. */
  private readonly kept = new Set<WarmConnection>();

  constructor(private readonly limit: ConnectionLimit) {}

  /**
   * Keeps the connection of a session that has ended. Never rejects.
   *
   * @returns false if it cannot be kept; then it is still the session's, which must close it
   */
  async keep(client: MailClient, settings: SessionSettings, holder: ConnectionHolder): Promise<boolean> {
    const { keep = 0 } = settings.timeouts;
    const account = accountAt(settings.server, settings);
    if (keep <= 0 || this.limit.isWanted(account)) return false;
    if (!(await detachClient(client)) || this.limit.isWanted(account)) return false;
    const warm = new WarmConnection(client, account, keyOf(settings), () => this.kept.delete(warm));
    this.limit.handOver(account, holder, warm);
    this.kept.add(warm);
    warm.startTimer(keep, () => this.limit.giveUp(account, warm));
    const [oldest] = this.kept;
    if (oldest && this.kept.size > MOST) this.limit.giveUp(oldest.account, oldest);
    return true;
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
    let isUsable = false;
    try {
      isUsable = await attachClient(client, settings, signal);
    } finally {
      if (!isUsable) {
        await client.close();
        this.limit.release(account, holder);
      }
    }
    return isUsable ? client : undefined;
  }
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
