import { ExchangeClient } from '../exchange/client';
import { isLate } from '../async/deadline';
import { openWithin } from '../async/open-within';
import { discover } from './autodiscover/discover';
import { EwsChanger } from './change';
import { EwsChanges } from './changes';
import { EwsContent } from './content';
import { lateLogin } from './errors';
import { EwsFolderOperations } from './folder-operations';
import { EwsFolders } from './folders';
import { openWhereFound, type FindEws } from './opening';
import { EwsReader } from './read';
import { EwsService } from './service';
import { PROTOCOLS } from '../account/providers';
import type { EwsSessionSettings, LocatedEwsSettings } from '../account/session-settings';
import { EwsStore } from './store';
import { EwsTransport } from './transport';

/** Mail over Exchange Web Services ([MS-OXWSCORE] and its siblings). */
export class EwsClient extends ExchangeClient {
  readonly protocol = PROTOCOLS.ews.name;

  /**
   * Logs in by requesting the inbox.
   *
   * @param find searches for EWS if the settings contain no URL
   * @throws {MailError}
   */
  static async open(
    settings: EwsSessionSettings,
    signal?: AbortSignal,
    find: FindEws = discover,
  ): Promise<EwsClient> {
    return await openWhereFound(settings, signal, find, EwsClient.openAt);
  }

  private static async openAt(
    this: void,
    settings: LocatedEwsSettings,
    stop: AbortSignal,
  ): Promise<EwsClient> {
    const connection = new EwsTransport(settings);
    const service = new EwsService(settings.ews, connection);
    const folders = new EwsFolders(service, sharedMailbox(settings));
    try {
      await openWithin(connection, stop, async () => await folders.login());
    } catch (error) {
      throw isLate(stop) ? lateLogin(settings.ews.url) : error;
    }
    const reader = new EwsReader(service, folders);
    const changer = new EwsChanger(service, folders, reader);
    const store = new EwsStore(service, folders, reader);
    return new EwsClient({
      ...{ connection, folders, reader, changer, store },
      changes: new EwsChanges(service, folders),
      operations: new EwsFolderOperations(service, folders, reader, changer),
      content: new EwsContent(service),
      sender: store,
    });
  }
}

/** Another user's mailbox, opened with the login's own access rights, not by impersonation. */
const sharedMailbox = ({ ews: { mailbox, impersonate } }: LocatedEwsSettings): string | undefined =>
  impersonate ? undefined : mailbox;
