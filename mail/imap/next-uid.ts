import type { ImapFlow } from 'imapflow';

import { searchUids } from './search';

/**
 * The UID that the next message will get. If SELECT does not report it, STATUS may. Otherwise the highest UID serves
 * the same purpose.
 */
export async function nextUid(flow: ImapFlow): Promise<number | undefined> {
  const { mailbox } = flow;
  if (!mailbox || mailbox.uidNext) return (mailbox || undefined)?.uidNext;
  const status = await flow.status(mailbox.path, { uidNext: true });
  if (status && status.uidNext) return status.uidNext;
  const highest = mailbox.exists > 0 ? (await searchUids(flow, { seq: '*' })).at(-1) : undefined;
  return highest && highest + 1;
}
