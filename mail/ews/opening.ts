import { MailError, isMailError } from '../errors';
import { isLate, withDeadline } from '../async/deadline';
import { httpsServer } from '../net/host-and-port';
import { lateLogin } from './errors';
import type { EwsSettings } from '../account/ews-settings';
import type { EwsSessionSettings, LocatedEwsSettings } from '../account/session-settings';

/** Finds EWS URLs, the preferred one first. */
export type FindEws = (settings: EwsSessionSettings, signal: AbortSignal) => Promise<URL[]>;

/** The URL that was found, for each session's settings. Dropped when the settings are garbage-collected. */
const FOUND = new WeakMap<EwsSettings, URL>();

/** The EWS URL, if it is already known. */
export const ewsUrlOf = (ews: EwsSettings): URL | undefined => ews.url ?? FOUND.get(ews);

/** Takes over a URL that was found for the same account. */
export function shareFoundUrl(from: EwsSettings, to: EwsSettings): void {
  const url = FOUND.get(from);
  if (url) FOUND.set(to, url);
}

/**
 * Opens a client at the URL in the settings, or at one that was found. A found URL is reused when the session
 * reconnects.
 *
 * @param open connects to one URL, until the signal is aborted
 * @throws {MailError}; what the signal was aborted with
 */
export async function openWhereFound<T>(
  settings: EwsSessionSettings,
  signal: AbortSignal | undefined,
  find: FindEws,
  open: (settings: LocatedEwsSettings, stop: AbortSignal) => Promise<T>,
): Promise<T> {
  return await withDeadline(
    { timeout: settings.timeouts.connect, signals: [signal] },
    async (stop) => await openUntil(settings, stop, find, open),
  );
}

async function openUntil<T>(
  settings: EwsSessionSettings,
  stop: AbortSignal,
  find: FindEws,
  open: (settings: LocatedEwsSettings, stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const { ews, server, timeouts } = settings;
  const deadline = Date.now() + timeouts.connect;
  const at = async (url: URL, limit = stop) =>
    await open({ ...settings, ews: { ...ews, url }, server: { ...server, ...httpsServer(url) } }, limit);
  const withinHalf = async (url: URL) =>
    await withDeadline(
      { timeout: Math.ceil((deadline - Date.now()) / 2), signals: [stop] },
      async (limit) => await at(url, limit),
    );
  if (ews.url) return await at(ews.url);
  const known = FOUND.get(ews);
  FOUND.delete(ews);
  const urls = known ? [known] : await inTime(find(settings, stop), settings, stop);
  let first: unknown;
  for (const [index, url] of urls.entries()) {
    try {
      const isLast = index === urls.length - 1;
      const client = isLast ? await at(url) : await withinHalf(url);
      FOUND.set(ews, url);
      return client;
    } catch (error) {
      const told = isMailError(error) ? foundAt(url, error) : error;
      // The server was reached and responded, so other URLs are not tried.
      if (isMailError(error, ...ANSWERED)) throw told;
      first ??= told;
      if (stop.aborted) break;
    }
  }
  throw first;
}

const ANSWERED = ['ACCESS_DENIED', 'AUTHENTICATION_FAILED', 'SERVER_REFUSED'] as const;

async function inTime<T>(finding: Promise<T>, { server }: EwsSessionSettings, stop: AbortSignal): Promise<T> {
  return await finding.catch((error: unknown) => {
    throw isLate(stop) && !isMailError(error) ? lateLogin(new URL(`https://${server.host}`)) : error;
  });
}

const foundAt = ({ origin, pathname }: URL, { code, message, description }: MailError): MailError =>
  new MailError(
    code,
    message,
    `${description} Autodiscover returned ${origin}${pathname}: if that is wrong, enter the right address in "EWS URL".`,
  );
