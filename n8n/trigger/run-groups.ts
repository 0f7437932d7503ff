import type { Message } from '../../mail/model/message';
import { identityOf } from '../../mail/session/recent-messages';
import type { Started } from './memory';
import { digest } from './start-run';

/** Messages for one run. */
export interface Group {
  messages: Message[];
  /** Set if a run was started for them before. */
  earlier?: Started;
}

/** What is known of the runs that were started. */
export interface KnownRuns {
  started: readonly Started[];
  /** When the server gave the messages new ids, such as by a new UIDVALIDITY. Milliseconds since the epoch. */
  idsChangedAt?: number;
  /** Names the account and "Start With": the same message may be started again if one of them was changed. */
  identity: string;
}

/**
 * Which messages get a run together. Those of an earlier run stay together, so that they have its key.
 *
 * @param isBatch whether all others are one run
 */
export function toGroups(messages: readonly Message[], known: KnownRuns, isBatch: boolean): Group[] {
  const groups = new Map<string, Group>();
  const others: Message[] = [];
  for (const message of messages) {
    const earlier = earlierRunOf(message, known);
    if (!earlier) {
      others.push(message);
      continue;
    }
    const group = groups.get(earlier.key) ?? { messages: [], earlier };
    groups.set(earlier.key, group);
    group.messages.push(message);
  }
  const fresh = isBatch ? [others] : others.map((message) => [message]);
  return [
    ...groups.values(),
    ...fresh.filter(({ length }) => length > 0).map((group) => ({ messages: group })),
  ];
}

/** By what the messages of a run are found again. */
type Marks = Pick<Started, 'messages' | 'identities'>;

export const marksOf = (messages: readonly Message[], identity: string): Marks => ({
  messages: messages.map(({ id }) => digest(identity, id)),
  identities: messages.map((message) => digest(identity, identityOf(message))),
});

/** The run, in which these of its messages can be found again. It keeps the others: they may come again one by one. */
export function withMarks(run: Started, { messages, identities }: Marks): Started {
  const found = new Map(messages.map((mark, index) => [mark, identities[index]!]));
  return { ...run, identities: run.identities.map((one, index) => found.get(run.messages[index]!) ?? one) };
}

/** The run without the messages that have these marks. */
export function without(run: Started, marks: ReadonlySet<string>): Started {
  const isLeft = (_: string, index: number) => !marks.has(run.messages[index]!);
  return { ...run, messages: run.messages.filter(isLeft), identities: run.identities.filter(isLeft) };
}

function earlierRunOf(message: Message, { started, idsChangedAt, identity }: KnownRuns): Started | undefined {
  const { messages, identities } = marksOf([message], identity);
  const mark = messages[0]!;
  const found = started.find((one) => one.messages.includes(mark));
  if (found || idsChangedAt === undefined) return found;
  for (const one of started) {
    const index = one.identities.indexOf(identities[0]!);
    if (index < 0 || one.at > idsChangedAt) continue;
    // Each message is found once: there may be another with the same Message-ID.
    one.messages[index] = mark;
    one.identities[index] = '';
    return one;
  }
  return undefined;
}
