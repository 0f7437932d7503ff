import { MailError } from '../errors';
import { timeIsUp } from '../async/deadline';
import { httpsError, knownHostRemedies } from '../net/https-error';
import { httpsServer } from '../net/host-and-port';
import { networkTemplates } from '../net/network-errors';

const NETWORK = networkTemplates({
  protocol: 'a Microsoft Graph',
  prefix: 'Graph ',
  tlsPort: 443,
  startTlsPort: 443,
});

/** The host is Microsoft's and cannot be changed in the credential. */
const REMEDIES = knownHostRemedies('Microsoft Graph');

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
