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

/** Who has the connections to one account, and who of them gives one up when others wait. */
export class ConnectionHolders {
  /** The least recently used is first. */
  private readonly holders = new Map<ConnectionHolder, Held>();
  private alarm?: NodeJS.Timeout;

  /**
   * @param turn milliseconds that a holder keeps its connection at least
   * @param waiting how many wait for a connection
   * @param released called when a holder has given up its place, and its connection unless it was passed on
   */
  constructor(
    private readonly turn: number,
    private readonly waiting: () => number,
    private readonly released: (isPassedOn: boolean) => void,
  ) {}

  get isEmpty(): boolean {
    return this.holders.size === 0;
  }

  /** @param release gives its place to others */
  add(holder: ConnectionHolder, release: () => void): void {
    this.holders.set(holder, { release, since: Date.now() });
  }

  /** Call when the holder has finished a task. It becomes the most recently used. */
  used(holder: ConnectionHolder): void {
    const held = this.holders.get(holder);
    if (!held) return;
    this.holders.delete(holder);
    this.holders.set(holder, held);
    held.isInterrupted = false;
    this.makeRoom();
  }

  /** Gives the place of one holder to another, with its connection. */
  handOver(from: ConnectionHolder, to: ConnectionHolder): void {
    const held = this.holders.get(from);
    if (!held) return;
    this.holders.delete(from);
    this.add(to, held.release);
  }

  /** @param isPassedOn whether the connection stays open, for who gets it */
  release(holder: ConnectionHolder, isPassedOn = false): void {
    const held = this.holders.get(holder);
    if (!held) return;
    this.holders.delete(holder);
    if (this.isEmpty) clearTimeout(this.alarm);
    held.release();
    this.released(isPassedOn);
  }

  /** Closes as many connections as are waited for. Those that are in use follow when they are not: see `used`. */
  makeRoom(): void {
    const holders = [...this.holders].filter(([, { isLeaving }]) => !isLeaving);
    let missing = this.waiting() - (this.holders.size - holders.length);
    let soonest = Infinity;
    const spare = holders.filter(([holder]) => holder.isSpare);
    const others = holders.filter(([holder]) => !holder.isSpare);
    const giveUp = (holder: ConnectionHolder) => this.giveUp(holder);
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
    if (missing > 0 && soonest < Infinity) this.lookAgain(soonest);
  }

  /** Closes the holder's connection, unless it is in use. Returns whether it does. */
  giveUp(holder: ConnectionHolder): boolean {
    const held = this.holders.get(holder);
    if (!held || held.isLeaving) return false;
    const closing = holder.yieldConnection();
    if (closing === false) return false;
    if (closing === true) {
      this.release(holder);
      return true;
    }
    held.isLeaving = true;
    void closing.then(() => {
      // The holder may have released it already, and have got another place.
      if (this.holders.get(holder) === held) this.release(holder);
    });
    return true;
  }

  private lookAgain(milliseconds: number): void {
    clearTimeout(this.alarm);
    this.alarm = setTimeout(() => this.makeRoom(), milliseconds);
    this.alarm.unref();
  }
}

/** Whether a holder's work will end soon. */
function interrupt(holder: ConnectionHolder, held: Held): boolean {
  held.isInterrupted ||= !held.isLeaving && holder.interrupt?.() === true;
  return held.isInterrupted;
}
