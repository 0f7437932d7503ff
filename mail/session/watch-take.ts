import { isMailError, type MailError } from '../errors';
import type { Message } from '../model/message';
import { isEmptyQuery } from '../model/query';
import { identityOf } from './recent-messages';
import type { Arrival } from './watch-options';
import type { WatchProgress } from './watch-progress';
import type { Candidate, WatchQueue } from './watch-queue';
import { Health, isGiven } from './watch-health';
import { readEach } from './watch-read-each';
import type { Watched } from './watched';

/** How many messages to compare with the query at once. */
const LOOK_AHEAD = 100;
/** Milliseconds. */
const RETRY_AFTER = 15_000;
/** After so many looks, a message that cannot be read is given with its error: in half a minute. */
const MOST_FAILURES = 3;
/** The same if the server says that it is temporary, while it gives others: in three minutes. */
const MOST_TEMPORARY_FAILURES = 12;
/** The same if there is no other message to compare it with: in ten minutes. */
const MOST_LONELY_FAILURES = 40;

/** Reads the next messages of the queue, and leaves out what does not match. At most `limit` are given. */
export async function take(watched: Watched, progress: WatchProgress, limit: number): Promise<Arrival[]> {
  const { queue, recent } = progress;
  const { retryAfter = RETRY_AFTER } = watched.options;
  const { todo, mayBeKnown } = queue.next;
  if (todo.length === 0) return [];
  const matches = await decide(watched, todo, limit);
  const decided = todo.filter(({ id, isMatched }) => isMatched || matches.has(id));
  for (const one of decided) {
    if (matches.get(one.id) === false) queue.drop(one.id);
    else one.isMatched ||= matches.get(one.id) === true;
  }
  const results = await readSome(watched, decided.filter(({ isMatched }) => isMatched).slice(0, limit));
  const identities = new Set(mayBeKnown ? queue.given.map((message) => message && identityOf(message)) : []);
  /** Whether it was settled, or is given, under another id. */
  const isKnown = (message: Message) => recent.has(message) || identities.has(identityOf(message));
  const arrivals: Arrival[] = [];
  const failing: Failing[] = [];
  for (const one of decided) {
    const match = matches.get(one.id);
    const result = results.get(one.id) ?? (isMailError(match) ? match : undefined);
    if (!result || arrivals.length + failing.length === limit) continue;
    if (isMailError(result)) {
      if (result.code === 'MESSAGE_NOT_FOUND') queue.drop(one.id);
      else failing.push({ one, error: result });
    } else if (mayBeKnown && isKnown(result)) queue.drop(one.id);
    else {
      identities.add(identityOf(result));
      arrivals.push(give(queue, one.id, result));
    }
  }
  const isWell = [...results.values(), ...failing.map(({ error }) => error)].some(isGiven);
  return [...arrivals, ...(await refused(watched, queue, failing, isWell, Date.now() + retryAfter))];
}

interface Failing {
  one: Candidate;
  error: MailError;
}

/**
 * Sets aside the messages that the server did not give, or gives them with their errors after several looks.
 *
 * @param isWell whether it gave others at the same time
 * @param from when to look at them again
 * @throws {MailError} if it gives no other message either: its trouble is not that of a message, and may be over later
 */
async function refused(
  watched: Watched,
  queue: WatchQueue,
  failing: readonly Failing[],
  isWell: boolean,
  from: number,
): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  const health = new Health(watched, queue, new Set(failing.map(({ one }) => one.id)), isWell);
  for (const { one } of failing) queue.setAside(one.id, from);
  for (const { one, error } of failing) {
    // A bug does not go away.
    if (isGiven(error)) {
      arrivals.push(give(queue, one.id, error));
      continue;
    }
    const isTemporary = error.retryAfter !== undefined;
    const isLast = one.failures + 1 >= MOST_FAILURES;
    const givesOthers = isTemporary || isLast ? await health.givesOthers() : undefined;
    if (givesOthers === false) throw error;
    one.failures++;
    const most = isTemporary ? (givesOthers ? MOST_TEMPORARY_FAILURES : MOST_LONELY_FAILURES) : MOST_FAILURES;
    if (one.failures >= most) arrivals.push(give(queue, one.id, error));
  }
  return arrivals;
}

/** Which of the next messages match. Those that are known to match are not asked about. */
async function decide(
  watched: Watched,
  todo: readonly Candidate[],
  limit: number,
): Promise<ReadonlyMap<string, boolean | MailError>> {
  const { query } = watched.options;
  const undecided = todo.filter(({ isMatched }) => !isMatched).map(({ id }) => id);
  const known = todo.length - undecided.length;
  if (known >= limit || undecided.length === 0) return new Map();
  if (isEmptyQuery(query)) return new Map(undecided.slice(0, limit - known).map((id) => [id, true]));
  const ids = undecided.slice(0, Math.max(limit, LOOK_AHEAD));
  return await readEach(watched, ids, async (client, some) => await client.matchMessages(some, query));
}

async function readSome(
  watched: Watched,
  some: readonly Candidate[],
): Promise<ReadonlyMap<string, Message | MailError>> {
  if (some.length === 0) return new Map();
  const { wanted } = watched.options;
  const ids = some.map(({ id }) => id);
  return await readEach(watched, ids, async (client, few) => await client.getMessages(few, wanted));
}

function give(queue: WatchQueue, id: string, message: Message | MailError): Arrival {
  const read = isMailError(message) ? undefined : message;
  queue.give(id, read && { ...read, content: undefined, headers: undefined });
  return { id, messageId: read?.messageId, message };
}
