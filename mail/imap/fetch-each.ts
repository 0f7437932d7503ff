import type { FetchMessageObject, FetchQueryObject, ImapFlow } from 'imapflow';

import { overheardOf } from './overheard';
import { refusalIn, type Refusal } from './refusal';
import { searchUids } from './search';
import { toSets } from './uid-set';

/** Is told of each message that is there and that the server did not give. */
export type OnRefused = (uid: number, refusal: Refusal) => void;

/** So many refusals end the search for the messages that the server would give alone. */
const MOST_REFUSALS = 40;
/** What a server may send beyond what it was asked for: news of messages that others have changed. */
const MOST_UNASKED = 100_000;

interface Question {
  flow: ImapFlow;
  fields: FetchQueryObject;
  /** UIDs of what was given. */
  given: Set<number>;
}

/**
 * Reads something of each of a set of messages with one command, and passes it on as it comes. No other command may
 * run meanwhile.
 *
 * A message that is not there is left out: the server answers OK without it. Where it answers NO or BAD, or in a way
 * that cannot be read, what it gave counts all the same (RFC 9051 section 7), the rest is asked for in smaller
 * pieces, and `onRefused` is told of each message that is still not given.
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
  if (!refusal) return;
  const there = await searchUids(flow, uid ? { uid: set } : { seq: set });
  yield* askInPieces(question, there, refusal, onRefused);
}

/** Halves, so that one message that the server cannot give costs a few commands, and not all of them. */
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
    // One alone is asked for again only where less of it may be understood.
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

/** @returns why the answer may lack some, where it may */
async function* ask(
  { flow, fields, given }: Question,
  set: string,
  uid: boolean,
): AsyncGenerator<FetchMessageObject, Refusal | undefined> {
  const telling = (Object.keys(fields) as (keyof FetchQueryObject & keyof FetchMessageObject)[]).filter(
    (field) => fields[field] && field !== 'uid' && field !== 'flags',
  );
  const overheard = overheardOf(flow);
  const before = overheard.leftOut;
  let unasked = 0;
  try {
    for await (const item of flow.fetch(set, fields, { uid })) {
      // News of flags that others have changed arrives in the same form, and is no answer.
      const isAnswer = telling.some((field) => item[field] !== undefined);
      if (isAnswer && item.uid && !given.has(item.uid)) {
        given.add(item.uid);
        yield item;
      } else if (++unasked > MOST_UNASKED) {
        // Nothing else ends what the server does not end.
        flow.close();
        throw Object.assign(new Error('answers without an end'), { code: 'TooManyResponses' });
      }
    }
  } catch (error) {
    const refusal = refusalIn(error);
    if (!refusal || (error as { code?: string }).code === 'ETHROTTLE') throw error;
    return refusal;
  }
  return overheard.leftOut > before ? UNREAD : undefined;
}
