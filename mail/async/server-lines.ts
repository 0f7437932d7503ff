import { ServerLine, type LineOptions } from './server-line';

/** Closes connections that are not needed now, as many as others wait for. */
export type MakeRoom = () => void;

/**
 * The lines in front of servers that accept no more connections from an account (CONNECTION_LIMIT). Only the first in
 * line asks the server again, the others line up behind it. Whoever has connections to the server is asked to make room.
 */
export class ServerLines {
  private readonly lines = new Map<string, ServerLine>();
  private readonly insiders = new Map<string, Set<MakeRoom>>();

  /**
   * For somebody who has connections to this account's server.
   *
   * @param makeRoom called whenever the server is full
   * @returns ends that; safe to call more than once
   */
  join(account: string, makeRoom: MakeRoom): () => void {
    const insiders = this.insiders.get(account) ?? new Set();
    this.insiders.set(account, insiders.add(makeRoom));
    return () => {
      insiders.delete(makeRoom);
      if (insiders.size === 0 && this.insiders.get(account) === insiders) this.insiders.delete(account);
    };
  }

  /**
   * Logs in as soon as the server accepts the connection.
   *
   * @param login rejects with CONNECTION_LIMIT if the server is full
   * @throws {MailError} CONNECTION_LIMIT, which says how long it waited; what `login` throws otherwise
   * @throws what the signal was aborted with
   */
  async enter<T>(account: string, login: () => Promise<T>, options: LineOptions): Promise<T> {
    const line = this.lines.get(account) ?? new ServerLine();
    this.lines.set(account, line);
    try {
      return await line.enter(login, options, () => {
        for (const makeRoom of [...(this.insiders.get(account) ?? [])]) makeRoom();
      });
    } finally {
      if (line.isEmpty && this.lines.get(account) === line) this.lines.delete(account);
    }
  }

  /** How many wait for this account's server. */
  waiting(account: string): number {
    return this.lines.get(account)?.waiting ?? 0;
  }

  /** Who waits for this account's server, the next one first. */
  line(account: string): unknown[] {
    return this.lines.get(account)?.line ?? [];
  }

  /** Call when somebody has left an open connection for one in this account's line: see `isServed`. */
  served(account: string): void {
    this.lines.get(account)?.served();
  }

  /** Call when a connection to this account has ended: the first in line asks at once. */
  freed(account: string): void {
    this.lines.get(account)?.freed();
  }
}

/** The lines of this process, shared by everything that logs in. */
export const serverLines = new ServerLines();
