import type { FetchMessageObject, FetchQueryObject } from 'imapflow';

/** Data of a message that a server also sends when another client changed it. */
const CHANGEABLE: ReadonlySet<string> = new Set(['uid', 'flags', 'labels', 'threadId']);
/** Data that not every server has. */
const OPTIONAL: ReadonlySet<string> = new Set(['labels', 'threadId']);

type Field = keyof FetchQueryObject & keyof FetchMessageObject;

/**
 * The answers to one FETCH, one for each message. Servers may give the data of a message in several responses (RFC 9051
 * section 7.5.2). They may also report flags that another client changed; these alone do not count as an answer.
 */
export class JoinedAnswers {
  private readonly wanted: readonly Field[];
  private readonly parts: readonly string[];
  /** By UID, what was given of messages that are not complete. */
  private readonly held = new Map<number, FetchMessageObject>();
  private readonly uids = new Map<number, number>();

  /** @param byUid whether the messages were named by UID: then numbers may change during the command */
  constructor(
    fields: FetchQueryObject,
    private readonly byUid: boolean,
  ) {
    this.wanted = (Object.keys(fields) as Field[]).filter((field) => fields[field]);
    this.parts = (fields.bodyParts ?? []).map((part) =>
      (typeof part === 'string' ? part : part.key).toLowerCase(),
    );
  }

  /** @returns the message, if all of it was given now */
  add(item: FetchMessageObject): FetchMessageObject | undefined {
    const uid = item.uid || (this.byUid ? undefined : this.uids.get(item.seq));
    if (!uid) return undefined;
    this.uids.set(item.seq, uid);
    const joined = this.join(this.held.get(uid) ?? { seq: item.seq, uid }, item);
    if (this.isComplete(joined)) {
      this.held.delete(uid);
      return joined;
    }
    this.held.set(uid, joined);
    return undefined;
  }

  /** At the end: the messages of which something is missing. */
  *rest(): Generator<FetchMessageObject> {
    for (const one of this.held.values()) {
      if (this.wanted.some((field) => !CHANGEABLE.has(field) && one[field] !== undefined)) yield one;
    }
    this.held.clear();
  }

  private isComplete(item: FetchMessageObject): boolean {
    return (
      this.wanted.every((field) => OPTIONAL.has(field) || item[field] !== undefined) &&
      this.parts.every((part) => item.bodyParts?.has(part))
    );
  }

  /** Adds to the first what the second has, but no parts that were not asked for. */
  private join(first: FetchMessageObject, { bodyParts, ...second }: FetchMessageObject): FetchMessageObject {
    const given = Object.entries(second).filter(([, value]) => value !== undefined);
    Object.assign(first, Object.fromEntries(given));
    for (const part of this.parts) {
      // NIL, which is not a buffer, is an answer too.
      if (bodyParts?.has(part)) (first.bodyParts ??= new Map()).set(part, bodyParts.get(part)!);
    }
    return first;
  }
}
