import type { MailboxObject } from 'imapflow';

import type { FlagChanges, BatchResult, StoredMessage } from '../model/client';
import { MailError } from '../errors';
import { assertLabel } from '../model/labels';
import { asSpelled } from './atoms';
import { execOrThrow } from './exec-or-throw';
import type { ImapConnection } from './connection';
import { existingUids } from './existing-uids';
import { assertKeyword } from './keywords';
import { assertLabels } from './labels';
import { changeMessages } from './batch-result';

/** A keyword that many mail programs use (RFC 5788, IANA registry of IMAP keywords). */
const FORWARDED = '$Forwarded';

/** Flags to add and to remove (RFC 9051 section 2.3.2). */
interface FlagSets {
  add: string[];
  remove: string[];
}

/**
 * `MailClient.markMessages` for IMAP. One command for each folder, for each of adding and removing
 * flags, and labels. Rejects if the
 * connection is lost, even after a partial change, because marking again is safe.
 */
export async function markMessages(
  connection: ImapConnection,
  ids: readonly string[],
  marks: FlagChanges,
): Promise<BatchResult<true>> {
  const wanted = flagChanges(marks);
  const labels = labelChanges(marks);
  if (labels.add.length + labels.remove.length > 0) assertLabels(connection.flow);
  return await changeMessages<true>(
    connection,
    ids,
    async ({ flow, mailbox, batches, settle, sending }) => {
      assertTakes(mailbox, wanted.add);
      const [add, remove] = [wanted.add, wanted.remove].map((flags) =>
        flags.map((flag) => asSpelled(flag, mailbox.permanentFlags)),
      ) as [string[], string[]];
      for (const { set } of batches) {
        const uids = await existingUids(flow, set);
        if (uids.length === 0) continue;
        const options = { uid: true, silent: true };
        await sending(uids, async () => {
          if (add.length > 0)
            await execOrThrow(flow, async (asked) => await asked.messageFlagsAdd(set, add, options));
          if (remove.length > 0) {
            await execOrThrow(flow, async (asked) => await asked.messageFlagsRemove(set, remove, options));
          }
          const ofLabels = { uid: true, useLabels: true };
          if (labels.add.length > 0)
            await execOrThrow(flow, async (asked) => await asked.messageFlagsAdd(set, labels.add, ofLabels));
          // Last: a message without the label of a folder is no longer in that folder.
          if (labels.remove.length > 0) {
            await execOrThrow(
              flow,
              async (asked) => await asked.messageFlagsRemove(set, labels.remove, ofLabels),
            );
          }
        });
        for (const uid of uids) settle(uid, true);
      }
    },
    { repeatable: true },
  );
}

/** @throws {MailError} INVALID_INPUT */
export function flagChanges(marks: StoredMessage['marks']): FlagSets {
  const { isForwarded } = marks;
  const forwarded = (is: boolean) => (isForwarded === is ? [FORWARDED] : []);
  const addKeywords = [...(marks.addKeywords ?? []), ...forwarded(true)];
  const removeKeywords = [...(marks.removeKeywords ?? []), ...forwarded(false)];
  const flags = [
    ['\\Seen', marks.isRead],
    ['\\Flagged', marks.isFlagged],
    ['\\Answered', marks.isAnswered],
    ['\\Draft', marks.isDraft],
  ] as const;
  const having = (wanted: boolean) => flags.filter(([, is]) => is === wanted).map(([flag]) => flag);
  const keywords = (list: readonly string[]) => list.map((word) => assertKeyword('Keywords', word));
  return {
    add: [...having(true), ...keywords(addKeywords)],
    remove: [...having(false), ...keywords(removeKeywords)],
  };
}

/** @throws {MailError} INVALID_INPUT */
const labelChanges = ({ addLabels = [], removeLabels = [] }: FlagChanges): FlagSets => ({
  add: addLabels.map((label) => assertLabel('Add Labels', label)),
  remove: removeLabels.map((label) => assertLabel('Remove Labels', label)),
});

/**
 * PERMANENTFLAGS lists the flags that a folder keeps (RFC 9051 section 7.1). Servers accept others but forget them.
 *
 * @throws {MailError} NOT_SUPPORTED
 */
export function assertTakes({ path, permanentFlags }: MailboxObject, flags: readonly string[]): void {
  if (!permanentFlags || permanentFlags.has('\\*')) return;
  const kept = new Set([...permanentFlags].map((flag) => flag.toLowerCase()));
  const refused = flags.filter((flag) => !kept.has(flag.toLowerCase()));
  if (refused.length === 0) return;
  throw new MailError(
    'NOT_SUPPORTED',
    `The folder "${path}" does not keep ${refused.join(', ')} on its messages`,
    kept.size === 0
      ? 'The folder is read-only for this account.'
      : `The server takes no new keywords here, only: ${[...permanentFlags].join(', ')}.`,
  );
}
