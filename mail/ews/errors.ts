import { MailError, isMailError, type MailErrorCode } from '../errors';
import {
  SENT_NOTHING,
  asDetail,
  fillIn,
  networkTemplate,
  networkTemplates,
  type Template,
} from '../network-errors';

export const CORRECT_URL = 'Correct "EWS URL" in the credential. It usually ends in /EWS/Exchange.asmx.';

const NETWORK = networkTemplates({ protocol: 'an EWS', prefix: 'EWS ', tlsPort: 443, startTlsPort: 443 });

/** What to do here, where the field is a URL and the port is not a choice. */
const REMEDIES: Partial<Record<MailErrorCode, string>> = {
  HOST_NOT_FOUND:
    'Check "EWS URL" in the credential for a typing error, and that n8n is in a network that knows this name.',
  CONNECTION_REFUSED: 'Check "EWS URL" in the credential, and that no firewall is in between.',
  CONNECT_TIMEOUT:
    'Check "EWS URL" in the credential, and that no firewall is in between. Or the server is overloaded: try again later.',
  CONNECTION_LOST:
    'Try again. If it always happens, check "EWS URL" in the credential, and what stands between n8n and Exchange.',
  CERTIFICATE_UNTRUSTED:
    'If the server uses a private certificate authority, paste its certificate into "CA Certificate" in the credential. If the host name is wrong, correct "EWS URL".',
  TLS_FAILED: 'Check "EWS URL" in the credential: the port has to speak https with TLS 1.2 or later.',
  NOT_A_MAIL_SERVER: CORRECT_URL,
};

/** For whatever Node threw. */
export function toMailError(error: unknown, url: URL, secrets: readonly string[]): MailError {
  if (isMailError(error)) return error;
  // A mistake of ours is not the network's fault.
  if (error instanceof TypeError || error instanceof RangeError) throw error;
  const { code = '', name, message, syscall } = error as NodeJS.ErrnoException;
  const [errorCode, text, description] = templateFor(name, code, syscall);
  const server = { host: url.hostname, port: Number(url.port) || 443 };
  const template: Template = [errorCode, text, REMEDIES[errorCode] ?? description];
  return fillIn(template, server, asDetail(code || message, secrets));
}

/** The login took longer than it may. */
export const lateLogin = (url: URL): MailError =>
  toMailError(Object.assign(new Error('late'), { name: 'TimeoutError' }), url, []);

function templateFor(name: string, code: string, syscall: string | undefined): Template {
  if (name === 'AbortError' || name === 'TimeoutError') return NETWORK.silent;
  if (code === 'ESILENCE') return SENT_NOTHING;
  if (code.startsWith('HPE_')) return NETWORK.otherProtocol;
  if (code.startsWith('ERR_SSL_')) return NETWORK.notTls;
  return networkTemplate(NETWORK, code, syscall) ?? NETWORK.lost;
}
