import { MICROSOFT_CLOUDS } from '../account/microsoft-clouds';
import type { MailError } from '../errors';
import { timeIsUp } from '../async/deadline';
import { httpsError, knownHostRemedies, type Remedies } from '../net/https-error';
import { httpsServer } from '../net/host-and-port';
import { networkTemplates } from '../net/network-errors';

export const CORRECT_URL = 'Correct "EWS URL" in the credential. It usually ends in /EWS/Exchange.asmx.';

const NETWORK = networkTemplates({ protocol: 'an EWS', prefix: 'EWS ', tlsPort: 443, startTlsPort: 443 });

/** The remedies for EWS, where the field is a URL and the port cannot be chosen. */
const REMEDIES: Remedies = {
  HOST_NOT_FOUND:
    'Check "EWS URL" in the credential for typing errors, and that n8n is in a network that knows this name.',
  CONNECTION_REFUSED: 'Check "EWS URL" in the credential, and that no firewall blocks the connection.',
  CONNECT_TIMEOUT:
    'Check "EWS URL" in the credential, and that no firewall blocks the connection. Or the server is overloaded: try again later.',
  CONNECTION_LOST:
    'Try again. If it always happens, check "EWS URL" in the credential, and any proxy or firewall between n8n and Exchange.',
  CERTIFICATE_UNTRUSTED:
    'If the server uses a private certificate authority, paste its certificate into "CA Certificate" in the credential (switch on "Certificates"). If the host name is wrong, correct "EWS URL".',
  TLS_FAILED: 'Check "EWS URL" in the credential: the port must use https with TLS 1.2 or later.',
  NOT_A_MAIL_SERVER: CORRECT_URL,
};

/** Those for Exchange Online, whose address the credential does not contain. */
const CLOUD_ORIGINS: ReadonlySet<string> = new Set(
  Object.values(MICROSOFT_CLOUDS).map(({ resource }) => resource),
);

/** For any error that Node threw. */
export const toMailError = (error: unknown, url: URL): MailError =>
  httpsError(
    error,
    httpsServer(url),
    NETWORK,
    CLOUD_ORIGINS.has(url.origin) ? knownHostRemedies(url.hostname) : REMEDIES,
  );

/** The login timed out. */
export const lateLogin = (url: URL): MailError => toMailError(timeIsUp(), url);
