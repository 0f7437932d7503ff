import type { MailClient } from '../../../mail/model/client';

/** What a mailbox holds: the subjects in each folder, with their marks, sorted. `(sent)` is what went out. */
export type Snapshot = Record<string, string[]>;

export const OUTSIDE = '(sent)';

/** @param marks whether they count: over POP3 there are none, and the server's own are its own affair */
export async function snapshotOf(
  client: MailClient,
  sent: readonly string[],
  marks: boolean,
): Promise<Snapshot> {
  const snapshot: Snapshot = { [OUTSIDE]: [...sent].sort() };
  for (const { path, counts, selectable } of await client.listFolders({ counts: true })) {
    if (!selectable) continue;
    const messages = counts?.total ? await client.listMessages(path, {}, { content: false }, 100) : [];
    snapshot[path] = messages
      .map(
        ({ subject, isRead, isFlagged }) =>
          `${subject}${marks && isRead ? ' read' : ''}${marks && isFlagged ? ' flagged' : ''}`,
      )
      .sort();
  }
  return snapshot;
}

export const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** How often each subject is there, wherever it is; what went out is counted for itself. */
export function totals(snapshot: Snapshot): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [folder, lines] of Object.entries(snapshot)) {
    for (const line of lines) {
      const subject = withoutMarks(line);
      const key = folder === OUTSIDE ? `${OUTSIDE} ${subject}` : subject;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

/** Where one subject is, and with which marks. */
export const placesOf = (snapshot: Snapshot, subject: string): string[] =>
  Object.entries(snapshot)
    .flatMap(([folder, lines]) =>
      lines.filter((line) => withoutMarks(line) === subject).map((line) => `${folder}: ${line}`),
    )
    .sort();

const withoutMarks = (line: string): string => line.replace(/( read| flagged)+$/, '');
