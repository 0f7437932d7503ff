import { MailError, isMailError } from '../errors';

/** How an error names a message. */
interface Named {
  id: string;
  subject?: string;
}

/** Characters of what is quoted in an error. */
const LONGEST_SUBJECT = 80;
const LONGEST_WORDS = 200;
const LONGEST_STACK = 10_000;

/*
 * A message is what a stranger wrote, so it may bring a bug to light: in a parser of ours, or in a library. That must not
 * cost more than this one message, and somebody has to hear of it. So wherever one of several messages is read, or is made
 * into something else, it is done in `ofMessage`. Never around anything that waits for a server or for the user.
 */

/**
 * Does something with one message.
 *
 * @returns the error of this message, if it brought a bug to light
 * @throws what is not a bug; see `isBug`
 */
export function ofMessage<T>(named: Named, work: () => T): T | MailError {
  try {
    return work();
  } catch (error) {
    return unreadable(named, error);
  }
}

/** The same, but throws the error of this message. */
export function orUnreadable<T>(named: Named, work: () => T): T {
  const result = ofMessage(named, work);
  if (isMailError(result)) throw result;
  return result;
}

/**
 * The error of a message that brought a bug to light.
 *
 * @throws the error itself if it is not a bug
 */
export function unreadable({ id, subject }: Named, error: unknown): MailError {
  if (!isBug(error)) throw error;
  return bugWith(subject ? `${id} ("${short(subject)}")` : id, wordsOf(error));
}

/** The error that the stream of a message ends with. It must not be thrown there: that would end the process. */
export const streamError = (named: Named, error: unknown): Error =>
  isBug(error) ? unreadable(named, error) : (error as Error);

/** The error of one message that its stream has ended with. @throws any other error */
export function onlyUnreadable(error: unknown): MailError {
  if (!isMailError(error, 'MESSAGE_UNREADABLE')) throw error;
  return error;
}

const bugWith = (named: string, words: string): MailError =>
  new MailError(
    'MESSAGE_UNREADABLE',
    `The message ${named} could not be read, because of a bug in this package (${words})`,
    'Please report it on the page of this package on GitHub, with this text and, if you may share it, with the message: Message → Save makes a file of it. The message is still there, and nothing is wrong with your workflow.',
  );

/** Of a work that was stopped, by their names. */
const STOPPED = ['AbortError', 'TimeoutError'];

/**
 * Whether nobody expected an error that happened with a message. It is expected if it is known, if the work was stopped or
 * took too long, if the system reports it, such as a lost connection, and if there is no memory left.
 */
export function isBug(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const { name, message, syscall } = error as NodeJS.ErrnoException;
  // V8 has no code for a buffer that finds no room.
  const isNoMemory = error instanceof RangeError && /allocation failed|out of memory/i.test(message);
  return !isMailError(error) && !STOPPED.includes(name) && syscall === undefined && !isNoMemory;
}

/** What happened and where, such as "TypeError: … in date.js:12". */
function wordsOf(error: unknown): string {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const text = `${name}: ${message}`.slice(0, LONGEST_WORDS).replace(/[\s\0]+/g, ' ');
  const frames = stack.slice(0, LONGEST_STACK).split('\n');
  const places = frames.flatMap((frame) => /^ +at .*[/\\]([\w.-]+:\d+):\d+\)?$/.exec(frame)?.[1] ?? []);
  return places[0] === undefined ? text : `${text} in ${places[0]}`;
}

const short = (subject: string): string =>
  [...subject.slice(0, 2 * LONGEST_SUBJECT)].slice(0, LONGEST_SUBJECT).join('');
