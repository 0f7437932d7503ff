import { MailError } from '../errors';
import { asksForClaims, claimsMissing } from '../exchange/claims';
import { isCloud } from './autodiscover/address';
import type { Fault } from './fault';
import { loginRefused, notOpened } from './refusals';
import type { LocatedEwsSettings } from '../account/session-settings';

/** The error for a reply that is not a success. */
export function replyRefused(
  fault: Fault,
  { ews: { url }, authentication, provider }: LocatedEwsSettings,
  secrets: readonly string[],
): MailError {
  const isPassword = authentication === 'basic' || authentication === 'ntlm';
  if (fault.status === 401 && isPassword) return loginRefused(fault, url, authentication);
  if (fault.status === 401) {
    return asksForClaims(fault.headers['www-authenticate'])
      ? claimsMissing(url.host, authentication)
      : tokenRefused(url, authentication);
  }
  if (fault.status === 403 && (provider === 'outlook' || isCloud(url.hostname))) return switchedOff(url);
  return notOpened(fault, fault.code, url, secrets);
}

const tokenRefused = ({ host }: URL, authentication: string): MailError =>
  new MailError(
    'AUTHENTICATION_FAILED',
    `${host} refused the access token`,
    authentication === 'clientCredentials'
      ? 'The app needs the application permission "full_access_as_app" of Office 365 Exchange Online, with admin consent, and access to this mailbox.'
      : 'Connect the credential again, and check that its scope has "EWS.AccessAsUser.All".',
  );

/**
 * Exchange Online is switching off EWS, tenant by tenant since October 2026, and completely in April 2027.
 * https://techcommunity.microsoft.com/blog/exchange/retirement-of-exchange-web-services-in-exchange-online/3924440
 */
const switchedOff = ({ host }: URL): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `${host} does not allow EWS for this mailbox (HTTP 403)`,
    'Microsoft is turning off EWS in Exchange Online. Set "Protocol" of Email Connect to "Microsoft Graph" and give the app the Graph permissions. The rest of the workflow stays as it is.',
  );
