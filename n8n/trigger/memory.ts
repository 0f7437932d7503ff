import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';

import type { WatchState } from '../../mail/session/folder-watch';

/** The key in the static data of the trigger node. */
const KEY = 'emailTrigger';

/** A run that was started for messages which the watch has not settled yet. */
export interface Started {
  /** Its deduplication key. */
  key: string;
  /** Digests of the ids of its messages. */
  messages: string[];
  /** In the same order, digests of what stays the same if the server gives all messages new ids. */
  identities: string[];
  /** Milliseconds since the epoch. */
  at: number;
  /** n8n had the run already when it was to be started again, so all these messages are in it. */
  isKnown?: true;
  /** The run was started again without these messages: they are in it only if n8n had it before. */
  isInDoubt?: true;
}

/** What a trigger remembers from one process to the next. */
export interface Memory {
  v: 1;
  /** When it was written. Milliseconds since the epoch. */
  at: number;
  /** A digest of "Start With": a trigger that is to start elsewhere begins anew. */
  start: string;
  /** Absent until the server was asked. */
  watch?: WatchState;
  started: Started[];
  /** When the server gave the messages new ids. Milliseconds since the epoch. */
  idsChangedAt?: number;
}

/** The static data of a node. n8n saves it at an activation and whenever a trigger of the workflow emits. */
type StaticData = Pick<ITriggerFunctions, 'getWorkflowStaticData'>;

/** What the node has stored; undefined if there is nothing that can be used. */
export function storedMemory(context: StaticData): Memory | undefined {
  const stored = context.getWorkflowStaticData('node')[KEY] as Memory | undefined;
  const isMemory = stored?.v === 1 && typeof stored.at === 'number' && Array.isArray(stored.started);
  // Out of n8n's observed object, which would notice every change in it.
  return isMemory ? (JSON.parse(JSON.stringify(stored)) as Memory) : undefined;
}

/** More than there can be under way. */
const MOST_MESSAGES = 2_000;

/**
 * The newest of the runs that were started in an earlier process. One stays there for good if its message was moved or
 * deleted before n8n ended, because then it is not given again.
 */
export function newest(started: readonly Started[], most = MOST_MESSAGES): Started[] {
  let left = most;
  const first = started.findLastIndex(({ messages }) => (left -= messages.length) < 0);
  return started.slice(first + 1);
}

/** Replaces it as a whole. It is in the database after the next `emit`. */
export function storeMemory(context: StaticData, memory: Memory): void {
  context.getWorkflowStaticData('node')[KEY] = memory as unknown as IDataObject;
}

/**
 * Copies what another trigger of the workflow remembers into this trigger's copy of the static data. n8n saves that copy
 * as a whole, with all nodes of the workflow, so an old one would take the other trigger back to where it was.
 *
 * Uses a part of n8n's context that its public interface does not show (`workflow`, seen in 2.41.1), if it is there.
 */
export function storeForSibling(context: object, nodeName: string, memory: Memory): void {
  const { workflow } = context as { workflow?: { getStaticData?: GetStaticData } };
  const data = workflow?.getStaticData?.('node', { name: nodeName });
  if (data) data[KEY] = memory as unknown as IDataObject;
}

type GetStaticData = (type: 'node', node: { name: string }) => IDataObject;
