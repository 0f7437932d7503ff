import { isMailError, type MailError } from '../errors';
import { ReplyFailed } from '../exchange/reply-failed';
import type { FailedMessages } from '../model/failed-messages';
import type { GraphApi, Page } from './api';
import { readMessages } from './messages';
import type { MessageResource } from './resources';

/** What is known of every message, even if its content cannot be read. */
const KNOWN = 'id,parentFolderId,receivedDateTime';

/**
 * Whether the messages of a page may be read one by one. A page may be refused because something in one of its messages
 * is missing (https://github.com/microsoftgraph/microsoft-graph-docs/issues/2108).
 */
export const mayBeReadInParts = (error: unknown): error is MailError =>
  error instanceof ReplyFailed || isMailError(error, 'MESSAGE_NOT_FOUND');

/**
 * A page of messages that Graph does not give as a whole, because one of them is damaged
 * (https://github.com/microsoftgraph/microsoft-graph-docs/issues/2913) or the page is too much for it. The list is read
 * without anything of the messages, and then each message by itself.
 *
 * @param path of the page, with the mailbox's own path
 * @param failed collects the messages that Graph did not give
 * @returns all messages in order; those that Graph did not give have `isMissing`
 * @throws {MailError} the error of the page, if Graph gives nothing else either
 */
export async function oneByOne(
  api: GraphApi,
  path: string,
  error: MailError,
  failed: FailedMessages,
): Promise<Page<MessageResource>> {
  // Then there is nothing to leave out.
  if (contentIn(path) === '$select=id') throw error;
  const page = await api
    .page<MessageResource>(withContent(path, `$select=${KNOWN}`))
    .catch((reason: unknown) => {
      throw isMailError(reason) && !(reason instanceof ReplyFailed) ? reason : error;
    });
  const ids = page.value.map(({ id }) => id);
  const read = await readMessages(api, ids, contentIn(path));
  const isDown =
    ids.length > 0 && [...read.values()].every((one) => isMailError(one) && one.message === error.message);
  if (isDown && ids.length > 1) throw error;
  const value = page.value.map((known): MessageResource => {
    const one = read.get(known.id)!;
    if (!isMailError(one)) return one;
    // Otherwise it was deleted since, so it is left out.
    if (one.code !== 'MESSAGE_NOT_FOUND') failed.set(known.id, one);
    return { ...known, isMissing: true };
  });
  const next = page['@odata.nextLink'];
  return { ...page, value, ...(next && { '@odata.nextLink': withContent(next, contentIn(path)) }) };
}

const CONTENT = /[?&](?:\$|%24)(?:select|expand)=[^&]*/gi;

/** The same page with other content. */
function withContent(path: string, content: string): string {
  const [list = '', ...query] = path.replace(CONTENT, '').split(/[?&]/);
  return `${list}?${[content, ...query].join('&')}`;
}

/** The parameters that say what to give of each message. */
const contentIn = (path: string): string => (path.match(CONTENT) ?? []).map((one) => one.slice(1)).join('&');
