import { MailError, isMailError } from '../errors';
import { ConnectionLimit } from '../async/connection-limit';
import { Session, type OpenClient } from './session';
import { settingsFingerprint, type SessionSettings } from '../account/session-settings';

/** What to do if a run opens a session with a name that is in use. */
export type IfNameInUse = 'reuse' | 'error' | 'replace';

/**
 * A run whose end was never reported (no lifecycle hooks, or a Wait that was never resumed) is forgotten after this
 * time. Its connections were closed by their idle timers long before. Milliseconds.
 */
const FORGET_AFTER = 24 * 60 * 60 * 1000;

/** Errors that a retry would not change. */
const REFUSALS = ['AUTHENTICATION_FAILED', 'RECONNECT_NEEDED', 'TOKEN_REFUSED'] as const;

export interface Detached {
  /** Whether the connection is never given up for another session. */
  keepsConnection: boolean;
  /** Opens the connections; the registry's own way if absent. */
  openClient?: OpenClient;
}

class Run {
  readonly sessions = new Map<string, Session>();
  /** Names of sessions that were closed explicitly, to distinguish them from names that never existed. */
  readonly closedNames = new Set<string>();
  /** Refused logins, so that the same password is not tried again and again. */
  readonly refusals = new Map<string, MailError>();
  forgetTimer?: NodeJS.Timeout;
}

/** The sessions of all runs in this process. A run sees only its own sessions; names have no meaning outside a run. */
export class SessionRegistry {
  private readonly runs = new Map<string, Run>();
  private readonly limit = new ConnectionLimit();

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
  ): Promise<Session> {
    const run = this.run(runId);
    const existing = run.sessions.get(name);
    const session =
      existing && !this.mustReplace(existing, settings, ifNameInUse)
        ? existing
        : new Session(name, settings, this.openClient, this.limit);
    // Registered before the login, so that concurrent calls find it.
    run.sessions.set(name, session);
    run.closedNames.delete(name);
    run.refusals.delete(name);
    if (existing && existing !== session) await existing.close();
    try {
      await session.open();
    } catch (error) {
      if (run.sessions.get(name) === session) run.sessions.delete(name);
      if (isMailError(error, ...REFUSALS)) run.refusals.set(name, error);
      await session.close();
      throw error;
    }
    return session;
  }

  /**
   * A session of no run, such as that of a trigger. It is not found by its name, but its connection counts in the limit
   * of the account. The caller closes it.
   */
  detached(name: string, settings: SessionSettings, { keepsConnection, openClient }: Detached): Session {
    return new Session(name, settings, openClient ?? this.openClient, this.limit, keepsConnection);
  }

  find(runId: string, name: string): Session | undefined {
    return this.runs.get(runId)?.sessions.get(name);
  }

  wasClosed(runId: string, name: string): boolean {
    return this.runs.get(runId)?.closedNames.has(name) ?? false;
  }

  /** Why the last login with this name was refused, if it was. */
  refusal(runId: string, name: string): MailError | undefined {
    return this.runs.get(runId)?.refusals.get(name);
  }

  names(runId: string): string[] {
    return [...(this.runs.get(runId)?.sessions.keys() ?? [])];
  }

  /** Closes one session explicitly. Returns whether it existed. */
  async close(runId: string, name: string): Promise<boolean> {
    const run = this.runs.get(runId);
    const session = run?.sessions.get(name);
    if (!run || !session) return false;
    run.sessions.delete(name);
    run.closedNames.add(name);
    await session.close();
    return true;
  }

  /** Call at the end of a run: closes its sessions and forgets the run. Never rejects; safe to call more than once. */
  async closeRun(runId: string): Promise<void> {
    const run = this.runs.get(runId);
    if (!run) return;
    this.runs.delete(runId);
    clearTimeout(run.forgetTimer);
    await Promise.all([...run.sessions.values()].map(async (session) => await session.close()));
  }

  private run(runId: string): Run {
    let run = this.runs.get(runId);
    if (!run) {
      run = new Run();
      this.runs.set(runId, run);
    }
    clearTimeout(run.forgetTimer);
    run.forgetTimer = setTimeout(() => void this.closeRun(runId), FORGET_AFTER);
    run.forgetTimer.unref();
    return run;
  }

  private mustReplace(existing: Session, settings: SessionSettings, ifNameInUse: IfNameInUse): boolean {
    if (ifNameInUse === 'replace') return true;
    const same = existing.fingerprint === settingsFingerprint(settings);
    if (ifNameInUse === 'reuse' && same) return false;
    throw new MailError(
      'SESSION_NAME_IN_USE',
      `The email session "${existing.name}" is already open in this run${same ? '' : ' with other settings'}`,
      'Give this session another name, or set "If Name Is in Use" in the options of Email Connect to "Replace".',
    );
  }
}
