import { isMailError, type MailError } from '../errors';
import type { Message } from '../model/message';
import { isEmptyQuery } from '../model/query';
import { identityOf } from './recent-messages';
import type { Arrival } from './watch-options';
import type { WatchProgress } from './watch-progress';
import type { Candidate, WatchQueue } from './watch-queue';
import { read, type Watched } from './watched';

/** How many messages to compare with the query at once. */
const LOOK_AHEAD = 100;
/** Milliseconds. */
const RETRY_AFTER = 15_000;
/** A message that could not be read so often is given with its error. */
const MOST_FAILURES = 3;
/** The same if the server says that it is temporary: after an hour. */
const MOST_TEMPORARY_FAILURES = (60 * 60_000) / RETRY_AFTER;

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
  for (const one of decided) {
    const match = matches.get(one.id);
    const result = results.get(one.id) ?? (isMailError(match) ? match : undefined);
    if (!result || arrivals.length === limit) continue;
    if (isMailError(result)) {
      one.failures++;
      if (result.code === 'MESSAGE_NOT_FOUND') queue.drop(one.id);
      else if (mayStillBeRead(one, result)) queue.setAside(one.id, Date.now() + retryAfter);
      else arrivals.push(give(queue, one.id, result));
    } else if (mayBeKnown && isKnown(result)) queue.drop(one.id);
    else {
      identities.add(identityOf(result));
      arrivals.push(give(queue, one.id, result));
    }
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
  const decided = await read(watched, async (client) => await client.matchMessages(ids, query));
  assertNotAll(decided);
  return decided;
}

async function readSome(
  watched: Watched,
  some: readonly Candidate[],
): Promise<ReadonlyMap<string, Message | MailError>> {
  if (some.length === 0) return new Map();
  const { wanted } = watched.options;
  const ids = some.map(({ id }) => id);
  const results = await read(watched, async (client) => await client.getMessages(ids, wanted));
  assertNotAll(results);
  return results;
}

function mayStillBeRead({ failures }: Candidate, { code, retryAfter }: MailError): boolean {
  // A bug does not go away.
  if (code === 'MESSAGE_UNREADABLE') return false;
  const isTemporary = retryAfter !== undefined;
  return failures < (isTemporary ? MOST_TEMPORARY_FAILURES : MOST_FAILURES);
}

function give(queue: WatchQueue, id: string, message: Message | MailError): Arrival {
  const read = isMailError(message) ? undefined : message;
  queue.give(id, read && { ...read, content: undefined, headers: undefined });
  return { id, messageId: read?.messageId, message };
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
