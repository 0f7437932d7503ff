import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';

import type { Message } from '../../mail/model/message';
import { isMailError } from '../../mail/errors';
import { FolderWatch } from '../../mail/session/folder-watch';
import type { Session } from '../../mail/session/session';
import { toNodeError } from '../errors';
import type { ListenerSettings } from './listener-settings';
import { logInfo } from './tell';
import { triggerItems } from './trigger-items';
import { triggerSession } from './trigger-session';

/**
 * A test in the editor: gives the newest message that matches, or else waits for one. Changes nothing at the server, and
 * leaves the trigger of the active workflow alone.
 */
export function manualTest(context: ITriggerFunctions, settings: ListenerSettings): ITriggerResponse {
  const test = new ManualTest(context, settings);
  return {
    closeFunction: async () => await test.close(),
    // n8n lets nobody emit before.
    manualTriggerFunction: async () => await test.run(),
  };
}

class ManualTest {
  private readonly closing = new AbortController();
  private session?: Session;

  constructor(
    private readonly context: ITriggerFunctions,
    private readonly settings: ListenerSettings,
  ) {}

  async run(): Promise<void> {
    const { sessionName, sessionSettings, folder } = this.settings;
    const { context } = this;
    try {
      this.session = triggerSession(context, sessionName, await sessionSettings(), {
        keepsConnection: false,
      });
      if (this.closing.signal.aborted) return await this.close();
      const found = await this.newest(this.session);
      if (found) await this.give(found);
      else {
        logInfo(this.context, `no message in ${folder} matches, so the test waits until one arrives`);
        void this.wait(this.session);
      }
    } catch (error) {
      if (this.closing.signal.aborted) return;
      // n8n does not close a test that failed.
      await this.close();
      throw toNodeError(this.context.getNode(), error);
    }
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.session?.close();
  }

  private async newest(session: Session): Promise<Message | undefined> {
    const { folder, query, wanted } = this.settings;
    const [message] = await session.use(
      async (client) => await client.listMessages(folder, query, wanted, 1),
      { repeatable: true },
    );
    return message;
  }

  private async wait(session: Session): Promise<void> {
    const { folder, query, wanted, checkEvery } = this.settings;
    const watch = new FolderWatch(session, { folder, query, wanted, checkEvery, start: 'new' });
    try {
      await watch.begin(this.closing.signal);
      // One may have arrived before the watch began.
      const found = await this.newest(session);
      if (found) return await this.give(found);
      for (;;) {
        const arrivals = await watch.next({ limit: 1, signal: this.closing.signal });
        for (const { message } of arrivals) {
          if (isMailError(message)) throw message;
          return await this.give(message);
        }
      }
    } catch (error) {
      if (this.closing.signal.aborted) return;
      await this.close();
      this.context.emitError(toNodeError(this.context.getNode(), error));
    }
  }

  /** The first message counts. */
  private async give(message: Message): Promise<void> {
    if (this.closing.signal.aborted || !this.session) return;
    const items = triggerItems(this.settings, this.session, [message]);
    await this.close();
    this.context.emit([items]);
  }
}
