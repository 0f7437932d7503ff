import type { MailClient } from '../model/client';
import type { Session } from './session';
import type { WatchOptions } from './watch-options';

/** What is watched, and with which session. */
export interface Watched {
  session: Session;
  options: WatchOptions;
}

/** Runs work that only reads, and may be repeated after a lost connection. */
export async function read<T>({ session }: Watched, work: (client: MailClient) => Promise<T>): Promise<T> {
  return await session.use(work, { repeatable: true });
}
