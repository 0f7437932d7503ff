import { setTimeout as sleep } from 'node:timers/promises';

import { withDeadline } from '../async/deadline';
import { isMailError, type MailError } from '../errors';
import type { Cursor } from '../model/changes';
import type { FolderState, MailClient } from '../model/client';
import type { FailedMessages } from '../model/failed-messages';
import type { Message } from '../model/message';
import { assertQuery, isEmptyQuery, type FetchOptions, type MessageQuery } from '../model/query';
import { RecentMessages, identityOf } from './recent-messages';
import type { Session } from './session';
import { WatchQueue, isPast, type Batch, type Candidate } from './watch-queue';
import { digest, usableState, watchedFolder, type WatchState } from './watch-state';

export type { WatchState } from './watch-state';

/** Which of the messages that are there at the start arrive too. Over POP3 all mail counts as unread. */
export type WatchStart = 'new' | 'unread' | { since: Date };

/** What a log should tell. */
export type WatchEvent =
  /** The watch has begun, with so many messages that were there before. */
  | { type: 'started'; found: number }
  /**
   * The server no longer knows what is new since the cursor. All mail received since this time was compared with what
   * was settled; so many messages may be new.
   */
  | { type: 'restarted'; found: number; since: Date };

export interface WatchOptions {
  /** By its path or its special use. */
  folder: string;
  query: MessageQuery;
  wanted: FetchOptions;
  /** Used only without a usable `state`. */
  start: WatchStart;
  /** How often to ask a server that does not tell of new mail by itself. Milliseconds. */
  checkEvery: number;
  state?: WatchState;
  log?: (event: WatchEvent) => void;
  /** When to look again at a message that could not be read. Milliseconds. */
  retryAfter?: number;
}

/** A message that arrived and matches. */
export interface Arrival {
  id: string;
  /** The Message-ID header, with its angle brackets; absent if it has none or could not be read. */
  messageId?: string;
  /** The error if the server has the message but does not give it, even after several attempts. */
  message: Message | MailError;
}

/** The longest wait without a word from the server (see IDLE in RFC 2177). Milliseconds. */
const ROUND = 2 * 60_000;
const RETRY_AFTER = 15_000;
/** A message that could not be read so often is given with its error. */
const MOST_FAILURES = 3;
/** The same if the server says that it is temporary: after an hour. */
const MOST_TEMPORARY_FAILURES = (60 * 60_000) / RETRY_AFTER;

/** How many changes to ask for at once; only ids are read of them. */
const CHANGES = 250;
/** How many messages to compare with the query at once. */
const LOOK_AHEAD = 100;
/** Nothing more is asked for while so many messages are not settled. */
const MOST_OPEN = 1000;
/** How many messages that were there before can arrive: the newest. */
const MOST_BACKLOG = 10_000;
/** How many digests of the next messages of a backlog are kept: some may be read or deleted by others. */
const MARKERS = 50;
/** At the start, the time of the newest of so many messages is the time of the start. */
const LATEST = 10;
/** How many messages of that time are remembered. */
const REMEMBERED = 500;
/** How far apart the times of two messages may be that arrive one after the other. Milliseconds. */
const MARGIN = 10 * 60_000;

/**
 * Tells what is new in a folder, over any protocol. Give each message to `settle` once its work is safe, and keep
 * `state`: a watch with that state continues there, in another process too.
 *
 * Contract:
 * - Every message that arrives and matches is given, oldest first. None is given twice, except that one that was not
 *   settled is given again by the next watch with this state.
 * - Network and server errors reject `next`, and nothing is lost: wait, then call `next` again.
 * - A message that cannot be read is looked at three times, and then given with its error; if the server says that it is
 *   temporary, after an hour. It does not stop the others.
 * - The session stays the caller's: it may be used for other work while `next` waits, and the caller closes it, which
 *   also ends `next`.
 */
export class FolderWatch {
  private readonly of: string;
  private readonly recent: RecentMessages;
  private readonly stored?: WatchState;
  /** Digests of what was settled in an earlier process. */
  private settledBefore: ReadonlySet<string> = new Set();
  private queue?: WatchQueue;
  private readonly given = new Map<string, Message | undefined>();
  /** Messages that could not be read, and when to look at them again. */
  private unreadable: Array<[one: Candidate, due: number]> = [];
  private known?: FolderState;
  private wake = () => {};

  /** @throws {MailError} INVALID_INPUT for a query that cannot be used */
  constructor(
    private readonly session: Session,
    private readonly options: WatchOptions,
  ) {
    assertQuery(options.query);
    this.of = watchedFolder(session.settings, options.folder);
    this.stored = usableState(options.state, this.of);
    this.recent = new RecentMessages(this.stored?.recent, this.stored?.forgotten);
  }

  /**
   * Finds the place where the watch begins, if it has none. Keep `state` right afterwards: without it, a watch in
   * another process begins later.
   *
   * @throws {MailError}; what the signal was aborted with
   */
  async begin(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.queue ??= await this.open(signal);
  }

  /**
   * Waits until messages have arrived that match, and returns at most `limit` of them, oldest first: at least one. Call
   * it again only after it has returned or rejected.
   *
   * @throws {MailError}; what the signal was aborted with
   */
  async next({ limit, signal }: { limit: number; signal?: AbortSignal }): Promise<Arrival[]> {
    for (;;) {
      await this.begin(signal);
      const queue = this.queue!;
      const arrivals = await this.take(queue, limit);
      if (arrivals.length > 0) return arrivals;
      if (queue.next) continue;
      const hasMore = queue.size < MOST_OPEN && (await this.look(queue, signal));
      if (!hasMore) await this.wait(queue, signal);
    }
  }

  /** The message needs to be given no more: its run exists. Ids that were not given are ignored. */
  settle(id: string): void {
    if (!this.given.has(id)) return;
    const message = this.given.get(id);
    this.given.delete(id);
    if (message) this.recent.add(message);
    this.queue?.settle(id, message?.receivedAt);
    this.wake();
  }

  /** The message is given again by a later `next`: its run could not be started. */
  giveBack(id: string): void {
    if (!this.given.delete(id)) return;
    this.queue?.putBack({ id, isMatched: true, failures: 0 });
    this.wake();
  }

  /** How many messages are given and not settled. */
  get unsettled(): number {
    return this.given.size;
  }

  /** A copy of what has to be kept; undefined before the server was asked for the first time. */
  get state(): WatchState | undefined {
    if (!this.queue) return this.stored && structuredClone(this.stored);
    const { backlog, settled, ...rest } = this.queue.state;
    return {
      ...{ v: 1, of: this.of, ...rest, recent: this.recent.toJSON() },
      forgotten: this.recent.forgotten,
      settled: [...new Set([...settled, ...this.settledBefore])],
      ...(backlog && {
        backlog: { since: backlog.since, next: [...backlog.open].slice(0, MARKERS).map(digest) },
      }),
    };
  }

  /** Where a stored state ends, or where the folder is now. */
  private async open(signal: AbortSignal | undefined): Promise<WatchQueue> {
    const { start, log = () => {} } = this.options;
    const { stored } = this;
    if (stored) {
      const backlog = stored.backlog && (await this.restOf(stored, signal));
      const queue = new WatchQueue(stored.cursor, stored.newest, stored.began);
      this.settledBefore = new Set(stored.settled);
      if (backlog)
        queue.add(backlog.messages, { ...backlog, cursor: stored.cursor, settled: this.settledBefore });
      return queue;
    }
    // Before the position: a message in between arrives as new, and was not there at the start.
    const { newest, there } = await this.newestThere();
    const cursor = await this.use(async (client) => {
      const now = await client.changesSince(this.options.folder, undefined, { limit: 1, signal });
      return now.cursor;
    });
    const since = typeof start === 'object' ? start.since.toISOString() : undefined;
    const messages = start === 'new' ? [] : await this.backlog(since, cursor, signal);
    const isLeft = new Set(messages.map(({ id }) => id));
    for (const message of there) if (!isLeft.has(message.id)) this.recent.add(message);
    const queue = new WatchQueue(cursor, newest, newest);
    queue.add(messages, { cursor, mayBeKnown: false, backlog: { since } });
    log({ type: 'started', found: messages.length });
    return queue;
  }

  /** When the newest message was received, and what was received then, oldest first. */
  private async newestThere(): Promise<{ newest: string; there: Message[] }> {
    const { folder } = this.options;
    const list = async (query: MessageQuery, limit: number) =>
      await this.use(
        async (client) => await client.listMessages(folder, query, { content: false }, limit, new Map()),
      );
    const [newest] = (await list({}, LATEST))
      .flatMap(({ receivedAt }) => receivedAt ?? [])
      .filter(isPast)
      .sort()
      .reverse();
    if (!newest) return { newest: new Date(Date.now() - MARGIN).toISOString(), there: [] };
    const there = await list({ receivedAfter: new Date(newest) }, REMEMBERED);
    return { newest, there: there.reverse() };
  }

  /** What is left of a backlog. */
  private async restOf({ backlog, cursor }: WatchState, signal: AbortSignal | undefined) {
    const next = new Set(backlog?.next);
    const since = backlog?.since;
    const all = await this.backlog(since, cursor, signal);
    const first = all.findIndex(({ id }) => next.has(digest(id)));
    // If others have removed all that came next, only their Message-IDs tell which messages were settled.
    const messages = all.slice(Math.max(0, first));
    return { messages, mayBeKnown: first < 0, backlog: { since } };
  }

  /** The messages that were there before a cursor and arrive too, oldest first. */
  private async backlog(
    since: string | undefined,
    cursor: Cursor,
    signal: AbortSignal | undefined,
  ): Promise<Candidate[]> {
    const { query } = this.options;
    if (since) return await this.find(after(query, new Date(since)), cursor, signal);
    const isUnread = { ...query, isRead: false };
    if (query.isRead) return [];
    // POP3 does not keep which messages were read.
    return await this.find(this.session.settings.protocol === 'pop3' ? query : isUnread, cursor, signal);
  }

  /** The messages that match now, oldest first, without those that arrived after the cursor. */
  private async find(
    query: MessageQuery,
    cursor: Cursor,
    signal: AbortSignal | undefined,
  ): Promise<Candidate[]> {
    const { folder } = this.options;
    const failed: FailedMessages = new Map();
    const found = await this.use(async (client) => {
      failed.clear();
      return await client.findMessages(folder, query, MOST_BACKLOG, failed);
    });
    const later = await this.allSince(cursor, signal);
    return [
      ...[...failed.keys()].map((id) => ({ id, isMatched: false, failures: 0 })),
      ...found.reverse().map((id) => ({ id, isMatched: true, failures: 0 })),
    ].filter(({ id }) => !later.has(id));
  }

  private async allSince(cursor: Cursor, signal: AbortSignal | undefined): Promise<Set<string>> {
    const { folder } = this.options;
    const ids = new Set<string>();
    for (let at = cursor; ; ) {
      signal?.throwIfAborted();
      const {
        arrived,
        more,
        cursor: end,
      } = await this.use(async (client) => await client.changesSince(folder, at, { limit: CHANGES, signal }));
      for (const id of arrived) ids.add(id);
      if (!more) return ids;
      at = end;
    }
  }

  /** Asks for new messages. Returns whether there are any. */
  private async look(queue: WatchQueue, signal: AbortSignal | undefined): Promise<boolean> {
    const { folder } = this.options;
    const { arrived, cursor, more, restarted } = await this.use(
      async (client) => await client.changesSince(folder, queue.end, { limit: CHANGES, signal }),
    );
    if (restarted) await this.compare(queue, cursor, signal);
    else if (arrived.length === 0) queue.moveTo(cursor);
    else {
      // A delta query may tell of the same message again (https://learn.microsoft.com/graph/delta-query-overview).
      const messages = arrived.filter((id) => !this.recent.hasId(id)).map((id) => ({ id, failures: 0 }));
      queue.add(messages, { cursor, mayBeKnown: false, settled: this.settledBefore });
    }
    // From here on, the queue holds them.
    if (!more) this.settledBefore = new Set();
    return arrived.length > 0 || more || restarted;
  }

  /** After the cursor was lost: finds by their times what may be new since. */
  private async compare(queue: WatchQueue, cursor: Cursor, signal: AbortSignal | undefined): Promise<void> {
    const { query, log = () => {} } = this.options;
    const { newest, began, backlog } = queue.state;
    // What was there at the start is not new, nor what came before messages that are forgotten by now. But nothing is
    // skipped that was received while others are not settled.
    const known = Math.min(Date.parse(this.recent.forgotten) + 1, Date.parse(newest));
    const since = new Date(Math.max(Date.parse(newest) - MARGIN, Date.parse(began), known));
    const messages = [
      // Their ids may have changed too.
      ...(backlog ? await this.backlog(backlog.since, cursor, signal) : []),
      ...(await this.find(after(query, since), cursor, signal)),
    ];
    queue.add(messages, { cursor, mayBeKnown: true, settled: this.settledBefore });
    log({ type: 'restarted', found: messages.length, since });
  }

  /** Reads the next messages, and leaves out what does not match. */
  private async take(queue: WatchQueue, limit: number): Promise<Arrival[]> {
    const batch = queue.next;
    if (!batch) return [];
    const { wanted } = this.options;
    const decided = await this.decide(batch, limit);
    const isPossible = ({ id }: Candidate) => decided.get(id) !== false;
    const some = batch.todo.filter((one) => one.isMatched || decided.has(one.id));
    const ids = some
      .filter((one) => isPossible(one) && !isMailError(decided.get(one.id)))
      .map(({ id }) => id);
    const read =
      ids.length > 0
        ? await this.use(async (client) => await client.getMessages(ids.slice(0, limit), wanted))
        : new Map<string, Message | MailError>();
    assertNotAll(read);
    for (const one of some) {
      if (!isPossible(one)) queue.drop(one.id);
      else one.isMatched ||= decided.get(one.id) === true;
    }
    const arrivals: Arrival[] = [];
    for (const one of some) {
      const refused = decided.get(one.id);
      const result = read.get(one.id) ?? (isMailError(refused) ? refused : undefined);
      if (result && arrivals.length < limit) arrivals.push(...this.give(queue, batch, one, result));
    }
    return arrivals;
  }

  /** Which of the next messages match. Those that are known to match are not asked about. */
  private async decide(batch: Batch, limit: number): Promise<ReadonlyMap<string, boolean | MailError>> {
    const { query } = this.options;
    const known = batch.todo.filter(({ isMatched }) => isMatched).length;
    if (known >= limit) return new Map();
    const undecided = batch.todo.filter(({ isMatched }) => !isMatched);
    const isAll = isEmptyQuery(query);
    const ids = undecided.slice(0, isAll ? limit - known : Math.max(limit, LOOK_AHEAD)).map(({ id }) => id);
    if (isAll || ids.length === 0) return new Map(ids.map((id) => [id, true]));
    const decided = await this.use(async (client) => await client.matchMessages(ids, query));
    assertNotAll(decided);
    return decided;
  }

  private give(queue: WatchQueue, batch: Batch, one: Candidate, message: Message | MailError): Arrival[] {
    const { id } = one;
    if (!queue.has(id)) return [];
    batch.todo = batch.todo.filter((other) => other !== one);
    const isGone = isMailError(message, 'MESSAGE_NOT_FOUND');
    if (isGone || (!isMailError(message) && batch.mayBeKnown && this.isKnown(message))) {
      queue.drop(id);
      return [];
    }
    if (isMailError(message)) {
      one.failures++;
      const isTemporary = message.retryAfter !== undefined;
      if (one.failures < (isTemporary ? MOST_TEMPORARY_FAILURES : MOST_FAILURES)) {
        const { retryAfter = RETRY_AFTER } = this.options;
        this.unreadable.push([one, Date.now() + retryAfter]);
        return [];
      }
    }
    const known = isMailError(message) ? undefined : message;
    this.given.set(id, known && { ...known, content: undefined, headers: undefined });
    return [{ id, messageId: known?.messageId, message }];
  }

  /** Whether a message was settled, or is given, under another id. */
  private isKnown(message: Message): boolean {
    const identity = identityOf(message);
    return (
      this.recent.has(message) ||
      [...this.given.values()].some((other) => other !== undefined && identityOf(other) === identity)
    );
  }

  /** Until something may be new: the server says so, the time for the next look has come, or the caller did something. */
  private async wait(queue: WatchQueue, signal: AbortSignal | undefined): Promise<void> {
    if (queue.next) return;
    const { folder, checkEvery } = this.options;
    const isFull = queue.size >= MOST_OPEN;
    const woken = new AbortController();
    this.wake = () => (queue.next || isFull ? woken.abort() : undefined);
    const retry = Math.max(0, Math.min(...this.unreadable.map(([, due]) => due)) - Date.now());
    try {
      await withDeadline({ signals: [signal, woken.signal] }, async (stop) => {
        const notifies = await this.session.wait(async (client, wanted) => {
          if (!client.notifies || isFull) return false;
          const timeout = Math.min(ROUND, retry);
          // It ends early if another session needs the connection.
          await withDeadline({ signals: [stop, wanted] }, async (end) => {
            this.known = await client.waitForChanges(folder, this.known, { timeout, signal: end });
          });
          return true;
        });
        if (notifies) return;
        // A mailbox that is open over POP3 is locked for others.
        if (this.session.settings.protocol === 'pop3') void this.session.yieldConnection();
        await sleep(Math.min(checkEvery, retry), undefined, { signal: stop }).catch(() => {});
      });
    } finally {
      this.wake = () => {};
    }
    const isDue = ([, due]: [Candidate, number]) => due <= Date.now();
    for (const [one] of this.unreadable.filter(isDue).reverse()) queue.putBack(one);
    this.unreadable = this.unreadable.filter((one) => !isDue(one));
  }

  private async use<T>(work: (client: MailClient) => Promise<T>): Promise<T> {
    return await this.session.use(work, { repeatable: true });
  }
}

/**
 * If all of several messages have the same error, the folder or the server is not well, not the messages.
 *
 * @throws {MailError}
 */
function assertNotAll(results: ReadonlyMap<string, unknown>): void {
  const [first] = results.values();
  if (results.size > 1 && isMailError(first) && [...results.values()].every((one) => one === first)) {
    throw first;
  }
}

/** The query for messages that were received at this time or later. */
const after = (query: MessageQuery, since: Date): MessageQuery => ({
  ...query,
  receivedAfter: query.receivedAfter && query.receivedAfter > since ? query.receivedAfter : since,
});
