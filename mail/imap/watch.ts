import type { ImapFlow } from 'imapflow';

import type { SessionSettings } from '../account/session-settings';
import { SENT_NOTHING, formatError } from '../net/network-errors';
import { toMailError } from './errors';
import { overheardOf } from './overheard';

/** How often the received bytes are checked while a command runs, in milliseconds. */
const INTERVAL = 250;

/** How often the limit may pass while the server says only that it is still there. */
const MOST_PATIENCE = 10;

/**
 * Runs work that waits for the server, and closes the connection if the server is silent for longer than
 * `timeouts.command`. A slow response may take any time as long as data keeps coming. Words such as "Still here" prolong
 * the time, but not for ever.
 *
 * @param readerIsSlow returns true while our side is not reading, which does not count as the server's silence
 * @throws {MailError} COMMAND_TIMEOUT, CONNECTION_LOST, SERVER_REFUSED
 */
export async function watched<T>(
  flow: ImapFlow,
  { server, timeouts }: SessionSettings,
  work: () => Promise<T>,
  readerIsSlow: () => boolean = () => false,
): Promise<T> {
  const limit = timeouts.command;
  const overheard = overheardOf(flow);
  const dataIn = (received: number) => received - overheard.chatter;
  let received = flow.stats().received;
  let heardAt = Date.now();
  let data = dataIn(received);
  let dataAt = heardAt;
  let timedOut = false;
  const watch = setInterval(
    () => {
      const now = flow.stats().received;
      if (dataIn(now) > data || readerIsSlow()) {
        data = dataIn(now);
        dataAt = Date.now();
      }
      if (now !== received || readerIsSlow()) {
        received = now;
        heardAt = Date.now();
      }
      if (Date.now() - heardAt > limit || Date.now() - dataAt > MOST_PATIENCE * limit) {
        timedOut = true;
        flow.close();
      }
    },
    Math.min(INTERVAL, limit),
  );
  try {
    const result = await work();
    // Some imapflow commands resolve with nothing instead of rejecting when the connection dies.
    if (!flow.usable) throw Object.assign(new Error('closed by the server'), { code: 'NoConnection' });
    return result;
  } catch (error) {
    if (timedOut) {
      throw formatError(SENT_NOTHING, server, '');
    }
    // If imapflow closed the connection, its reason says more than "closed".
    throw toMailError((flow.usable ? undefined : overheard.failure) ?? error, server);
  } finally {
    clearInterval(watch);
  }
}
