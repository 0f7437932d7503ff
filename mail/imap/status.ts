import type { ImapFlow, ImapFlowError, StatusObject, StatusQuery } from 'imapflow';

/** What STATUS says of a folder; undefined if the server refuses it, or the folder is not there. */
export async function statusOf(
  flow: ImapFlow,
  path: string,
  query: StatusQuery,
): Promise<StatusObject | undefined> {
  try {
    return (await flow.status(path, query)) || undefined;
  } catch (error) {
    // After a refusal, imapflow looks whether the folder is in the list.
    if ((error as ImapFlowError).code === 'NotFound') return undefined;
    throw error;
  }
}
