import type { FetchMessageObject, FetchQueryObject, ImapFlow } from 'imapflow';

/**
 * Reads something of each of a set of messages with one command, and passes it on as it comes. No other command may
 * run meanwhile.
 */
export async function* fetchEach(
  flow: ImapFlow,
  set: string,
  fields: FetchQueryObject,
  uid: boolean,
): AsyncGenerator<FetchMessageObject> {
  const telling = (Object.keys(fields) as (keyof FetchQueryObject & keyof FetchMessageObject)[]).filter(
    (field) => fields[field] && field !== 'uid' && field !== 'flags',
  );
  for await (const item of flow.fetch(set, fields, { uid })) {
    // News of flags that others have changed arrives in the same form, and is no answer.
    if (telling.some((field) => item[field] !== undefined)) yield item;
  }
}
