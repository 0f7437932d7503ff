import type { Cursor } from '../model/changes';
import { digest } from './watch-state';

/** A message that may have to be given. */
export interface Candidate {
  id: string;
  /** Whether it is known to match the query. */
  isMatched?: boolean;
  /** How often it could not be read. */
  failures: number;
}

/** Messages that came together, and the cursor behind them. */
export interface Batch {
  cursor: Cursor;
  /** Not given yet, oldest first. */
  todo: Candidate[];
  /** The ids that are not settled yet, given or not, oldest first. */
  open: Set<string>;
  /** Digests of the ids that are settled. */
  settled: Set<string>;
  /** All messages that were received before this time came before. */
  newest: string;
  /** Some of them may have been settled under another id. */
  mayBeKnown: boolean;
  /** They were there when the watch began, with this lower bound of their time. */
  backlog?: { since?: string };
}

/** The messages of a watch that are not settled, in the order of their arrival. The cursor follows behind them. */
export class WatchQueue {
  private readonly batches: Batch[] = [];

  /**
   * @param cursor up to which all is settled
   * @param newest as in `WatchState`
   * @param began as in `WatchState`
   */
  constructor(
    private cursor: Cursor,
    private newest: string,
    private readonly began: string,
  ) {}

  /** The position behind everything in the queue. */
  get end(): Cursor {
    return this.batches.at(-1)?.cursor ?? this.cursor;
  }

  get state() {
    const [first] = this.batches;
    return {
      cursor: this.cursor,
      settled: this.batches.flatMap(({ settled }) => [...settled]),
      newest: first?.newest ?? this.newest,
      began: this.began,
      backlog: first?.backlog && { ...first.backlog, open: first.open },
    };
  }

  /** How many messages are not settled. */
  get size(): number {
    return this.batches.reduce((sum, { open }) => sum + open.size, 0);
  }

  has(id: string): boolean {
    return this.batches.some(({ open }) => open.has(id));
  }

  /** The oldest batch with messages to give. */
  get next(): Batch | undefined {
    return this.batches.find(({ todo }) => todo.length > 0);
  }

  /** @param messages oldest first; those that are in the queue already, or were settled in it, are left out */
  add(
    messages: readonly Candidate[],
    {
      settled = new Set(),
      ...batch
    }: Pick<Batch, 'cursor' | 'mayBeKnown' | 'backlog'> & { settled?: ReadonlySet<string> },
  ): void {
    // Of a server that has lost its position, the same messages come again.
    const isSettled = (one: string) => settled.has(one) || this.batches.some((b) => b.settled.has(one));
    const known = messages.map(({ id }) => digest(id)).filter(isSettled);
    const open = new Set<string>();
    const todo = messages.filter(({ id }) => {
      const isNew = !open.has(id) && !this.has(id) && !isSettled(digest(id));
      if (isNew) open.add(id);
      return isNew;
    });
    this.batches.push({ ...batch, todo, open, settled: new Set(known), newest: this.newest });
    this.advance();
  }

  /** Nothing came up to this position. */
  moveTo(cursor: Cursor): void {
    const last = this.batches.at(-1);
    if (last) last.cursor = cursor;
    else this.cursor = cursor;
  }

  /** @param receivedAt of a message that was given */
  settle(id: string, receivedAt?: string): void {
    if (receivedAt && receivedAt > this.newest && isPast(receivedAt)) this.newest = receivedAt;
    this.leave(id)?.settled.add(digest(id));
    this.advance();
  }

  /** For a message that is not to be given: it is gone, or does not match. */
  drop(id: string): void {
    this.leave(id);
    this.advance();
  }

  /** To be given before the others of its batch. */
  putBack(candidate: Candidate): void {
    this.batches.find(({ open }) => open.has(candidate.id))?.todo.unshift(candidate);
  }

  private leave(id: string): Batch | undefined {
    const batch = this.batches.find(({ open }) => open.has(id));
    batch?.open.delete(id);
    if (batch) batch.todo = batch.todo.filter((one) => one.id !== id);
    return batch;
  }

  private advance(): void {
    for (let [first] = this.batches; first && first.open.size === 0; [first] = this.batches) {
      this.cursor = first.cursor;
      this.batches.shift();
    }
  }
}

/** Where a server does not say when it received a message, this is the sender's clock. */
export const isPast = (time: string): boolean => Date.parse(time) <= Date.now();
