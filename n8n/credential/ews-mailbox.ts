import { EWS_VERSIONS, type EwsSettings } from '../../mail/account/ews-settings';
import type { Authentication } from '../../mail/account/providers';
import { chooseOneOf, invalidInput } from '../../mail/errors';
import { assertSingleLine } from '../../mail/text';
import type { ConnectOptions } from './connect-options';
import type { TypedCredential, ExchangeHosting } from './typed-credential';

/** Which mailbox EWS opens, and as whom. */
type EwsMailbox = Omit<EwsSettings, 'url' | 'address'>;

/**
 * On an Exchange Server.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function exchangeMailbox(
  authentication: Authentication,
  user: string,
  hosting: ExchangeHosting,
  options: ConnectOptions,
): EwsMailbox {
  const domain = authentication === 'ntlm' ? hosting.domain : '';
  const mailbox = options.mailbox || hosting.mailbox;
  assertSingleLine('Domain', domain);
  assertSingleLine('Email Address', mailbox);
  // RFC 7617 section 2: the first colon ends the user.
  if (authentication === 'basic' && user.includes(':')) {
    throw invalidInput(
      'User',
      'it contains a colon, which does not work with Basic',
      'Use NTLM, or another name for the user.',
    );
  }
  if (domain && user.includes('\\')) {
    throw invalidInput(
      'Domain',
      '"User" already contains a domain',
      'Leave "Domain" empty, or enter only the name in "User".',
    );
  }
  const { impersonate } = options;
  if (impersonate && !mailbox) {
    throw invalidInput(
      'Impersonate',
      'no mailbox is given',
      'Enter the mailbox in the option "Shared Mailbox", or in "Email Address" in the credential.',
    );
  }
  return {
    ...{ domain: domain || undefined, mailbox: mailbox || undefined, impersonate },
    version: ewsVersion(options),
  };
}

/**
 * At Office 365.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export const officeMailbox = (
  authentication: Authentication,
  credential: TypedCredential,
  mailbox: string,
  options: ConnectOptions,
): EwsMailbox => ({
  mailbox: namedMailbox(authentication, credential, mailbox),
  impersonate: isApp(authentication),
  version: ewsVersion(options),
});

/**
 * The mailbox to name to Office 365; undefined for the mailbox of the signed-in user. An app has no mailbox, and opens
 * one as its owner.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function namedMailbox(
  authentication: Authentication,
  { user }: TypedCredential,
  mailbox: string,
): string | undefined {
  assertSingleLine('Email Address', mailbox);
  return isApp(authentication) || mailbox !== user ? mailbox : undefined;
}

const isApp = (authentication: Authentication): boolean => authentication === 'clientCredentials';

function ewsVersion({ ewsVersion: wanted }: ConnectOptions): EwsSettings['version'] {
  const version = EWS_VERSIONS.find((one) => one === wanted);
  if (version) return version;
  throw invalidInput('EWS Version', 'it is not known', chooseOneOf(EWS_VERSIONS));
}
