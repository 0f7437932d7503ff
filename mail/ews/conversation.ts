import { isMailError, MailError } from '../errors';
import { shape } from './properties';
import type { EwsService } from './service';
import { escaped } from './soap';
import type { XmlElement } from './xml';

/** A shorter reply is taken for the whole thread: no server is known that gives less at once. */
const SHORT = 50;

/** ConversationNodeSortOrder of the schema. */
type Order = 'DateOrderDescending' | 'DateOrderAscending';

/**
 * The ids of the messages of a conversation ("GetConversationItems operation" of the EWS reference), as a search gives
 * them. The reference names no maximum for a reply, but a server may have one, and does not say that it left something
 * out. So a long thread is read from both ends: where the two parts meet, nothing is missing.
 */
export async function conversationIds(
  service: EwsService,
  threadId: string,
): Promise<{ ids: string[]; isWhole: boolean }> {
  const newest = await idsInOrder(service, threadId, 'DateOrderDescending');
  if (newest.size < SHORT) return { ids: [...newest], isWhole: true };
  const oldest = await idsInOrder(service, threadId, 'DateOrderAscending');
  const ids = new Set([...newest, ...oldest]);
  // Without any, it was deleted meanwhile.
  return { ids: [...ids], isWhole: oldest.size === 0 || ids.size < newest.size + oldest.size };
}

/** None if the conversation does not exist. */
async function idsInOrder(service: EwsService, threadId: string, order: Order): Promise<Set<string>> {
  const request = service.ask(
    `<m:GetConversationItems>${shape('ItemShape', [])}<m:SortOrder>${order}</m:SortOrder>`,
    `<m:Conversations><t:Conversation><t:ConversationId Id="${escaped(threadId)}"/>`,
    '</t:Conversation></m:Conversations></m:GetConversationItems>',
  );
  const response = await request.catch((error: unknown) => {
    if (isMailError(error, 'MESSAGE_NOT_FOUND')) return undefined;
    throw error;
  });
  const nodes = response?.at('Conversation/ConversationNodes')?.children ?? [];
  return new Set(nodes.flatMap((node) => node.child('Items')?.children ?? []).map(idOf));
}

const idOf = (item: XmlElement): string => item.child('ItemId')?.attributes.Id ?? '';

/** The error for the rest of a thread. @param given the number of messages that Exchange gave */
export const onlyPart = (given: number): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `Exchange gave only ${given} messages of this thread, the oldest and the newest`,
    'Find the others with Get Many, by the subject and the time, or read the mailbox over Graph or IMAP.',
  );
