import { MailError, type MailErrorCode } from '../../errors';

const EXAMPLE = 'such as https://mail.example.com/EWS/Exchange.asmx';

/** Why a candidate failed, in a few words. */
export const reasonFor = ({ code, message }: MailError): string => REASONS[code] ?? message;

const REASONS: Partial<Record<MailErrorCode, string>> = {
  HOST_NOT_FOUND: 'name not found',
  CONNECTION_REFUSED: 'not reached',
  CONNECT_TIMEOUT: 'no answer in time',
  COMMAND_TIMEOUT: 'no answer in time',
  // From `withAbort`, when the time is up.
  SESSION_CLOSED: 'no answer in time',
  CONNECTION_LOST: 'connection lost',
  CERTIFICATE_UNTRUSTED: 'certificate not trusted',
  TLS_FAILED: 'no https',
  NOT_A_MAIL_SERVER: 'no https',
  OUTBOUND_BLOCKED: 'not allowed by this n8n',
};

/** What to do, for reasons that do not make it clear. */
const HINTS: Partial<Record<MailErrorCode, string>> = {
  CERTIFICATE_UNTRUSTED:
    'If the server uses a private certificate authority, paste its certificate into "CA Certificate".',
  OUTBOUND_BLOCKED: 'Ask the administrator of this n8n to allow the server in its outbound network policy.',
};

/**
 * @param tried each candidate with the reason why it failed
 * @param codes of the errors that occurred
 */
export function nothingFound(
  domain: string,
  tried: readonly string[],
  codes: ReadonlySet<MailErrorCode>,
): MailError {
  return new MailError(
    'HOST_NOT_FOUND',
    `No Exchange Server was found for ${domain}: ${tried.join(', ')}`,
    withHints(
      `Enter the address of your Exchange Server in "EWS URL" in the credential, ${EXAMPLE}. Or check "Email Address" for typing errors.`,
      codes,
    ),
  );
}

const withHints = (remedy: string, codes: ReadonlySet<MailErrorCode>): string =>
  [remedy, ...[...codes].flatMap((code) => HINTS[code] ?? [])].join(' ');

/** The error for hosts that came from an untrusted source. */
export function notTrusted(
  domain: string,
  hosts: readonly string[],
  tried: readonly string[],
  codes: ReadonlySet<MailErrorCode>,
): MailError {
  const remedy = `This answer is not certain to be genuine, so the password is not sent there. If your Exchange Server is there, enter its address in "EWS URL" in the credential, usually https://${hosts[0]}/EWS/Exchange.asmx. If not, check "Email Address".`;
  return new MailError(
    'NOT_A_MAIL_SERVER',
    `Autodiscover of ${domain} leads to ${hosts.slice(0, 3).join(' and ')}, outside of ${domain}`,
    withHints(`${remedy} Tried: ${tried.join(', ')}.`, codes),
  );
}

export const inTheCloud = (domain: string, host: string): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    `The mail of ${domain} is hosted by Microsoft (${host}), not on an Exchange Server`,
    'Set "Provider" of Email Connect to "Outlook / Office 365". If the mailbox is on an Exchange Server after all, enter the address of the server in "EWS URL" in the credential.',
  );

/** The server's refusal of the login, with advice on how to avoid a server that is not Exchange. */
export const refusedBy = (host: string, { code, message, description }: MailError): MailError =>
  new MailError(
    code,
    message,
    `${description} If ${host} is not your Exchange Server, enter the address of the server in "EWS URL".`,
  );
