import type { MailboxObject } from 'imapflow';

import { isMailError, type MailError } from '../errors';
import type { Message } from '../message/message';
import type { Wanted } from '../message/query';
import type { ImapConnection } from './connection';
import { complete, fetchSummaries, type Found } from './found';
import { messageGone, parseId, type ImapId } from './message-id';
import { toSets } from './uid-set';

/** An id with what it says. */
interface NamedId extends ImapId {
  id: string;
}

/** `MailClient.getMessages` for IMAP: a few commands for each folder, whatever the number of ids. */
export async function getMessages(
  connection: ImapConnection,
  ids: readonly string[],
  wanted: Wanted,
): Promise<Map<string, Message | MailError>> {
  const { folders, malformed } = groupByFolder(ids);
  const results = new Map<string, Message | MailError>(malformed);
  for (const [folder, group] of folders) {
    try {
      const messages = await connection.inFolder(
        folder,
        async (mailbox) => await getFrom(connection, mailbox, group, wanted),
      );
      for (const { id } of group) results.set(id, messages.get(id) ?? messageGone(id));
    } catch (error) {
      if (!isMailError(error, 'FOLDER_NOT_FOUND', 'SERVER_REFUSED')) throw error;
      for (const { id } of group) results.set(id, error);
    }
  }
  return results;
}

/** Those of the messages that exist. */
async function getFrom(
  { flow }: ImapConnection,
  mailbox: MailboxObject,
  ids: readonly NamedId[],
  wanted: Wanted,
): Promise<Map<string, Message>> {
  // Another UIDVALIDITY means other messages under the same numbers (RFC 9051 section 2.3.1.1).
  const current = ids.filter(({ uidValidity }) => uidValidity === mailbox.uidValidity);
  const found: Found[] = [];
  for (const set of toSets(current.map(({ uid }) => uid))) {
    found.push(...(await fetchSummaries(flow, mailbox, set, true)));
  }
  const messages = await complete(flow, found, wanted);
  const byUid = new Map(messages.map((message, i) => [found[i]!.fetched.uid, message]));
  return new Map(
    current.flatMap(({ id, uid }) => {
      const message = byUid.get(uid);
      return message ? [[id, message] as const] : [];
    }),
  );
}

function groupByFolder(ids: readonly string[]) {
  const folders = new Map<string, NamedId[]>();
  const malformed = new Map<string, MailError>();
  for (const id of new Set(ids)) {
    try {
      const parsed = { id, ...parseId(id) };
      const group = folders.get(parsed.folder);
      if (group) group.push(parsed);
      else folders.set(parsed.folder, [parsed]);
    } catch (error) {
      malformed.set(id, error as MailError);
    }
  }
  return { folders, malformed };
}
