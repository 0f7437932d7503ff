import { isBug } from '../model/unreadable';
import type { OnRefused } from './fetch-each';

/**
 * Reads what a server gave of one message. Gives undefined if that brought a bug to light, after it was reported.
 *
 * @param subjectOf reads the subject, to name the message
 */
export function readOne<T>(
  uid: number,
  onRefused: OnRefused,
  read: () => T,
  subjectOf: () => string | undefined = () => undefined,
): T | undefined {
  try {
    return read();
  } catch (error) {
    return reportBug(uid, onRefused, error, subjectOf());
  }
}

/** Reports a bug in the reading of one message, as if the server had refused it. @throws what is not a bug */
export function reportBug(uid: number, onRefused: OnRefused, error: unknown, subject?: string): undefined {
  if (!isBug(error)) throw error;
  onRefused(uid, { words: '', isTemporary: false, bug: { error, subject } });
}

interface Named {
  uid: number;
  message: { subject: string };
}

/** Reports bugs in the reading of these messages with their subjects. */
export function naming(onRefused: OnRefused, messages: readonly Named[]): OnRefused {
  let subjects: ReadonlyMap<number, string> | undefined;
  return (uid, refusal) => {
    const { bug } = refusal;
    if (!bug) return onRefused(uid, refusal);
    subjects ??= new Map(messages.map((one) => [one.uid, one.message.subject]));
    onRefused(uid, { ...refusal, bug: { ...bug, subject: subjects.get(uid) } });
  };
}
