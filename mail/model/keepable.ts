import type { MailClient } from './client';

/** A client whose connection can serve another session of the same account after this one. */
export interface KeepableClient extends MailClient {
  /**
   * Ends everything that belongs to the session: leaves the folder, and forgets what it knows of folders. Takes at most
   * a few seconds, and never rejects. The connection no longer keeps the process alive.
   *
   * @returns whether the connection can be kept: it is not if a command or a download is in progress
   */
  rest(): Promise<boolean>;

  /**
   * Asks the server whether the connection, with its login, can be used again. Answers within seconds.
   *
   * @throws {MailError} if it cannot
   */
  wake(): Promise<void>;
}

/** Whether the protocol of this client can keep its connection. */
export const isKeepable = (client: MailClient): client is KeepableClient =>
  typeof (client as Partial<KeepableClient>).rest === 'function';
