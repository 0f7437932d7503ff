import { isMailError, type MailError } from '../errors';
import type { CloseOptions, Session } from './session';

/** Errors of a login that a retry would not change. */
export const REFUSALS = ['AUTHENTICATION_FAILED', 'RECONNECT_NEEDED', 'TOKEN_REFUSED'] as const;

/**
 * The sessions of one run by their names, and what is known of names without an open session.
 *
 * @typeParam Origin as for `SessionRegistry`
 */
export class RunSessions<Origin> {
  private readonly sessions = new Map<string, Session>();
  /** How the sessions are opened again after the run was put away. */
  private readonly origins = new Map<string, Origin>();
  /** Names of sessions that were closed explicitly, to distinguish them from names that never existed. */
  private readonly closedNames = new Set<string>();
  /** Refused logins, so that the same password is not tried again and again. */
  private readonly refusals = new Map<string, MailError>();

  find(name: string): Session | undefined {
    return this.sessions.get(name);
  }

  get names(): string[] {
    return [...this.sessions.keys()];
  }

  origin(name: string): Origin | undefined {
    return this.origins.get(name);
  }

  wasClosed(name: string): boolean {
    return this.closedNames.has(name);
  }

  refusal(name: string): MailError | undefined {
    return this.refusals.get(name);
  }

  /** From now on, the name means this session. */
  put(name: string, session: Session, origin: Origin | undefined): void {
    this.sessions.set(name, session);
    if (origin !== undefined) this.origins.set(name, origin);
    this.closedNames.delete(name);
    this.refusals.delete(name);
  }

  /** The name is free again, unless it means another session by now. */
  loginFailed(name: string, session: Session, error: unknown): void {
    if (this.sessions.get(name) === session) this.remove(name);
    if (isMailError(error, ...REFUSALS)) this.refusals.set(name, error);
  }

  /** Returns whether it existed, open or put away. */
  async close(name: string): Promise<boolean> {
    const session = this.sessions.get(name);
    if (!session && !this.origins.has(name)) return false;
    this.remove(name);
    this.closedNames.add(name);
    await session?.close();
    return true;
  }

  /** The names are no longer in use, and keep how they are opened again. */
  async closeAll(how: CloseOptions): Promise<void> {
    const all = [...this.sessions.values()];
    this.sessions.clear();
    await Promise.all(all.map(async (session) => await session.close(how)));
  }

  private remove(name: string): void {
    this.sessions.delete(name);
    this.origins.delete(name);
  }
}
