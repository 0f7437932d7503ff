import { MailError } from '../errors';
import { KeyedSemaphore } from './keyed-semaphore';
import { MAX_CONNECTIONS, maxConnections } from './max-connections';
import { seconds, serverLines } from './server-lines';

/** Something that holds one connection and can be asked to give it up while the connection is not in use. */
export interface ConnectionHolder {
  /**
   * Closes the connection and returns true, or a promise that resolves when it is closed; returns false if the
   * connection is in use.
   */
  yieldConnection(): boolean | Promise<unknown>;
  /** Asks work that only waits for mail to end soon. Returns whether there is any. */
  interrupt?(): boolean;
  /** Whether nobody uses the connection now, so that it is given up before any other. */
  readonly isSpare?: boolean;
}

interface Held {
  release: () => void;
  /** Milliseconds since the epoch. */
  since: number;
  isLeaving?: boolean;
  isInterrupted?: boolean;
}

/** Work that only waits for mail keeps its connection this many times as long as other work, if others wait for it. */
const PATIENT_TURNS = 5;

/** The connection holders of an account. The least recently used is first. */
type Holders = Map<ConnectionHolder, Held>;

/** What a connection is waited for: one of this process's own, or the server's. */
export type WaitsFor = 'own limit' | 'server';

export interface ConnectOptions {
  /** How long to wait for a connection, in milliseconds. */
  timeout: number;
  /** Cancels the wait. */
  signal?: AbortSignal;
  onWait?: (waitsFor: WaitsFor) => void;
}

/**
 * Limits the connections to one account, because servers do (Gmail: 15; Dovecot: 10 for each user and address) and
 * answer the next one with an error that looks like a wrong password.
 *
 * At the limit, and when the server itself is full, somebody has to give up a connection: first a spare one, then the
 * least recently used one that is idle, then one that only waits for mail. Its session reopens it when needed. New
 * holders wait in order of arrival. When a holder finishes a task, it gives its connection to the first in the queue,
 * and queues itself when it needs one again. So a busy holder cannot block the others.
 */
export class ConnectionLimit {
  private readonly accounts = new Map<string, Holders>();
  private readonly alarms = new Map<string, NodeJS.Timeout>();
  private turns?: KeyedSemaphore;

  /**
   * @param max connections to an account; what the operator has set, if absent
   * @param turn milliseconds that a holder keeps its connection at least, even if others wait: a login costs more than
   *   most tasks
   */
  constructor(
    private readonly max?: number,
    private readonly turn = 0,
  ) {}

  /**
   * Waits for a place among this process's connections, and then for one at the server.
   *
   * @param login rejects with CONNECTION_LIMIT if the server is full
   * @throws {MailError} CONNECTION_LIMIT if no connection became free within the timeout; what `login` throws otherwise
   * @throws what the signal was aborted with
   */
  async connect<T>(
    account: string,
    holder: ConnectionHolder,
    login: () => Promise<T>,
    { timeout, signal, onWait }: ConnectOptions,
  ): Promise<T> {
    const end = Date.now() + timeout;
    await this.acquire(account, holder, timeout, signal, () => onWait?.('own limit'));
    try {
      return await serverLines.enter(account, login, {
        ...{ timeout: Math.max(0, end - Date.now()), signal },
        onWait: () => onWait?.('server'),
        onFull: () => this.makeRoom(account),
      });
    } catch (error) {
      this.release(account, holder);
      throw error;
    }
  }

  /**
   * Waits for a place among this process's connections.
   *
   * @param signal cancels the wait
   * @throws {MailError} CONNECTION_LIMIT if no connection became free within `timeout` milliseconds
   * @throws what the signal was aborted with
   */
  async acquire(
    account: string,
    holder: ConnectionHolder,
    timeout: number,
    signal?: AbortSignal,
    onWait?: () => void,
  ): Promise<void> {
    const max = this.max ?? maxConnections();
    this.turns ??= new KeyedSemaphore(max);
    const taking = this.turns.take(account, { timeout, signal, late: () => allInUse(max, timeout) });
    this.makeRoom(account);
    if (this.turns.waiting(account) > 0) onWait?.();
    const release = await taking;
    const holders: Holders = this.accounts.get(account) ?? new Map();
    this.accounts.set(account, holders.set(holder, { release, since: Date.now() }));
  }

  /** Whether others wait for a connection to this account. */
  isWanted(account: string): boolean {
    return this.waiting(account) > 0;
  }

  /** Call when the holder has finished a task. It becomes the most recently used. */
  used(account: string, holder: ConnectionHolder): void {
    const holders = this.accounts.get(account);
    const held = holders?.get(holder);
    if (!holders || !held) return;
    holders.delete(holder);
    holders.set(holder, held);
    held.isInterrupted = false;
    this.makeRoom(account);
  }

  /** Gives the place of one holder to another, with its connection. */
  handOver(account: string, from: ConnectionHolder, to: ConnectionHolder): void {
    const holders = this.accounts.get(account);
    const held = holders?.get(from);
    if (!holders || !held) return;
    holders.delete(from);
    holders.set(to, { release: held.release, since: Date.now() });
  }

  release(account: string, holder: ConnectionHolder): void {
    const holders = this.accounts.get(account);
    const held = holders?.get(holder);
    if (!holders || !held) return;
    holders.delete(holder);
    if (holders.size === 0) this.accounts.delete(account);
    held.release();
    serverLines.freed(account);
  }

  private waiting(account: string): number {
    return (this.turns?.waiting(account) ?? 0) + serverLines.waiting(account);
  }

  /** Closes as many connections as are waited for. Those that are in use follow when they are not: see `used`. */
  private makeRoom(account: string): void {
    const holders = [...(this.accounts.get(account) ?? [])].filter(([, { isLeaving }]) => !isLeaving);
    let missing = this.waiting(account) - ((this.accounts.get(account)?.size ?? 0) - holders.length);
    let soonest = Infinity;
    const spare = holders.filter(([holder]) => holder.isSpare);
    const others = holders.filter(([holder]) => !holder.isSpare);
    const giveUp = (holder: ConnectionHolder) => this.giveUp(account, holder);
    const asked = [
      { some: spare, turn: 0, ask: giveUp },
      { some: others, turn: this.turn, ask: giveUp },
      { some: others, turn: this.turn * PATIENT_TURNS, ask: interrupt },
    ];
    for (const { some, turn, ask } of asked) {
      for (const [holder, held] of some) {
        if (missing <= 0) return;
        const left = held.since + turn - Date.now();
        if (left > 0) soonest = Math.min(soonest, left);
        else if (ask(holder, held)) missing--;
      }
    }
    if (missing > 0 && soonest < Infinity) this.lookAgain(account, soonest);
  }

  /** Closes the holder's connection, unless it is in use. Returns whether it does. */
  giveUp(account: string, holder: ConnectionHolder): boolean {
    const held = this.accounts.get(account)?.get(holder);
    if (!held || held.isLeaving) return false;
    const closing = holder.yieldConnection();
    if (closing === false) return false;
    if (closing === true) {
      this.release(account, holder);
      return true;
    }
    held.isLeaving = true;
    void closing.then(() => {
      // The holder may have released it already, and have got another place.
      if (this.accounts.get(account)?.get(holder) === held) this.release(account, holder);
    });
    return true;
  }

  private lookAgain(account: string, milliseconds: number): void {
    clearTimeout(this.alarms.get(account));
    const alarm = setTimeout(() => {
      this.alarms.delete(account);
      this.makeRoom(account);
    }, milliseconds);
    alarm.unref();
    this.alarms.set(account, alarm);
  }
}

/** Whether a holder's work will end soon. */
function interrupt(holder: ConnectionHolder, held: Held): boolean {
  held.isInterrupted ||= !held.isLeaving && holder.interrupt?.() === true;
  return held.isInterrupted;
}

const allInUse = (max: number, waited: number): MailError =>
  new MailError(
    'CONNECTION_LIMIT',
    `All ${max} connections to this account are in use`,
    `n8n waited ${seconds(waited)} for one of them. Let fewer workflows use this account at the same time, or close sessions earlier with Email Disconnect. If the server allows more, the operator of n8n can raise ${MAX_CONNECTIONS}.`,
  );
