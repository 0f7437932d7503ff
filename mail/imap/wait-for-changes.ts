import type { ExistsEvent, ImapFlow, MailboxObject } from 'imapflow';

import type { FolderState } from '../model/client';
import { offers } from './exec-or-throw';
import type { ImapConnection } from './connection';
import { nextUid } from './next-uid';
import { openFolder } from './open-folder';

/**
 * Duration of one IDLE, in milliseconds. Routers drop a silent connection after a few minutes, servers after 29 (RFC
 * 2177), and a dead connection is only noticed when the next command gets no answer.
 */
const IDLE = 2 * 60_000;
/**
 * The same for the first IDLE, after which the server is asked once: some do not tell of a message that arrived in the
 * very moment in which listening began.
 */
const FIRST_IDLE = 5_000;
/** Poll interval for servers without IDLE, in milliseconds. */
const POLL = 10_000;

/**
 * `MailClient.waitForChanges` for IMAP. If the signal is aborted, or other work needs the connection, it returns early
 * with the current state.
 */
export async function waitForChanges(
  connection: ImapConnection,
  folder: string,
  known: FolderState | undefined,
  { timeout, signal }: { timeout: number; signal?: AbortSignal },
): Promise<FolderState> {
  const { flow, settings } = connection;
  const isOver = () => signal?.aborted || connection.isUrgent;
  // imapflow would take a longer silence for a lost connection.
  const listener = new Listener(flow, Math.min(IDLE, settings.timeouts.idle), isOver, signal);
  const end = Date.now() + timeout;
  try {
    return await connection.waitInFolder(
      folder,
      async (selected) => {
        let mailbox = selected;
        for (let isNews = false; ; ) {
          const state = stateOf(mailbox, await nextUid(flow));
          // Some servers give out a UID before they show its message, so that only its arrival is news.
          if (state !== known || isNews || isOver() || Date.now() >= end) return state;
          await listener.listen(end);
          isNews = listener.takeNews();
          // Only SELECT gives the next UID, and so shows messages that arrived while nobody was listening.
          mailbox = await openFolder(flow, mailbox.path);
        }
      },
      () => listener.isQuiet,
      listener.onEnd,
    );
  } finally {
    listener.close();
  }
}

/** UIDs only grow. The message count stays the same if one message arrives and another is deleted. */
const stateOf = ({ uidValidity, exists }: MailboxObject, next: number | undefined): FolderState =>
  `${uidValidity}:${next ?? `exists ${exists}`}`;

/** Listens for messages that arrive in the selected folder. */
class Listener {
  /** Whether silence from the server is expected. */
  isQuiet = false;
  private hasHeard = false;
  private canIdle: boolean;
  private isFirst = true;
  private wake: () => void = () => {};

  constructor(
    private readonly flow: ImapFlow,
    private readonly longestIdle: number,
    private readonly isOver: () => boolean | undefined,
    private readonly signal?: AbortSignal,
  ) {
    // Once refused, imapflow's `idle` asks by itself, and only every two minutes.
    this.canIdle = offers(flow, 'IDLE') && !(flow as Internals).skipIdle;
    flow.on('exists', this.onExists).on('close', this.onEnd);
    signal?.addEventListener('abort', this.onEnd);
  }

  /** Returns when a message has arrived, at the given time, or when there is no reason to continue. */
  async listen(end: number): Promise<void> {
    const { flow } = this;
    while (!this.hasHeard && !this.isOver() && Date.now() < end) {
      const idling = this.canIdle ? flow.idle().catch(() => false) : undefined;
      const longest = idling ? Math.min(this.longestIdle, this.isFirst ? FIRST_IDLE : Infinity) : POLL;
      this.isFirst = false;
      const wokenUp = await this.quiet(Math.min(end - Date.now(), longest), idling);
      // Ends the IDLE, or polls if there is none.
      await flow.noop();
      await idling;
      // Some servers announce IDLE but refuse it.
      if (!wokenUp) this.canIdle = false;
    }
  }

  /** Whether a message has arrived since this was last asked. */
  takeNews(): boolean {
    const { hasHeard } = this;
    this.hasHeard = false;
    return hasHeard;
  }

  close(): void {
    this.flow.off('exists', this.onExists).off('close', this.onEnd);
    this.signal?.removeEventListener('abort', this.onEnd);
  }

  /** Returns false if the IDLE ended by itself. */
  private async quiet(milliseconds: number, idling?: Promise<unknown>): Promise<boolean> {
    this.isQuiet = true;
    let timer: NodeJS.Timeout | undefined;
    const wokenUp = await new Promise<boolean>((resolve) => {
      this.wake = () => resolve(true);
      timer = setTimeout(this.wake, milliseconds);
      if (this.hasHeard || this.isOver()) this.wake();
      void idling?.then(() => resolve(false));
    });
    clearTimeout(timer);
    this.isQuiet = false;
    return wokenUp;
  }

  private readonly onExists = ({ count, prevCount }: ExistsEvent): void => {
    if (count <= prevCount) return;
    this.hasHeard = true;
    this.wake();
  };

  readonly onEnd = (): void => this.wake();
}

/** The part of imapflow that its types do not declare. */
interface Internals {
  skipIdle?: boolean;
}
