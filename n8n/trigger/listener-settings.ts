import type { IDataObject } from 'n8n-workflow';

import type { SessionSettings } from '../../mail/account/session-settings';
import type { Message } from '../../mail/model/message';
import type { FetchOptions, MessageQuery } from '../../mail/model/query';
import type { WatchStart } from '../../mail/session/folder-watch';
import type { Action } from './after-run';

/** What a trigger is to do, from its parameters. n8n gives them only while it activates the trigger. */
export interface ListenerSettings {
  sessionName: string;
  /**
   * Reads the credential, as it is now.
   *
   * @throws {MailError} INVALID_INPUT
   */
  sessionSettings: () => Promise<SessionSettings>;
  folder: string;
  query: MessageQuery;
  wanted: FetchOptions;
  start: WatchStart;
  /**
   * "Start With" as it is written, with its expressions: the trigger begins anew if that is changed, and not because an
   * expression such as `{{ $now }}` has another value. By default, its value.
   */
  startAsWritten?: unknown;
  /** Milliseconds. */
  checkEvery: number;
  oneRunPer: 'message' | 'batch';
  mostRuns: number;
  onSuccess?: Action;
  onFailure?: Action;
  /** The keyword or category by which the mailbox itself remembers what was started. */
  keyword?: string;
  /** Whether an answer to a question of a waiting run goes to that run. */
  wakesRuns?: boolean;
  /** The fields of the item for a message. */
  toJson: (message: Message) => IDataObject;
}
