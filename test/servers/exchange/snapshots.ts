import { randomUUID } from 'node:crypto';

/** What was there at a time: of each thing its mark, which is another one as soon as the thing has changed. */
export type Snapshot = ReadonlyMap<string, string>;

export type Change =
  | { kind: 'create' | 'update'; id: string; mark: string; before?: string }
  | { kind: 'delete'; id: string; before: string };

/** What has changed from one snapshot to another, in the order of the second. */
export function changesBetween(before: Snapshot, after: Snapshot): Change[] {
  const gone = [...before].filter(([id]) => !after.has(id));
  return [
    ...gone.map(([id, mark]): Change => ({ kind: 'delete', id, before: mark })),
    ...[...after].flatMap(([id, mark]): Change[] => {
      const old = before.get(id);
      if (old === undefined) return [{ kind: 'create', id, mark }];
      return old === mark ? [] : [{ kind: 'update', id, mark, before: old }];
    }),
  ];
}

/** A snapshot after some of the changes. */
export function withChanges(before: Snapshot, changes: readonly Change[]): Snapshot {
  const after = new Map(before);
  for (const change of changes) {
    if (change.kind === 'delete') after.delete(change.id);
    else after.set(change.id, change.mark);
  }
  return after;
}

/** Snapshots by a token, which a client brings back to hear what has changed since then. */
export class Snapshots {
  private readonly kept = new Map<string, Snapshot>();

  /** Undefined for a token that nobody gave out. */
  get(token: string): Snapshot | undefined {
    return this.kept.get(token);
  }

  /** No token is known any more, as after a move of the mailbox, or after a long time. */
  forget(): void {
    this.kept.clear();
  }

  keep(snapshot: Snapshot): string {
    const token = Buffer.from(randomUUID()).toString('base64url');
    this.kept.set(token, snapshot);
    return token;
  }
}
