import type { EwsSessionSettings } from '../../account/session-settings';
import { mailDomain } from './address';
import { STANDARD_PORTS, type Ports } from './candidates';
import { EwsSearch } from './ews-search';

/**
 * Finds the addresses of EWS from the e-mail address of the settings, by Autodiscover ([MS-OXDISCO], [MS-OXDSCLI]).
 *
 * @param ports where Autodiscover listens
 * @returns one or more, the one to prefer first
 * @throws {MailError} within `timeouts.connect`
 */
export async function discover(
  settings: EwsSessionSettings,
  signal: AbortSignal,
  ports: Ports = STANDARD_PORTS,
): Promise<URL[]> {
  const { address = '' } = settings.ews;
  const domain = mailDomain(address);
  if (!domain) throw new TypeError('The settings have neither a URL of EWS nor an address to find it from');
  return await new EwsSearch(settings, domain, signal, ports).run(address);
}
