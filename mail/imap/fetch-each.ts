import type { FetchMessageObject, FetchQueryObject, ImapFlow } from 'imapflow';

import { JoinedAnswers } from './joined-answers';
import { overheardOf } from './overheard';
import { NOTHING_GIVEN, refusalIn, type Refusal } from './refusal';
import { searchUids } from './search';
import { countOf, toSets } from './uid-set';

/** Called for each message that exists but that the server did not return. */
export type OnRefused = (uid: number, refusal: Refusal) => void;

/** For data that a message is complete without, so that no time is spent on finding out why it is missing. */
export const ignoreRefused: OnRefused = () => {};

/** After this many refusals, no more attempts are made to fetch messages one by one. */
const MOST_REFUSALS = 40;
/** Responses that a server may send besides one for each message, such as flag changes by other clients. */
const MOST_OTHERS = 100_000;

interface Question {
  flow: ImapFlow;
  fields: FetchQueryObject;
  /** UIDs of the messages that were returned. */
  given: Set<number>;
}

/**
 * Fetches data of a set of messages with one command, and yields it as it arrives. No other command may run at the same
 * time.
 *
 * A message that does not exist is left out: the server answers OK without it. Some servers also leave out messages that
 * exist, so that is checked. If the server answers NO or BAD, or if its response cannot be parsed, the data received so
 * far still counts (RFC 9051 section 7). The remaining messages are requested in smaller pieces, and `onRefused` is
 * called for each message that is still missing.
 */
export async function* fetchEach(
  flow: ImapFlow,
  set: string,
  fields: FetchQueryObject,
  uid: boolean,
  onRefused: OnRefused,
): AsyncGenerator<FetchMessageObject> {
  const question: Question = { flow, fields, given: new Set() };
  const refusal = yield* ask(question, set, uid);
  if (!refusal && (question.given.size >= countOf(set) || onRefused === ignoreRefused)) return;
  // Numbers are refused if others have deleted messages, of which the server may not tell during a FETCH (RFC 9051
  // section 7.5.1).
  if (refusal && !uid) await flow.noop();
  const there = uid ? await searchUids(flow, { uid: set }) : await numbered(flow, set);
  const refused = new Set<number>();
  const noted: OnRefused = (one, why) => {
    refused.add(one);
    onRefused(one, why);
  };
  if (refusal) yield* askInPieces(question, there, refusal, noted);
  if (onRefused === ignoreRefused) return;
  const others = there.filter((one) => !refused.has(one));
  yield* askAgain(question, others, onRefused);
}

/** The UIDs of a range of numbers. Some may be too high by now, which servers refuse. */
async function numbered(flow: ImapFlow, range: string): Promise<number[]> {
  const [first = 0, last = first] = range.split(':').map(Number);
  const exists = flow.mailbox ? flow.mailbox.exists : 0;
  return first > exists ? [] : await searchUids(flow, { seq: `${first}:${Math.min(last, exists)}` });
}

/** The server answered OK without some messages. Those that still exist may come late (Apache James), or never. */
async function* askAgain(
  question: Question,
  there: readonly number[],
  onRefused: OnRefused,
): AsyncGenerator<FetchMessageObject> {
  const { flow, given } = question;
  for (const set of toSets(there.filter((uid) => !given.has(uid)))) {
    const refusal = yield* ask(question, set, true);
    // The search may have named messages that another client has just deleted.
    for (const uid of await searchUids(flow, { uid: set }))
      if (!given.has(uid)) onRefused(uid, refusal ?? NOTHING_GIVEN);
  }
}

/**
 * Splits the set in half repeatedly, so that one message that the server cannot return costs a few commands instead of
 * the whole result.
 */
async function* askInPieces(
  question: Question,
  uids: readonly number[],
  firstRefusal: Refusal,
  onRefused: OnRefused,
): AsyncGenerator<FetchMessageObject> {
  const { given, flow } = question;
  const left: Array<{ uids: number[]; refusal: Refusal }> = [];
  const add = (some: readonly number[], refusal: Refusal) => {
    const missing = some.filter((one) => !given.has(one));
    if (missing.length > 0) left.push({ uids: missing, refusal });
  };
  add(uids, firstRefusal);
  for (let refusals = 1; left.length > 0; ) {
    const { uids: missing, refusal } = left.pop()!;
    const middle = Math.ceil(missing.length / 2);
    const pieces = refusals >= MOST_REFUSALS ? [] : halves(missing, middle);
    // A single message is requested again only if less of it may be readable.
    const isUnread = refusal === UNREAD && missing.length === 1 && question.fields.bodyStructure;
    if (isUnread) {
      const fields = { ...question.fields, bodyStructure: false };
      const failed = yield* ask({ flow, fields, given }, toSets(missing).join(), true);
      if (!failed) continue;
    }
    if (pieces.length === 0) for (const one of missing) onRefused(one, refusal);
    for (const piece of pieces) {
      for (const set of toSets(piece)) {
        const failed = yield* ask(question, set, true);
        if (!failed) continue;
        refusals++;
        add(piece, failed);
        break;
      }
    }
  }
}

const halves = (uids: number[], middle: number): number[][] =>
  uids.length < 2 ? [] : [uids.slice(0, middle), uids.slice(middle)];

const UNREAD: Refusal = { words: 'its answer cannot be understood', isTemporary: false };

/** @returns why the response may be incomplete, if it may */
async function* ask(
  { flow, fields, given }: Question,
  set: string,
  uid: boolean,
): AsyncGenerator<FetchMessageObject, Refusal | undefined> {
  const answers = new JoinedAnswers(fields, uid);
  const overheard = overheardOf(flow);
  const before = overheard.leftOut;
  let left = countOf(set) + MOST_OTHERS;
  try {
    for await (const item of flow.fetch(set, fields, { uid })) {
      // Otherwise an endless response would never stop, also one with ever more messages.
      if (left-- === 0) {
        flow.close();
        throw Object.assign(new Error('answers without an end'), { code: 'TooManyResponses' });
      }
      const whole = answers.add(item);
      if (!whole || given.has(whole.uid)) continue;
      given.add(whole.uid);
      yield whole;
    }
  } catch (error) {
    const refusal = refusalIn(error);
    if (!refusal || (error as { code?: string }).code === 'ETHROTTLE') throw error;
    yield* rest();
    return refusal;
  }
  yield* rest();
  return overheard.leftOut > before ? UNREAD : undefined;

  function* rest(): Generator<FetchMessageObject> {
    for (const one of answers.rest()) {
      if (given.has(one.uid)) continue;
      given.add(one.uid);
      yield one;
    }
  }
}
