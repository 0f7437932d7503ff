import type { MailError } from '../errors';
import { ReplyFailed } from '../exchange/reply-failed';
import type { XmlElement } from './xml';

/** So many times, items are divided: enough to find a few damaged ones among hundreds. */
const MOST_DIVIDED = 40;

/**
 * The response for each item, or the error. If Exchange fails over the reply for all of them, or it is too long, they are
 * requested in halves, until what cannot be read is alone.
 *
 * @throws {MailError} the error for all of them, if none can be read
 */
export async function inParts(
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<Array<XmlElement | undefined>>,
): Promise<Array<XmlElement | MailError | undefined>> {
  let divided = 0;
  let isAnswered = false;
  let alone = 0;
  const part = async (some: readonly string[]): Promise<Array<XmlElement | MailError | undefined>> => {
    try {
      const responses = await read(some);
      isAnswered = true;
      return responses;
    } catch (error) {
      if (!(error instanceof ReplyFailed) || ids.length === 1) throw error;
      if (some.length === 1) alone++;
      // Then it is not about a message.
      if (alone > 1 && !isAnswered) throw error;
      if (some.length === 1 || ++divided > MOST_DIVIDED) return some.map(() => error);
      const middle = Math.ceil(some.length / 2);
      return [...(await part(some.slice(0, middle))), ...(await part(some.slice(middle)))];
    }
  };
  return await part(ids);
}
