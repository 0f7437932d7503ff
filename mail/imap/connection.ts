import type { ImapFlow, MailboxObject } from 'imapflow';

import { isMailError } from '../errors';
import type { MailServerSessionSettings } from '../account/session-settings';
import { openImap } from './login';
import { folderRefused } from './folder-refused';
import { takePathsAsTheyAre } from './namespace';
import { openFolder } from './open-folder';
import { refusalIn } from './refusal';
import { SpecialFolders } from './special-use';
import { Mutex } from '../async/mutex';
import { CHECK_TIMEOUT, GOODBYE_TIMEOUT } from '../net/unused-connection';
import { watched } from './watch';

/** A selected folder that nobody else selects away until it is released. */
export interface LockedFolder {
  mailbox: MailboxObject;
  /** Harmless when called again. */
  release: () => void;
}

/**
 * One connection, logged in: gives work its folder, one piece of work at a time, and bounds every wait for
 * the server.
 */
export class ImapConnection {
  readonly specialFolders: SpecialFolders;
  private readonly turn: Mutex;
  private working = 0;

  private constructor(
    readonly flow: ImapFlow,
    readonly settings: MailServerSessionSettings,
  ) {
    this.turn = new Mutex(settings.timeouts.command);
    this.specialFolders = new SpecialFolders(flow);
    takePathsAsTheyAre(flow);
  }

  /** @throws {MailError} */
  static async open(settings: MailServerSessionSettings, signal?: AbortSignal): Promise<ImapConnection> {
    return new ImapConnection(await openImap(settings, signal), settings);
  }

  get usable(): boolean {
    return this.flow.usable;
  }

  /** Asks the server whether the connection still stands; closes it where no answer comes. */
  async check(): Promise<boolean> {
    const answered = await within(CHECK_TIMEOUT, this.flow.noop());
    if (!answered) this.flow.close();
    return this.usable;
  }

  async close(): Promise<void> {
    // A goodbye would wait behind the work that is being cut off.
    if (this.usable && this.working === 0) await within(GOODBYE_TIMEOUT, this.flow.logout());
    this.flow.close();
  }

  /** The path of a folder that was named by its path or its use; see `SpecialFolders`. */
  async pathOf(folder: string): Promise<string> {
    return await this.exclusively(async () => await this.specialFolders.resolve(folder));
  }

  /** Runs work in a folder; `readerIsSlow` as for `watched`. */
  async inFolder<T>(
    folder: string,
    work: (mailbox: MailboxObject) => Promise<T>,
    readerIsSlow?: () => boolean,
  ): Promise<T> {
    const { mailbox, release } = await this.lock(folder);
    try {
      return await this.watched(async () => await this.naming(mailbox.path, work(mailbox)), readerIsSlow);
    } finally {
      release();
    }
  }

  /** Runs work that needs no folder to be selected; `sending` as for `watched`. */
  async exclusively<T>(work: (flow: ImapFlow) => Promise<T>, sending?: () => boolean): Promise<T> {
    const release = await this.take();
    try {
      return await this.watched(async () => await work(this.flow), sending);
    } finally {
      release();
    }
  }

  /** Waits for the turn and selects the folder. The caller must release it. */
  async lock(folder: string): Promise<LockedFolder> {
    const release = await this.take();
    try {
      return { mailbox: await this.watched(async () => await this.select(folder)), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Bounds the server's silence during work; see `watched`. */
  async watched<T>(work: () => Promise<T>, readerIsSlow?: () => boolean): Promise<T> {
    return await watched(this.flow, this.settings, work, readerIsSlow);
  }

  /** Work in a folder, whose refusals name the folder. */
  private async naming<T>(path: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (isMailError(error)) throw error;
      const refusal = refusalIn(error);
      throw refusal ? folderRefused(this.flow, path, refusal) : error;
    }
  }

  private async take(): Promise<() => void> {
    this.working++;
    let held = true;
    const done = () => {
      if (held) this.working--;
      held = false;
    };
    try {
      const release = await this.turn.take();
      return () => {
        done();
        release();
      };
    } catch (error) {
      done();
      throw error;
    }
  }

  /** Selects the folder, or asks for news of it where it is selected already. */
  private async select(folder: string): Promise<MailboxObject> {
    const path = await this.specialFolders.resolve(folder);
    const { mailbox } = this.flow;
    if (mailbox && mailbox.path === path) {
      await this.flow.noop();
      // A folder that another client has deleted may look like one that is empty.
      const isSure = this.flow.mailbox && this.flow.mailbox.exists > 0;
      if (isSure && this.flow.mailbox) return this.flow.mailbox;
    }
    try {
      return await openFolder(this.flow, path);
    } catch (error) {
      // A special folder may have been renamed since the server named it.
      if (isMailError(error, 'FOLDER_NOT_FOUND')) this.specialFolders.forget();
      throw error;
    }
  }
}

/** Whether the work was done, well or not, before the time was up. */
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
