import { isMailError } from '../errors';
import type { FailedMessages } from '../model/failed-messages';
import type { Message } from '../model/message';
import { inOrder } from '../model/message-search';
import { isHeaderId, notAThread, type ThreadOptions, type ThreadReference } from '../model/thread';
import { getMessages, listMessages } from './list';
import type { Maildrop } from './maildrop';

/** `MailClient.threadMessages` for POP3: reads every header of the inbox, and then the texts of the thread if wanted. */
export async function threadMessages(
  maildrop: Maildrop,
  thread: ThreadReference,
  { wanted, sort = 'oldest', limit }: ThreadOptions,
  failed?: FailedMessages,
): Promise<Message[]> {
  const start =
    'id' in thread ? (await getMessages(maildrop, [thread.id], wanted)).get(thread.id) : undefined;
  if (isMailError(start)) throw start;
  const threadId = 'id' in thread ? start?.threadId : thread.threadId.trim();
  if (start && threadId === undefined) return [start];
  if (threadId === undefined || !isHeaderId(threadId)) throw notAThread(threadId ?? '');
  const all = await listMessages(maildrop, 'INBOX', {}, { content: false }, Infinity, failed);
  const found = inOrder(
    all.filter((one) => one.threadId === threadId),
    sort,
    limit,
  );
  if (!wanted.content && !wanted.headers && !wanted.attachments && !wanted.preview) return found;
  const whole = await getMessages(
    maildrop,
    found.map(({ id }) => id),
    wanted,
  );
  return found.flatMap(({ id }) => {
    const message = whole.get(id)!;
    if (!isMailError(message)) return [message];
    if (!failed) throw message;
    failed.set(id, message);
    return [];
  });
}
