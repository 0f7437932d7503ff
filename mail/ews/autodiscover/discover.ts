import type { EwsSessionSettings } from '../../account/session-settings';
import { mailDomain } from './address';
import { STANDARD_PORTS, type Ports } from './candidates';
import { EwsSearch } from './ews-search';

/**
 * Finds the EWS URLs for the settings' email address with Autodiscover ([MS-OXDISCO], [MS-OXDSCLI]).
 *
 * @param ports the ports of Autodiscover
 * @returns at least one URL, the preferred one first
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
