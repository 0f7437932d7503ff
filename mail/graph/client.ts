import { ExchangeClient } from '../exchange/client';
import { isLate, withDeadline } from '../async/deadline';
import { openWithin } from '../async/open-within';
import { GraphApi } from './api';
import { GraphChanger } from './change';
import { GraphChanges } from './changes';
import { GraphContent } from './content';
import { lateLogin } from './errors';
import { GraphFolderOperations } from './folder-operations';
import { GraphFolders } from './folders';
import { GraphReader } from './read';
import { GraphSender } from './send';
import { PROTOCOLS } from '../account/providers';
import type { GraphSessionSettings } from '../account/session-settings';
import { contextOf } from './refusals';
import { GraphStore } from './store';
import { GraphTransport } from './transport';

/** Mail over Microsoft Graph (https://learn.microsoft.com/graph/api/resources/mail-api-overview). */
export class GraphClient extends ExchangeClient {
  readonly protocol = PROTOCOLS.graph.name;

  /**
   * Logs in by requesting the inbox.
   *
   * @throws {MailError}
   */
  static async open(settings: GraphSessionSettings, signal?: AbortSignal): Promise<GraphClient> {
    const connection = new GraphTransport(settings);
    const api = new GraphApi(contextOf(settings), connection);
    const folders = new GraphFolders(api);
    await withDeadline({ timeout: settings.timeouts.connect, signals: [signal] }, async (stop) => {
      await openWithin(connection, stop, async () => await folders.login()).catch((error: unknown) => {
        throw isLate(stop) ? lateLogin(settings.graph.url) : error;
      });
    });
    const reader = new GraphReader(api, folders);
    const changer = new GraphChanger(api, folders);
    return new GraphClient({
      ...{ connection, folders, reader, changer },
      changes: new GraphChanges(api, folders),
      operations: new GraphFolderOperations(api, folders, reader, changer),
      content: new GraphContent(api),
      store: new GraphStore(api),
      sender: new GraphSender(api, reader),
    });
  }
}
