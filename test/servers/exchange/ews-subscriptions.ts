import { randomUUID } from 'node:crypto';

import type { ExchangeMailbox, StoredItem } from './mailbox';
import { changesBetween, type Snapshot } from './snapshots';
import { tag, value } from './xml';

/** What a client wants to hear of, and what it has heard. */
export interface Subscription {
  id: string;
  mailbox: ExchangeMailbox;
  /** Ids of folders; absent for all. */
  folders?: ReadonlySet<string>;
  /** `NewMailEvent` … */
  events: ReadonlySet<string>;
  seen: Snapshot;
  watermark: string;
}

type Wanted = Pick<Subscription, 'mailbox' | 'folders' | 'events'>;

const newMark = (): string => Buffer.from(randomUUID()).toString('base64');

/** Folders and change keys of the items that a subscription is about. */
const snapshotOf = ({ mailbox, folders }: Pick<Wanted, 'mailbox' | 'folders'>): Snapshot =>
  new Map(
    [...mailbox.items.values()]
      .filter(({ folderId }) => folders?.has(folderId) ?? true)
      .map(({ id, folderId, changeKey, immutableId }) => [id, `${folderId} ${changeKey} ${immutableId}`]),
  );

/** Pull and streaming subscriptions of one server ("Notification subscriptions, mailbox events, and EWS in Exchange"). */
export class Subscriptions {
  private readonly known = new Map<string, Subscription>();

  add(wanted: Wanted): Subscription {
    const subscription = { ...wanted, id: newMark(), seen: snapshotOf(wanted), watermark: newMark() };
    this.known.set(subscription.id, subscription);
    return subscription;
  }

  get(id: string): Subscription | undefined {
    return this.known.get(id);
  }

  delete(id: string): boolean {
    return this.known.delete(id);
  }

  /** The events since the last call, as elements. */
  news(subscription: Subscription): string[] {
    const { mailbox, seen, events } = subscription;
    const now = snapshotOf(subscription);
    subscription.seen = now;
    return changesBetween(seen, now)
      .flatMap((change): Array<[name: string, content: string]> => {
        const item = mailbox.items.get(change.id);
        if (change.kind === 'update' && item) return [['ModifiedEvent', about(item)]];
        if (change.kind === 'create' && item) return arrived(subscription, item);
        const [folderId = '', , lasting = ''] = seen.get(change.id)?.split(' ') ?? [];
        const moved = [...mailbox.items.values()].find(({ immutableId }) => immutableId === lasting);
        return moved
          ? [['MovedEvent', about(moved) + from(change.id, folderId)]]
          : [['DeletedEvent', about({ id: change.id, folderId, changeKey: 'CQ==' })]];
      })
      .filter(([name]) => events.has(name))
      .map(([name, content]) => {
        subscription.watermark = newMark();
        const common =
          value('t:Watermark', subscription.watermark) + value('t:TimeStamp', '2026-11-26T09:00:00Z');
        return tag(`t:${name}`, {}, common + content);
      });
  }
}

/** What came by mail is new, and not only there. */
function arrived({ mailbox }: Subscription, item: StoredItem): Array<[name: string, content: string]> {
  const { copiedFrom } = item;
  if (copiedFrom) return [['CopiedEvent', about(item) + from(copiedFrom.id, copiedFrom.folderId)]];
  const isNew = item.immutableId === item.id && !item.isDraft;
  const created: [string, string] = ['CreatedEvent', about(item)];
  const inInbox = item.folderId === mailbox.distinguished('inbox')!.id;
  return isNew && inInbox ? [created, ['NewMailEvent', about(item)]] : [created];
}

const about = ({ id, changeKey, folderId }: Pick<StoredItem, 'id' | 'changeKey' | 'folderId'>): string =>
  tag('t:ItemId', { Id: id, ChangeKey: changeKey }) +
  tag('t:ParentFolderId', { Id: folderId, ChangeKey: 'AQAAAA==' });

const from = (id: string, folderId: string): string =>
  tag('t:OldItemId', { Id: id, ChangeKey: 'CQ==' }) +
  tag('t:OldParentFolderId', { Id: folderId, ChangeKey: 'AQAAAA==' });
