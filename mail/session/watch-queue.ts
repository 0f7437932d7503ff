import type { Cursor } from '../model/changes';
import type { Message } from '../model/message';
import { chunk } from '../chunk';
import { digest } from './watch-state';

/** A message that may have to be given. */
export interface Candidate {
  id: string;
  /** Whether it is known to match the query. */
  isMatched?: boolean;
  /** How often it could not be read. */
  failures: number;
}

/** What becomes of a message of the queue next. One that is settled, or need not be given, is in it no more. */
type Place =
  /** It is to be given, from this time on if it could not be read before. Milliseconds since the epoch. */
  | { is: 'next'; from: number }
  /** It is given, and to be settled or given back. Without the message if it could not be read. */
  | { is: 'given'; message?: Message };

/** Messages that came together, and the cursor behind them. */
interface Batch {
  cursor: Cursor;
  /** The ones that are not settled, by their ids, oldest first. */
  open: Map<string, { candidate: Candidate; place: Place }>;
  /** Digests of the ids that are settled. */
  settled: Set<string>;
  /** All messages that were received before this time came before. */
  newest: string;
  /** Some of them may have been settled under another id. */
  mayBeKnown: boolean;
  /** They were there when the watch began, with this lower bound of their time. */
  backlog?: { since?: string };
}

/** Nothing more is asked for while so many messages are not settled. */
const MOST_OPEN = 1000;

/** How many messages of a backlog are settled together. */
const BACKLOG_PART = 250;

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
      backlog: first?.backlog && {
        ...first.backlog,
        open: this.batches.flatMap(({ backlog, open }) => (backlog ? [...open.keys()] : [])),
      },
    };
  }

  /** How many messages are not settled. */
  get size(): number {
    return this.batches.reduce((sum, { open }) => sum + open.size, 0);
  }

  get isFull(): boolean {
    return this.size >= MOST_OPEN;
  }

  /** The messages to give of the oldest batch that has any, oldest first. */
  get next(): { todo: Candidate[]; mayBeKnown: boolean } {
    const now = Date.now();
    for (const { open, mayBeKnown } of this.batches) {
      const todo = [...open.values()].filter(({ place }) => place.is === 'next' && place.from <= now);
      if (todo.length > 0) return { todo: todo.map(({ candidate }) => candidate), mayBeKnown };
    }
    return { todo: [], mayBeKnown: false };
  }

  /** Whether there is a message to give now. */
  get hasNext(): boolean {
    return this.dueAt <= Date.now();
  }

  /** When there is a message to give; Infinity if there is none. Milliseconds since the epoch. */
  get dueAt(): number {
    return this.places.reduce(
      (due, place) => (place.is === 'next' ? Math.min(due, place.from) : due),
      Infinity,
    );
  }

  /** The messages that are given and not settled; undefined for one that could not be read. */
  get given(): Array<Message | undefined> {
    return this.places.flatMap((place) => (place.is === 'given' ? [place.message] : []));
  }

  /**
   * @param messages oldest first; those that are in the queue already, or were settled in it, are left out
   * @param batch with digests of other messages that are settled
   */
  add(
    messages: readonly Candidate[],
    {
      settled = new Set(),
      ...batch
    }: Pick<Batch, 'cursor' | 'mayBeKnown' | 'backlog'> & { settled?: ReadonlySet<string> },
  ): void {
    // Of a server that has lost its position, the same messages come again.
    const isSettled = (one: string) => settled.has(one) || this.batches.some((b) => b.settled.has(one));
    const open: Batch['open'] = new Map();
    const known = new Set<string>();
    for (const candidate of messages) {
      const { id } = candidate;
      const name = digest(id);
      if (isSettled(name)) known.add(name);
      else if (!this.batchOf(id)) open.set(id, { candidate, place: { is: 'next', from: 0 } });
    }
    this.batches.push({ ...batch, open, settled: known, newest: this.newest });
    this.advance();
  }

  /** In several batches, so that what is settled of a long backlog need not be remembered to its end. */
  addBacklog(messages: readonly Candidate[], batch: Parameters<WatchQueue['add']>[1]): void {
    const parts = [...chunk(messages, BACKLOG_PART)];
    for (const part of parts.length > 0 ? parts : [[]]) this.add(part, batch);
  }

  /** Nothing came up to this position. */
  moveTo(cursor: Cursor): void {
    const last = this.batches.at(-1);
    if (last) last.cursor = cursor;
    else this.cursor = cursor;
  }

  /** @param message absent if it could not be read */
  give(id: string, message: Message | undefined): void {
    this.put(id, { is: 'given', message });
  }

  /** To be given again, from this time on. Milliseconds since the epoch. */
  setAside(id: string, from: number): void {
    this.put(id, { is: 'next', from });
  }

  /** To be given again, as if it had not been. Other messages than given ones stay as they are. */
  giveBack(id: string): void {
    const one = this.batchOf(id)?.open.get(id);
    if (one?.place.is !== 'given') return;
    one.candidate.failures = 0;
    one.place = { is: 'next', from: 0 };
  }

  /** Undefined if the message is not given. */
  givenAs(id: string): { message?: Message } | undefined {
    const place = this.batchOf(id)?.open.get(id)?.place;
    return place?.is === 'given' ? place : undefined;
  }

  /** Whether it is in the queue, and not settled. */
  isOpen(id: string): boolean {
    return this.batchOf(id) !== undefined;
  }

  /** Whether it is in the queue, and could not be read before. */
  hasFailed(id: string): boolean {
    return (this.batchOf(id)?.open.get(id)?.candidate.failures ?? 0) > 0;
  }

  /** @param receivedAt of a message that was given */
  settle(id: string, receivedAt?: string): void {
    if (receivedAt && receivedAt > this.newest && isPast(receivedAt)) this.newest = receivedAt;
    const batch = this.batchOf(id);
    batch?.settled.add(digest(id));
    batch?.open.delete(id);
    this.advance();
  }

  /** For a message that is not to be given: it is gone, or does not match. */
  drop(id: string): void {
    this.batchOf(id)?.open.delete(id);
    this.advance();
  }

  private get places(): Place[] {
    return this.batches.flatMap(({ open }) => [...open.values()].map(({ place }) => place));
  }

  private batchOf(id: string): Batch | undefined {
    return this.batches.find(({ open }) => open.has(id));
  }

  private put(id: string, place: Place): void {
    const one = this.batchOf(id)?.open.get(id);
    if (one) one.place = place;
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
