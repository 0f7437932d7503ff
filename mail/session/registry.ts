import { MailError, isMailError } from '../errors';
import { ConnectionLimit } from '../async/connection-limit';
import { Session, type OpenClient } from './session';
import { settingsFingerprint, type SessionSettings } from '../account/session-settings';

/** What to do when a run opens a session under a name that it already uses. */
export type IfNameInUse = 'reuse' | 'error' | 'replace';

/**
 * A run whose end nobody reported (no lifecycle hooks, or a Wait that was never resumed) is forgotten after
 * this long. Its connections were closed by their idle timers long before.
 */
const FORGET_AFTER = 24 * 60 * 60 * 1000;

/** Answers that do not change by asking again. */
const REFUSALS = ['AUTHENTICATION_FAILED', 'RECONNECT_NEEDED', 'TOKEN_REFUSED'] as const;

class Run {
  readonly sessions = new Map<string, Session>();
  /** Names closed on purpose, so that a later use can be told from a name that never was. */
  readonly closedNames = new Set<string>();
  /** Logins that were refused, so that nobody tries the same password again and again. */
  readonly refusals = new Map<string, MailError>();
  forgetTimer?: NodeJS.Timeout;
}

/** The sessions of all runs in this process. A run sees only its own; names mean nothing outside it. */
export class SessionRegistry {
  private readonly runs = new Map<string, Run>();
  private readonly limit = new ConnectionLimit();

  constructor(private readonly openClient: OpenClient) {}

  /**
   * Opens a session and logs in. Concurrent calls with one name share one login.
   *
   * @throws {MailError} SESSION_NAME_IN_USE, or what the login failed with; then the name is free again
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
    // Registered before the login, so that a concurrent call finds it.
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

  find(runId: string, name: string): Session | undefined {
    return this.runs.get(runId)?.sessions.get(name);
  }

  wasClosed(runId: string, name: string): boolean {
    return this.runs.get(runId)?.closedNames.has(name) ?? false;
  }

  /** The refusal that the last login of this name met. */
  refusal(runId: string, name: string): MailError | undefined {
    return this.runs.get(runId)?.refusals.get(name);
  }

  names(runId: string): string[] {
    return [...(this.runs.get(runId)?.sessions.keys() ?? [])];
  }

  /** Closes one session on purpose. Answers whether there was one. */
  async close(runId: string, name: string): Promise<boolean> {
    const run = this.runs.get(runId);
    const session = run?.sessions.get(name);
    if (!run || !session) return false;
    run.sessions.delete(name);
    run.closedNames.add(name);
    await session.close();
    return true;
  }

  /** The run is over: closes and forgets all it had. Never rejects; harmless when called again. */
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
