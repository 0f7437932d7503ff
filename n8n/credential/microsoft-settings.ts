import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { ACCESS_FOR, MICROSOFT_ACCESS } from '../../mail/account/microsoft-access';
import { invalidInput } from '../../mail/errors';
import { PROTOCOLS, type Connection } from '../../mail/account/providers';
import type { SessionSettings } from '../../mail/account/session-settings';
import { assertSingleLine } from '../../mail/text';
import { ewsVersion } from './ews-settings';
import { isCustom, microsoftCloud, microsoftUrl } from './servers';

/**
 * What a session at Office 365 over EWS or Graph needs beside its server.
 *
 * @param mailbox the one to open, which may be another than the credential's own
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function microsoftSettings(
  { protocol, authentication }: Pick<Connection, 'protocol' | 'authentication'>,
  credential: ICredentialDataDecryptedObject,
  mailbox: string,
  options: Readonly<Record<string, unknown>>,
): Pick<SessionSettings, 'ews' | 'graph'> {
  assertSingleLine('Email Address', mailbox);
  // An app has no mailbox of its own, and opens one as if it were its owner.
  const isApp = authentication === 'clientCredentials';
  const named = isApp || mailbox !== String(credential.user ?? '').trim() ? mailbox : undefined;
  if (protocol === 'ews') {
    const url = microsoftUrl('ews', credential);
    return { ews: { url, mailbox: named, impersonate: isApp, version: ewsVersion(options.ewsVersion) } };
  }
  if (protocol !== 'graph') return {};
  // Of another cloud nobody knows; the other way works in all of them.
  const permanentDelete = !isCustom(credential) && microsoftCloud(credential).permanentDelete;
  return { graph: { url: microsoftUrl('graph', credential), mailbox: named, permanentDelete } };
}

/**
 * A token that n8n keeps is one for mail servers, for EWS or for Graph.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function assertAccess(
  protocol: Connection['protocol'],
  credential: ICredentialDataDecryptedObject,
  name: string,
): void {
  const needed = ACCESS_FOR[protocol];
  if (isCustom(credential) || (credential.access || 'mail') === needed) return;
  throw invalidInput(
    'Protocol',
    `the credential "${name}" gives no access by ${PROTOCOLS[protocol].name}`,
    `Set "Access" in the credential to "${MICROSOFT_ACCESS[needed].name}" and connect the account again, or choose another protocol.`,
  );
}
