import type { Started } from './memory';
import type { Marks } from './run-groups';

/*
 * Runs that are started again with their keys, because n8n was killed: if n8n has such a run, it starts none. But if it
 * was killed before it stored the run, it starts one with those of its messages that have come again by then.
 */

type Runs = readonly Started[];

/** A run that is started again with these of its messages. The others are in it only if n8n had it before. */
export function startedAgain(runs: Runs, again: Started, marks: Marks): Started[] {
  const named = withMarks(again, marks);
  const rest = without(named, new Set(marks.messages));
  const isWhole = again.isKnown || rest.messages.length === 0;
  const parts: Started[] = isWhole
    ? [named]
    : [without(named, new Set(rest.messages)), { ...rest, isInDoubt: true }];
  return runs.flatMap((one) => (one === again ? parts : one));
}

/** The run, in which these of its messages can be found again. */
export function withMarks(run: Started, { messages, identities }: Marks): Started {
  const found = new Map(messages.map((mark, index) => [mark, identities[index]!]));
  return { ...run, identities: run.identities.map((one, index) => found.get(run.messages[index]!) ?? one) };
}

/** n8n had the run before. */
export const known = (runs: Runs, key: string): Started[] =>
  runs.map((one) => (one.key === key ? { ...certain(one), isKnown: true } : one));

/** n8n did not have the run before, so that the messages which came later are in none. */
export const notKnown = (runs: Runs, key: string): Started[] =>
  runs.filter((one) => one.key !== key || !one.isInDoubt);

/** n8n did not start the run again, so that it is known no more than before. */
export const notStarted = (runs: Runs, key: string): Started[] =>
  runs.map((one) => (one.key === key ? certain(one) : one));

/** These messages are settled, or get another run. */
export function forget(runs: Runs, marks: readonly string[], isMeant: (run: Started) => boolean): Started[] {
  const gone = new Set(marks);
  return runs
    .map((one) => (isMeant(one) ? without(one, gone) : one))
    .filter(({ messages }) => messages.length > 0);
}

const certain = ({ key, messages, identities, at, isKnown }: Started): Started => ({
  ...{ key, messages, identities, at },
  ...(isKnown && { isKnown }),
});

/** The run without the messages that have these marks. */
function without(run: Started, marks: ReadonlySet<string>): Started {
  const isLeft = (_: string, index: number) => !marks.has(run.messages[index]!);
  return { ...run, messages: run.messages.filter(isLeft), identities: run.identities.filter(isLeft) };
}
