import { isMailError } from '../../../mail/errors';
import { BACK_OFF } from '../../../mail/exchange/busy';
import { PATIENCE } from '../seed';
import type { Operation, Told } from './operations';
import { placesOf, same, totals, type Snapshot } from './snapshot';

/** What an operation does where nothing fails. */
export interface Reference {
  result: unknown;
  before: Snapshot;
  after: Snapshot;
  /** By lane. */
  turns: number[];
}

/** What came of it where something did. */
export interface Ending {
  result?: unknown;
  error?: unknown;
  /** Milliseconds. */
  took: number;
  /** How often the server said that it has no time, and is left alone for a while. */
  waits: number;
  after: Snapshot;
  /** Connections that were still open some time after the session was closed. */
  socketsLeft: number;
}

/** Milliseconds: a silence, a login, the silence again, and what a busy machine needs. */
const LATE = 9000 * PATIENCE;

const isUncertain = (code: unknown): boolean => code === 'CHANGE_UNCERTAIN' || code === 'SEND_UNCERTAIN';

/** How it ended, in a word: `done`, `done in part`, or an error's code. */
export function endingOf({ result, error }: Ending): string {
  if (error !== undefined) return isMailError(error) ? error.code : 'no MailError';
  return codesIn(result).length > 0 ? 'done in part' : 'done';
}

/** The errors among the outcomes of many. */
const codesIn = (result: unknown): string[] =>
  Array.isArray(result)
    ? result
        .map((one) => (isTold(one) ? one.outcome : String(one)))
        .filter((one) => /^[A-Z]+_[A-Z_]+$/.test(one))
    : [];

const isTold = (one: unknown): one is Told => typeof one === 'object' && one !== null && 'outcome' in one;

/** What is wrong with an ending; nothing is where it is done once, or a clear error in time that tells the truth. */
export function judge(operation: Operation, reference: Reference, ending: Ending): string[] {
  const { error, result, took, after, socketsLeft } = ending;
  const problems: string[] = [];
  if (error !== undefined && !isMailError(error)) {
    const { stack } = error as { stack?: string };
    const lines = stack?.split('\n').slice(0, 4).join(' | ') ?? String(error);
    // Not where the sources are on this machine.
    problems.push(`no MailError: ${lines.replace(/\([^()|]*\/(?=mail\/)/g, '(')}`);
  }
  if (took > LATE + BACK_OFF * ending.waits) problems.push(`late: ${took} ms`);
  if (socketsLeft > 0) problems.push(`${socketsLeft} connections left`);
  const codes = error === undefined ? codesIn(result) : [];
  const refused = error !== undefined || (Array.isArray(result) && codes.length === result.length);
  if (error === undefined && codes.length === 0 && !same(result, reference.result)) {
    problems.push(`another result: ${JSON.stringify(result)?.slice(0, 300)}`);
  }
  if (operation.changes) problems.push(...messageProblems(operation, reference, { error, result, after }));
  return [...problems, ...stateProblems(operation, reference, { error, codes, after, refused })];
}

/** Holds what the client said of each message to what the server has of it. */
function messageProblems(
  { inSteps }: Operation,
  { before, after: expected, result: all }: Reference,
  { error, result, after }: Pick<Ending, 'error' | 'result' | 'after'>,
): string[] {
  if (!Array.isArray(all) || !all.every(isTold)) return [];
  const told = new Map(
    error === undefined && Array.isArray(result)
      ? result.filter(isTold).map(({ subject, outcome }) => [subject, outcome])
      : all.map(({ subject }) => [subject, isMailError(error) ? error.code : '']),
  );
  return all.flatMap(({ subject }) => {
    const outcome = told.get(subject);
    if (outcome === undefined) return [`no outcome for "${subject}"`];
    const [was, willBe, is] = [before, expected, after].map((state) => placesOf(state, subject));
    // Done, or as it was, and open only where that is said. In steps, it may be between the two.
    const isRight =
      outcome === 'done'
        ? same(is, willBe)
        : inSteps || same(is, was) || (isUncertain(outcome) && same(is, willBe));
    if (isRight) return [];
    return [`"${subject}" was told ${outcome}, but is at ${is!.join(', ') || 'no place'}`];
  });
}

function stateProblems(
  operation: Operation,
  { before, after: expected }: Reference,
  {
    error,
    codes,
    after,
    refused,
  }: {
    error: unknown;
    codes: string[];
    after: Snapshot;
    /** Whether nothing of it is told to be done. */ refused: boolean;
  },
): string[] {
  const differs = (from: Snapshot) => !same(sorted(after), sorted(from));
  const state = () => JSON.stringify(after);
  if (!operation.changes) return differs(before) ? [`reading changed something: ${state()}`] : [];
  const problems = countProblems(operation, before, expected, after);
  const outcomes = error === undefined ? codes : [isMailError(error) ? error.code : ''];
  if (error === undefined && codes.length === 0) {
    // A copy of what was sent, and the draft that it was, may be told to be missing or left.
    if (differs(expected) && !operation.sends) problems.push(`done, but the state is ${state()}`);
  } else if (refused && !operation.inSteps && !outcomes.some(isUncertain) && differs(before)) {
    problems.push(`refused for certain (${outcomes.join()}), but the state is ${state()}`);
  }
  return problems;
}

/** Nothing may be there more often than where nothing fails, nor less often. */
function countProblems(
  { inSteps }: Operation,
  before: Snapshot,
  expected: Snapshot,
  after: Snapshot,
): string[] {
  const [first, last, now] = [totals(before), totals(expected), totals(after)];
  return [...new Set([...first.keys(), ...last.keys(), ...now.keys()])].flatMap((key) => {
    const [was, willBe, is] = [first.get(key) ?? 0, last.get(key) ?? 0, now.get(key) ?? 0];
    // Of several steps the last may be missing: a draft that was sent or replaced is told to be left.
    if (is > (inSteps ? was + willBe : Math.max(was, willBe)))
      return [`twice: "${key}" is there ${is} times`];
    return is < Math.min(was, willBe) ? [`lost: "${key}" is there ${is} times`] : [];
  });
}

const sorted = (snapshot: Snapshot): [string, string[]][] =>
  Object.entries(snapshot).sort(([one], [other]) => (one < other ? -1 : 1));
