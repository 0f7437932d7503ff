import type { MailClient } from '../../mail/model/client';
import type { Delivery } from '../servers/mailbox';

/** An account of one protocol, for the tests that every protocol has to pass. */
export interface MailLab {
  /** The protocol's name for the inbox. */
  readonly inbox: string;
  /** What stands before the name of each folder of one's own, e.g. `INBOX.`. */
  readonly prefix?: string;
  /** Another connection each time. */
  open(): Promise<MailClient>;
  /** From outside, in this order; the folder is made where it is not there. */
  deliver(folder: string, messages: readonly Delivery[]): Promise<void>;
  /** Makes cursors of this folder unusable, as servers do now and then: a new UIDVALIDITY, a lost sync state. */
  loseMemory?(folder: string): Promise<void>;
  stop(): Promise<void>;
}
