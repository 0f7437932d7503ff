import type { Socket } from 'node:net';

import type { ImapFlow, MailboxObject } from 'imapflow';

import { isMailError, type MailError } from '../errors';
import type { MailServerSessionSettings } from '../account/session-settings';
import { openImap } from './login';
import { toMailError } from './errors';
import { refusedInFolder } from './folder-refused';
import { takePathsAsTheyAre } from './namespace';
import { overheardOf } from './overheard';
import { refusalIn } from './refusal';
import { SelectedFolder } from './selected-folder';
import { SpecialFolders } from './special-use';
import { Turns } from './turns';
import type { Traffic } from '../net/traffic';
import { CHECK_TIMEOUT, GOODBYE_TIMEOUT } from '../net/unused-connection';
import { watched } from './watch';

/** The folders that one operation has selected so far, as it names them. */
export type SeenFolders = Set<string>;

/** A selected folder. No other work can select another one until it is released. */
export interface LockedFolder {
  mailbox: MailboxObject;
  /** Safe to call more than once. */
  release: () => void;
}

/**
 * One logged-in connection. Selects folders, runs one task at a time, and limits how long each task waits for the
 * server.
 */
export class ImapConnection {
  readonly specialFolders: SpecialFolders;
  private readonly turns: Turns;
  private readonly selected: SelectedFolder;

  private constructor(
    readonly flow: ImapFlow,
    readonly settings: MailServerSessionSettings,
  ) {
    this.turns = new Turns(settings.timeouts.command);
    this.specialFolders = new SpecialFolders(flow);
    this.selected = new SelectedFolder(flow, this.specialFolders);
    takePathsAsTheyAre(flow);
  }

  /** @throws {MailError} */
  static async open(settings: MailServerSessionSettings, signal?: AbortSignal): Promise<ImapConnection> {
    return new ImapConnection(await openImap(settings, signal), settings);
  }

  get traffic(): Traffic {
    return { ...this.flow.stats(), requests: overheardOf(this.flow).commands };
  }

  get usable(): boolean {
    return this.flow.usable;
  }

  /** Asks the server whether the connection is still alive, and closes it if there is no answer. */
  async check(): Promise<boolean> {
    const answered = await within(CHECK_TIMEOUT, this.flow.noop());
    if (!answered) this.flow.close();
    return this.usable;
  }

  /** Leaves the folder, so that another session can begin as after a login; see `KeepableClient.rest`. */
  async rest(): Promise<boolean> {
    if (!this.usable || !this.turns.isFree) return false;
    if (!(await within(GOODBYE_TIMEOUT, this.selected.leave()))) this.flow.close();
    socketOf(this.flow)?.unref();
    return this.usable;
  }

  /** Waits for its turn. @throws {MailError} CONNECTION_LOST */
  async assertAlive(): Promise<void> {
    const isAlive = this.usable && (await this.exclusively(async () => await this.check()));
    if (!isAlive) throw this.lost();
  }

  /** @throws {MailError} CONNECTION_LOST */
  async wake(): Promise<void> {
    socketOf(this.flow)?.ref();
    if (!(await this.check())) throw this.lost();
  }

  private lost(): MailError {
    return toMailError({ code: 'NoConnection' }, this.settings.server);
  }

  async close(): Promise<void> {
    // LOGOUT would have to wait for the work that is being cancelled.
    if (this.usable && this.turns.isFree) await within(GOODBYE_TIMEOUT, this.flow.logout());
    this.flow.close();
  }

  /** The path of a folder that is given by its path or its special use; see `SpecialFolders`. */
  async pathOf(folder: string): Promise<string> {
    return await this.exclusively(async () => await this.specialFolders.resolve(folder));
  }

  /**
   * Runs work in a folder; `seen` as for `lock`.
   *
   * @param isFresh whether the folder is selected again even if it is selected: only SELECT gives the next UID and the
   *   current UIDVALIDITY
   */
  async inFolder<T>(
    folder: string,
    work: (mailbox: MailboxObject) => Promise<T>,
    { isFresh = false, seen }: { isFresh?: boolean; seen?: SeenFolders } = {},
  ): Promise<T> {
    const { mailbox, release } = await this.lock(folder, { isFresh, seen });
    try {
      return await this.watched(async () => await this.naming(mailbox.path, work(mailbox)));
    } finally {
      release();
    }
  }

  /**
   * Runs work in a folder that only waits for mail. It should end when other work needs the connection.
   *
   * @param isQuiet returns true while silence is expected
   * @param onUrgent called when other work needs the connection
   */
  async waitInFolder<T>(
    folder: string,
    work: (mailbox: MailboxObject) => Promise<T>,
    isQuiet: () => boolean,
    onUrgent: () => void,
  ): Promise<T> {
    const { mailbox, release } = await this.lock(folder, { onUrgent, isFresh: true });
    try {
      return await this.watched(async () => await this.naming(mailbox.path, work(mailbox)), isQuiet);
    } finally {
      release();
    }
  }

  /** Whether work other than a wait needs the connection. */
  get isUrgent(): boolean {
    return this.turns.isUrgent;
  }

  /**
   * Runs work that does not need a selected folder.
   *
   * @param isSending returns true while our side still sends, so that no answer is expected
   */
  async exclusively<T>(work: (flow: ImapFlow) => Promise<T>, isSending?: () => boolean): Promise<T> {
    const release = await this.turns.take();
    try {
      return await this.watched(async () => await work(this.flow), isSending);
    } finally {
      release();
    }
  }

  /**
   * Runs work that asks for the counts of folders. Of a selected folder, STATUS may give those of the time when it was
   * selected (RFC 9051 section 6.3.11), as Microsoft 365 does, and imapflow would believe it. So it is selected anew.
   */
  async counting<T>(work: (flow: ImapFlow) => Promise<T>): Promise<T> {
    return await this.exclusively(async (flow) => {
      await this.selected.refresh();
      return await work(flow);
    });
  }

  /**
   * Waits for its turn and selects the folder. The caller must release it.
   *
   * @param seen the folders that one operation has selected so far. They are not checked for changes again.
   * @param onUrgent of work that only waits; see `waitInFolder`
   */
  async lock(
    folder: string,
    {
      isFresh = false,
      seen,
      onUrgent,
    }: { isFresh?: boolean; seen?: SeenFolders; onUrgent?: () => void } = {},
  ): Promise<LockedFolder> {
    const release = await this.turns.take(onUrgent);
    try {
      const mailbox = await this.watched(
        async () => await this.selected.select(folder, isFresh, seen?.has(folder) ?? false),
      );
      seen?.add(folder);
      return { mailbox, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Limits how long the server may be silent during work; see `watched`. */
  async watched<T>(work: () => Promise<T>, readerIsSlow?: () => boolean): Promise<T> {
    return await watched(this.flow, this.settings, work, readerIsSlow);
  }

  /** Runs work in a folder. Errors for refused commands name the folder. */
  private async naming<T>(path: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (isMailError(error)) throw error;
      const refusal = refusalIn(error);
      throw refusal ? refusedInFolder(path, refusal) : error;
    }
  }
}

/** imapflow's types do not declare it. */
const socketOf = (flow: ImapFlow): Socket | undefined => (flow as unknown as { socket?: Socket }).socket;

/** Whether the work finished, successfully or not, within the time. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), milliseconds)));
  const inTime = await Promise.race([
    work.then(
      () => true,
      () => true,
    ),
    late,
  ]);
  clearTimeout(timer);
  return inTime;
}
