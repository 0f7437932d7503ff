import { invalidInput } from '../../mail/errors';
import { mailDomain } from '../../mail/ews/autodiscover/address';
import { httpsUrl } from '../../mail/net/https-url';
import type { ExchangeLocation } from './typed-credential';

export const EWS_EXAMPLE = 'https://mail.example.com/EWS/Exchange.asmx';

/**
 * Where an Exchange Server is: at a URL, or to be found from an e-mail address. Both come from the credential and not
 * from the node, whose options can come from an item: they decide where the password is sent.
 *
 * @param url empty if the server has to be found
 * @param addresses that it may be found from, the preferred one first
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function exchangeLocation(url: string, addresses: readonly string[]): ExchangeLocation {
  if (url) return { url: httpsUrl('EWS URL', url, EWS_EXAMPLE) };
  for (const address of addresses) {
    const domain = mailDomain(address);
    if (domain) return { address, domain };
  }
  throw invalidInput(
    'EWS URL',
    'it is empty, and there is no email address to find it from',
    `Enter the address of your Exchange Server, such as ${EWS_EXAMPLE}, or your email address in "Email Address".`,
  );
}
