import { MailError } from '../errors';
import { timeIsUp } from '../async/deadline';
import { httpsError, type Remedies } from '../net/https-error';
import { httpsServer } from '../net/host-and-port';
import { networkTemplates } from '../net/network-errors';

const NETWORK = networkTemplates({
  protocol: 'a Microsoft Graph',
  prefix: 'Graph ',
  tlsPort: 443,
  startTlsPort: 443,
});

/** The remedies for Graph, whose host is Microsoft's and cannot be changed in the credential. */
const REMEDIES: Remedies = {
  HOST_NOT_FOUND: 'Check that n8n can reach the internet and its DNS server.',
  CONNECTION_REFUSED: 'Check that no firewall blocks the connection from n8n to Microsoft Graph.',
  CONNECT_TIMEOUT:
    'Try again later, or check that no firewall blocks the connection from n8n to Microsoft Graph.',
  CONNECTION_LOST:
    'Run the workflow again. If it always happens, check any proxy or firewall between n8n and the internet.',
  CERTIFICATE_UNTRUSTED:
    'A proxy between n8n and Microsoft decrypts the connection. Give n8n its certificate with the environment variable NODE_EXTRA_CA_CERTS.',
};

/** For any error that Node threw. */
export const toMailError = (error: unknown, url: URL): MailError =>
  httpsError(error, httpsServer(url), NETWORK, REMEDIES);

/** The login timed out. */
export const lateLogin = (url: URL): MailError => toMailError(timeIsUp(), url);

/** The error for a response that cannot come from Graph. */
export const notGraph = ({ host }: URL): MailError =>
  new MailError(
    'NOT_A_MAIL_SERVER',
    `${host} does not answer like Microsoft Graph`,
    'Something between n8n and Microsoft answers instead, such as a proxy with a login page.',
  );
