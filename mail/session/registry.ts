import { MailError } from '../errors';
import { ConnectionLimit } from '../async/connection-limit';
import type { SessionObserver } from './observer';
import { RunSessions } from './run-sessions';
import { Session, type OpenClient } from './session';
import { WarmConnections } from './warm-connections';
import { settingsFingerprint, type SessionSettings } from '../account/session-settings';

/** What to do if a run opens a session with a name that is in use. */
export type IfNameInUse = 'reuse' | 'error' | 'replace';

/**
 * A run whose end was never reported (no lifecycle hooks, or a Wait that was never resumed) is forgotten after this
 * time. Its connections were closed long before. Milliseconds.
 */
const FORGET_AFTER = 24 * 60 * 60 * 1000;

/** A session keeps its connection at least this long, even if others wait: a login costs more than most tasks. Milliseconds. */
const TURN = 1000;

export interface Detached {
  /** Whether the connection is never given up for another session. */
  keepsConnection: boolean;
  /** Opens the connections; the registry's own way if absent. */
  openClient?: OpenClient;
  observer?: SessionObserver;
}

interface Run<Origin> {
  sessions: RunSessions<Origin>;
  /** From the start, or a resume, until the run ends or is put away. */
  life?: object;
  forgetTimer?: NodeJS.Timeout;
}

/** How a run ended. */
export interface RunEnded {
  life?: object;
  isCancelled?: boolean;
}

/** What a caller may add to the settings of a session. */
export interface OpenOptions<Origin> {
  /** How to open the session again after the run was put away. */
  origin?: Origin;
  observer?: SessionObserver;
}

/**
 * The sessions of all runs in this process. A run sees only its own sessions; names have no meaning outside a run.
 *
 * @typeParam Origin what the caller needs to open a session again: no connection and no secret
 */
export class SessionRegistry<Origin = unknown> {
  private readonly runs = new Map<string, Run<Origin>>();
  /** For everything in this process that connects. */
  readonly limit = new ConnectionLimit(undefined, TURN);
  /** Of ended runs. */
  private readonly warm = new WarmConnections(this.limit);

  constructor(private readonly openClient: OpenClient) {}

  /**
   * Opens a session and logs in. Concurrent calls with the same name share one login.
   *
   * @throws {MailError} SESSION_NAME_IN_USE, or why the login failed; after that the name is free again
   */
  async open(
    runId: string,
    name: string,
    settings: SessionSettings,
    ifNameInUse: IfNameInUse,
    { origin, observer }: OpenOptions<Origin> = {},
  ): Promise<Session> {
    const { sessions } = this.run(runId);
    const existing = sessions.find(name);
    const session =
      existing && !mustReplace(existing, settings, ifNameInUse)
        ? existing
        : new Session(name, settings, this.openClient, this.limit, this.warm, observer);
    // Before the login, so that concurrent calls find it.
    sessions.put(name, session, origin);
    if (existing && existing !== session) await existing.close({ reason: 'replaced' });
    try {
      await session.open();
    } catch (error) {
      sessions.loginFailed(name, session, error);
      await session.close({ reason: 'login failed' });
      throw error;
    }
    return session;
  }

  /**
   * A session of no run, such as that of a trigger. It is not found by its name, but its connection counts in the limit
   * of the account. The caller closes it.
   */
  detached(
    name: string,
    settings: SessionSettings,
    { keepsConnection, openClient, observer }: Detached,
  ): Session {
    const { limit, warm } = this;
    const open = openClient ?? this.openClient;
    // One that listens for weeks needs no connection of a run, and leaves none.
    return keepsConnection
      ? new Session(name, settings, open, limit, undefined, observer, true)
      : new Session(name, settings, open, limit, warm, observer);
  }

  find(runId: string, name: string): Session | undefined {
    return this.runs.get(runId)?.sessions.find(name);
  }

  /** How to open the session of this name again, of a run that was put away. */
  origin(runId: string, name: string): Origin | undefined {
    return this.runs.get(runId)?.sessions.origin(name);
  }

  /** Whether the run has been here, and has not ended. */
  knows(runId: string): boolean {
    return this.runs.has(runId);
  }

  wasClosed(runId: string, name: string): boolean {
    return this.runs.get(runId)?.sessions.wasClosed(name) ?? false;
  }

  /** Why the last login with this name was refused, if it was. */
  refusal(runId: string, name: string): MailError | undefined {
    return this.runs.get(runId)?.sessions.refusal(name);
  }

  names(runId: string): string[] {
    return this.runs.get(runId)?.sessions.names ?? [];
  }

  /** Closes one session explicitly. Returns whether it existed, open or put away. */
  async close(runId: string, name: string): Promise<boolean> {
    return (await this.runs.get(runId)?.sessions.close(name)) ?? false;
  }

  /**
   * Call when a run starts or resumes. What it left open in an earlier life is closed: n8n may resume a run before it
   * has reported that it was put away.
   *
   * @param life an object of its own for each life
   */
  async begin(runId: string, life: object): Promise<void> {
    const run = this.run(runId);
    const isResumed = run.life !== undefined;
    run.life = life;
    if (isResumed) await run.sessions.closeAll({ reason: 'run put away' });
  }

  /** Call when a run is put away: closes its sessions and their connections, and keeps how they are opened again. Never rejects. */
  async putAway(runId: string, life: object): Promise<void> {
    const run = this.runs.get(runId);
    if (run?.life !== life) return;
    run.life = undefined;
    await run.sessions.closeAll({ reason: 'run put away' });
  }

  /**
   * Call at the end of a run: closes its sessions and forgets the run. Never rejects; safe to call more than once.
   *
   * @param life the one that ended, if several are told apart
   * @param isCancelled whether its work was cut off. A command may still be under way, so no connection is kept for the
   *   next run.
   */
  async closeRun(runId: string, { life, isCancelled = false }: RunEnded = {}): Promise<void> {
    const run = this.runs.get(runId);
    if (!run || (life && run.life && run.life !== life)) return;
    this.runs.delete(runId);
    clearTimeout(run.forgetTimer);
    await run.sessions.closeAll({ keep: !isCancelled, reason: isCancelled ? 'run cancelled' : 'run ended' });
  }

  private run(runId: string): Run<Origin> {
    let run = this.runs.get(runId);
    if (!run) {
      run = { sessions: new RunSessions() };
      this.runs.set(runId, run);
    }
    clearTimeout(run.forgetTimer);
    run.forgetTimer = setTimeout(() => void this.closeRun(runId), FORGET_AFTER);
    run.forgetTimer.unref();
    return run;
  }
}

/** @throws {MailError} SESSION_NAME_IN_USE */
function mustReplace(existing: Session, settings: SessionSettings, ifNameInUse: IfNameInUse): boolean {
  if (ifNameInUse === 'replace') return true;
  const same = existing.fingerprint === settingsFingerprint(settings);
  if (ifNameInUse === 'reuse' && same) return false;
  throw new MailError(
    'SESSION_NAME_IN_USE',
    `The email session "${existing.name}" is already open in this run${same ? '' : ' with other settings'}`,
    'Give this session another name, or set "If Name Is in Use" in the options of Email Connect to "Replace".',
  );
}
