import { accountAt } from '../account/login-in-line';
import type { SessionSettings } from '../account/session-settings';
import type { ConnectionHolder, ConnectionLimit } from '../async/connection-limit';
import { isMailError } from '../errors';
import type { MailClient } from '../model/client';
import { WaitReport, type SessionEvent } from './observer';
import type { LeftConnection, WarmConnections } from './warm-connections';

/** Connects and logs in; stops when the signal is aborted. */
export type OpenClient = (settings: SessionSettings, signal?: AbortSignal) => Promise<MailClient>;

/** What a process has for all its sessions. */
export interface Connections {
  openClient: OpenClient;
  limit: ConnectionLimit;
  warm?: WarmConnections;
}

interface Connected {
  client: MailClient;
  /** Whether it was opened for this session. */
  isNew: boolean;
}

/** Gets a session its connection: one that an ended run has left, or a new one as soon as there is room for it. */
export class Connector {
  readonly account: string;

  constructor(
    private readonly settings: SessionSettings,
    private readonly connections: Connections,
    private readonly tell: (event: SessionEvent) => void,
  ) {
    this.account = accountAt(settings.server, settings);
  }

  /**
   * @param holder gets a place in the limit of the account, unless this rejects
   * @throws {MailError}; what the signal was aborted with
   */
  async connect(holder: ConnectionHolder, signal: AbortSignal): Promise<Connected> {
    const started = Date.now();
    try {
      const warm = await this.connections.warm?.take(this.settings, holder, signal);
      if (!warm) return await this.logIn(holder, signal);
      this.tell({ type: 'taken', took: Date.now() - started });
      return { client: warm, isNew: false };
    } catch (error) {
      const { message } = error as Error;
      if (!signal.aborted)
        this.tell({ type: 'refused', code: isMailError(error) ? error.code : 'UNKNOWN', message });
      throw error;
    }
  }

  /** Leaves the connection for the next session with the same settings. Returns whether it is kept. */
  async keep(holder: ConnectionHolder, client: MailClient): Promise<boolean> {
    return (await this.connections.warm?.keep(client, this.settings, holder)) ?? false;
  }

  /** Call when the holder has finished a task. */
  used(holder: ConnectionHolder): void {
    this.connections.limit.used(this.account, holder);
  }

  release(holder: ConnectionHolder): void {
    this.connections.limit.release(this.account, holder);
  }

  /** Waits for its turn, and logs in unless somebody has left a connection for it. */
  private async logIn(holder: ConnectionHolder, signal: AbortSignal): Promise<Connected> {
    const { openClient, limit, warm } = this.connections;
    const waits = new WaitReport(this.tell);
    let happened: SessionEvent | undefined;
    const connect = async (left?: LeftConnection): Promise<Connected> => {
      // Each login at a full server is part of the wait for it.
      waits.end('own limit');
      const started = Date.now();
      const received = await left?.receive();
      const client = received ?? (await openClient(this.settings, signal));
      happened = { type: received ? 'taken' : 'login', took: Date.now() - started };
      return { client, isNew: !received };
    };
    const inTurn = async (left?: LeftConnection) =>
      await limit.connect(this.account, holder, async () => await connect(left), {
        ...{ timeout: this.settings.timeouts.connect, signal },
        onWait: (waitsFor) => waits.begin(waitsFor),
        isServed: () => left?.isThere() ?? false,
      });
    try {
      return await (warm?.whileWaiting(this.settings, holder, signal, inTurn) ?? inTurn());
    } finally {
      waits.end();
      if (happened) this.tell(happened);
    }
  }
}
