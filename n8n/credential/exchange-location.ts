import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { invalidInput } from '../../mail/errors';
import { mailDomain } from '../../mail/ews/autodiscover/address';
import { httpsUrl } from '../../mail/net/https-url';

export const EWS_EXAMPLE = 'https://mail.example.com/EWS/Exchange.asmx';

/**
 * Where an Exchange Server is: at the URL of the credential, or where it is found from an e-mail address. That address
 * comes out of the credential too, and not from the node, whose options an item can fill: it decides where the password
 * goes.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function exchangeLocation(
  credential: ICredentialDataDecryptedObject,
): { url: URL } | { address: string; domain: string } {
  const typed = text(credential.ewsUrl);
  if (typed) return { url: httpsUrl('EWS URL', typed, EWS_EXAMPLE) };
  for (const address of [text(credential.mailbox), text(credential.user)]) {
    const domain = mailDomain(address);
    if (domain) return { address, domain };
  }
  throw invalidInput(
    'EWS URL',
    'it is empty, and no e-mail address is known to find it from',
    `Enter the address of your Exchange Server, such as ${EWS_EXAMPLE}, or your e-mail address as "Email Address".`,
  );
}

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
