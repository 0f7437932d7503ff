import { setTimeout as sleep } from 'node:timers/promises';

import { answerEach, EwsError, folderOf, type Call } from './ews-calls';
import type { Subscription } from './ews-subscriptions';
import { childrenOf, isTrue, tag, textOf, value } from './xml';

export const subscribe = async (call: Call): Promise<string> =>
  await answerEach(call, 'Subscribe', call.request.children.slice(0, 1), (wanted) => {
    if (wanted.name === 'PushSubscriptionRequest') {
      throw new EwsError('ErrorInvalidPushSubscriptionUrl', 'The tests take no calls from a server.');
    }
    const all = isTrue(wanted.attributes.SubscribeToAllFolders);
    const { id, watermark } = call.subscriptions.add({
      mailbox: call.mailbox,
      folders: all
        ? undefined
        : new Set(childrenOf(wanted, 'FolderIds').map((folder) => folderOf(call, folder).id)),
      events: new Set(childrenOf(wanted, 'EventTypes').map(({ text }) => text)),
    });
    const isPull = wanted.name === 'PullSubscriptionRequest';
    return value('m:SubscriptionId', id) + (isPull ? value('m:Watermark', watermark) : '');
  });

const notFound = () => new EwsError('ErrorSubscriptionNotFound', 'The subscription was not found.');

function subscriptionOf({ subscriptions }: Call, id: string | undefined): Subscription {
  const found = subscriptions.get(id ?? '');
  if (!found) throw notFound();
  return found;
}

export const unsubscribe = async (call: Call): Promise<string> =>
  await answerEach(call, 'Unsubscribe', [textOf(call.request, 'SubscriptionId')], (id) => {
    if (!call.subscriptions.delete(id ?? '')) throw notFound();
    return '';
  });

/** What a pull subscription has to tell; nothing new is said, too. */
export const getEvents = async (call: Call): Promise<string> =>
  await answerEach(call, 'GetEvents', [textOf(call.request, 'SubscriptionId')], (id) => {
    const subscription = subscriptionOf(call, id);
    const { watermark } = subscription;
    if (textOf(call.request, 'Watermark') !== watermark) {
      throw new EwsError('ErrorInvalidWatermark', 'The watermark is not the last one.');
    }
    const events = call.subscriptions.news(subscription);
    return tag('m:Notification', {}, [
      value('t:SubscriptionId', subscription.id),
      value('t:PreviousWatermark', watermark),
      value('t:MoreEvents', false),
      ...(events.length > 0
        ? events
        : [tag('t:StatusEvent', {}, value('t:Watermark', subscription.watermark))]),
    ]);
  });

/** How often a stream looks for something new, in milliseconds. */
const EVERY = 20;

const MINUTE = 60_000;

/** One body after the other on one connection, until its time is over or the client goes. */
export async function* getStreamingEvents(call: Call, signal: AbortSignal): AsyncGenerator<string> {
  const ids = childrenOf(call.request, 'SubscriptionIds').map(({ text }) => text);
  const say = (content: string) => answerEach(call, 'GetStreamingEvents', [content], (one) => one);
  const unknown = ids.filter((id) => !call.subscriptions.get(id));
  if (unknown.length > 0) {
    const empty = tag(
      'm:ErrorSubscriptionIds',
      {},
      unknown.map((id) => value('m:SubscriptionId', id)),
    );
    yield await answerEach(
      call,
      'GetStreamingEvents',
      unknown.slice(0, 1),
      () => Promise.reject(notFound()),
      empty,
    );
    return;
  }
  const until = Date.now() + Number(textOf(call.request, 'ConnectionTimeout') ?? 1) * MINUTE;
  yield await say(value('m:ConnectionStatus', 'OK'));
  while (Date.now() < until && !signal.aborted) {
    for (const id of ids) {
      const subscription = call.subscriptions.get(id);
      const events = subscription ? call.subscriptions.news(subscription) : [];
      if (events.length === 0) continue;
      const notification = tag('m:Notification', {}, [value('t:SubscriptionId', id), ...events]);
      yield await say(tag('m:Notifications', {}, notification));
    }
    await sleep(EVERY, undefined, { signal }).catch(() => undefined);
  }
  if (!signal.aborted) yield await say(value('m:ConnectionStatus', 'Closed'));
}
