import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { invalidInput } from '../../mail/errors';
import { DEFAULT_EWS_VERSION, EWS_VERSIONS, type EwsSettings } from '../../mail/account/ews-settings';
import type { Connection } from '../../mail/account/providers';
import { assertSingleLine } from '../../mail/text';
import { exchangeLocation } from './exchange-location';

/**
 * What a session over EWS needs beside its server, from a credential and the options of Email Connect.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function ewsSettings(
  { authentication }: Pick<Connection, 'authentication'>,
  credential: ICredentialDataDecryptedObject,
  options: Readonly<Record<string, unknown>>,
): EwsSettings {
  const user = text(credential.user);
  const domain = authentication === 'ntlm' ? text(credential.domain) : '';
  const mailbox = text(options.mailbox) || text(credential.mailbox);
  assertSingleLine('Domain', domain);
  assertSingleLine('Email Address', mailbox);
  // RFC 7617 section 2: the first colon ends the user.
  if (authentication === 'basic' && user.includes(':')) {
    throw invalidInput(
      'User',
      'it contains a colon, which Basic cannot send',
      'Use NTLM, or another name of the user.',
    );
  }
  if (domain && user.includes('\\')) {
    throw invalidInput(
      'Domain',
      'the user names a domain too',
      'Leave "Domain" empty, or enter only the name as "User".',
    );
  }
  const impersonate = options.impersonate === true;
  if (impersonate && !mailbox) {
    throw invalidInput(
      'Impersonate',
      'no mailbox is named',
      'Enter the mailbox in the option "Shared Mailbox", or as "Email Address" in the credential.',
    );
  }
  return {
    ...whereIs(credential),
    domain: domain || undefined,
    mailbox: mailbox || undefined,
    impersonate,
    version: ewsVersion(options.ewsVersion),
  };
}

function whereIs(credential: ICredentialDataDecryptedObject): Pick<EwsSettings, 'url' | 'address'> {
  const location = exchangeLocation(credential);
  return 'url' in location ? { url: location.url } : { address: location.address };
}

/** @throws {MailError} INVALID_INPUT */
export function ewsVersion(value: unknown): EwsSettings['version'] {
  const version = EWS_VERSIONS.find((one) => one === (value ?? DEFAULT_EWS_VERSION));
  if (version) return version;
  throw invalidInput('EWS Version', 'it is not known', `Use one of: ${EWS_VERSIONS.join(', ')}.`);
}

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
