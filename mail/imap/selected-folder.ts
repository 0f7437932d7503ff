import type { ImapFlow, MailboxObject } from 'imapflow';

import { isMailError } from '../errors';
import { openFolder } from './open-folder';
import type { SpecialFolders } from './special-use';

/** The folder that a connection has selected. */
export class SelectedFolder {
  /** Whether it is that of an earlier session. */
  private isOld = false;

  constructor(
    private readonly flow: ImapFlow,
    private readonly specialFolders: SpecialFolders,
  ) {}

  /**
   * Selects a folder, or checks it for changes if it is already selected.
   *
   * @param isFresh whether it is selected again in any case
   * @param wasSeen whether it need not be checked
   */
  async select(folder: string, isFresh: boolean, wasSeen: boolean): Promise<MailboxObject> {
    const path = await this.specialFolders.resolve(folder);
    const { mailbox } = this.flow;
    if (mailbox && mailbox.path === path && !isFresh && !this.isOld) {
      if (wasSeen) return mailbox;
      await this.flow.noop();
      // A folder that another client deleted can look like an empty one.
      const isSure = this.flow.mailbox && this.flow.mailbox.exists > 0;
      if (isSure && this.flow.mailbox) return this.flow.mailbox;
    }
    try {
      const opened = await openFolder(this.flow, path);
      this.isOld = false;
      return opened;
    } catch (error) {
      // The special-use folder may have been renamed since LIST.
      if (isMailError(error, 'FOLDER_NOT_FOUND')) this.specialFolders.forget();
      throw error;
    }
  }

  /** Selects the folder again, if one is selected and still there. */
  async refresh(): Promise<void> {
    const { mailbox } = this.flow;
    if (!mailbox || this.isOld) return;
    await openFolder(this.flow, mailbox.path).catch((error: unknown) => {
      if (!isMailError(error)) throw error;
    });
  }

  /**
   * For another session, which selects its own. CLOSE would delete messages (RFC 9051 section 6.4.1). Without UNSELECT,
   * the folder stays selected until it is selected again.
   */
  async leave(): Promise<void> {
    this.specialFolders.forget();
    this.isOld = true;
    if (!this.flow.mailbox || !this.flow.capabilities.has('UNSELECT')) return;
    await (this.flow as unknown as Internals).run('CLOSE', { unselect: true });
  }
}

/** The part of imapflow that its types do not declare. */
interface Internals {
  run(command: 'CLOSE', options: { unselect: boolean }): Promise<unknown>;
}
