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
  /** Whether it is not known yet how a run went. */
  isUnderWay: (key: string) => boolean;
}

/**
 * Which messages get a run together. Those of an earlier run stay together, so that they have its key.
 *
 * @param isBatch whether all others are one run
 */
export function toGroups(messages: readonly Message[], known: KnownRuns, isBatch: boolean): Group[] {
  const groups = new Map<Started, Group>();
  const others: Message[] = [];
  for (const message of messages) {
    const earlier = earlierRunOf(message, known);
    if (!earlier) {
      others.push(message);
      continue;
    }
    const group = groups.get(earlier) ?? { messages: [], earlier };
    groups.set(earlier, group);
    group.messages.push(message);
  }
  const fresh = isBatch ? [others] : others.map((message) => [message]);
  return [
    ...groups.values(),
    ...fresh.filter(({ length }) => length > 0).map((group) => ({ messages: group })),
  ];
}

/** By what the messages of a run are found again. */
export type Marks = Pick<Started, 'messages' | 'identities'>;

export const marksOf = (messages: readonly Message[], identity: string): Marks => ({
  messages: messages.map(({ id }) => digest(identity, id)),
  identities: messages.map((message) => digest(identity, identityOf(message))),
});

function earlierRunOf(
  message: Message,
  { started: all, idsChangedAt, identity, isUnderWay }: KnownRuns,
): Started | undefined {
  // Nobody says any more whether n8n had a run before: what is in doubt then is started, rather than lost.
  const started = all.filter(({ key, isInDoubt }) => !isInDoubt || isUnderWay(key));
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
