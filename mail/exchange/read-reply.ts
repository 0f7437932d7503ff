import { MailError } from '../errors';
import { isTooLong, readWhole } from '../net/body';
import { uncertain } from './batch-result';
import { ReplyFailed } from './reply-failed';

/**
 * Maximum size of a reply, which is held in memory as a whole. The largest ones are pages of messages with long texts.
 */
const MAX_MEGABYTES = 128;

/**
 * Reads a reply and parses it.
 *
 * @param parse throws `tooLong()` if the reply has too many elements
 * @param changes whether the request changes something, so that it may have been done
 * @throws {MailError} SERVER_REFUSED or CHANGE_UNCERTAIN for a reply that is too long
 * @throws what Node throws if the connection is lost
 */
export async function readReply<T>(
  reply: AsyncIterable<Buffer>,
  parse: (text: string) => T,
  { host, changes }: { host: string; changes: boolean },
  megabytes = MAX_MEGABYTES,
): Promise<T> {
  let what = `${host} sent a reply of more than ${megabytes} MB`;
  try {
    const text = await readWhole(megabytes * 1024 * 1024, reply);
    what = `${host} sent a reply of too many parts`;
    return parse(text);
  } catch (error) {
    if (!isTooLong(error)) throw error;
    if (changes) throw uncertain(what);
    throw new ReplyFailed(
      new MailError('SERVER_REFUSED', what, 'Request fewer messages at a time, or less of each message.'),
    );
  }
}
