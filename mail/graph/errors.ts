import { MailError, isMailError } from '../errors';
import { hostOf } from '../network';
import {
  SENT_NOTHING,
  asDetail,
  fillIn,
  networkTemplate,
  networkTemplates,
  type Template,
} from '../network-errors';

const NETWORK = networkTemplates({
  protocol: 'a Microsoft Graph',
  prefix: 'Graph ',
  tlsPort: 443,
  startTlsPort: 443,
});

/** For whatever Node threw. What it says never has a token in it. */
export function toMailError(error: unknown, url: URL): MailError {
  if (isMailError(error)) return error;
  // A mistake of ours is not the network's fault.
  if (error instanceof TypeError || error instanceof RangeError) throw error;
  const { code = '', name, message, syscall } = error as NodeJS.ErrnoException;
  const server = { host: hostOf(url), port: Number(url.port) || 443 };
  const [errorCode, text, description] = templateFor(name, code, syscall);
  return fillIn([errorCode, text, REMEDIES[errorCode] ?? description], server, asDetail(code || message, []));
}

/** The host is Microsoft's, so that nothing of it is to be corrected in the credential. */
const REMEDIES: Partial<Record<Template[0], string>> = {
  HOST_NOT_FOUND: 'Check that n8n can reach the internet, and its name service.',
  CONNECTION_REFUSED: 'Check that no firewall stands between n8n and Microsoft Graph.',
  CONNECT_TIMEOUT: 'Try again later, or check that no firewall stands between n8n and Microsoft Graph.',
  CONNECTION_LOST:
    'Run the workflow again. If it always happens, look at what stands between n8n and the internet.',
  CERTIFICATE_UNTRUSTED:
    'Something between n8n and Microsoft decrypts the connection. Give n8n its certificate with NODE_EXTRA_CA_CERTS.',
};

/** The login took longer than it may. */
export const lateLogin = (url: URL): MailError =>
  toMailError(Object.assign(new Error('late'), { name: 'TimeoutError' }), url);

/** For an answer that nothing of Graph's can be. */
export const notGraph = ({ host }: URL): MailError =>
  new MailError(
    'NOT_A_MAIL_SERVER',
    `${host} does not answer like Microsoft Graph`,
    'Something between n8n and Microsoft answers in its place, such as a proxy with a login page.',
  );

function templateFor(name: string, code: string, syscall: string | undefined): Template {
  if (name === 'AbortError' || name === 'TimeoutError') return NETWORK.silent;
  if (code === 'ESILENCE') return SENT_NOTHING;
  if (code.startsWith('HPE_')) return NETWORK.otherProtocol;
  if (code.startsWith('ERR_SSL_')) return NETWORK.notTls;
  return networkTemplate(NETWORK, code, syscall) ?? NETWORK.lost;
}
