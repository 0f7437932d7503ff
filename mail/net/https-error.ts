import type { HostAndPort } from './host-and-port';
import { isMailError, type MailError, type MailErrorCode, isProgrammingError } from '../errors';
import {
  BETWEEN,
  DECRYPTED,
  NO_INTERNET,
  SENT_NOTHING,
  redact,
  formatError,
  networkTemplate,
  type NetworkTemplates,
  type Template,
} from './network-errors';

/** Remedies that replace those for mail servers, because port and security cannot be chosen here. */
export type Remedies = Partial<Record<MailErrorCode, string>>;

/** The remedies for a server of a known provider, whose host cannot be changed in the credential. */
export const knownHostRemedies = (name: string): Remedies => ({
  HOST_NOT_FOUND: NO_INTERNET,
  CONNECTION_REFUSED: `Check that no firewall blocks the connection from n8n to ${name}.`,
  CONNECT_TIMEOUT: `Try again later, or check that no firewall blocks the connection from n8n to ${name}.`,
  CONNECTION_LOST:
    'Try again. If it always happens, check any proxy or firewall between n8n and the internet.',
  CERTIFICATE_UNTRUSTED: DECRYPTED,
  TLS_FAILED: DECRYPTED,
  NOT_A_MAIL_SERVER: BETWEEN,
});

/** Converts an error that Node threw for a request. Node's errors never contain a password or a token. */
export function httpsError(
  error: unknown,
  server: HostAndPort,
  network: NetworkTemplates,
  remedies: Remedies,
): MailError {
  if (isMailError(error)) return error;
  // A bug in this code is not a network error.
  if (isProgrammingError(error)) throw error;
  const { name, message, syscall } = error as NodeJS.ErrnoException;
  const code = codeOf(error);
  const [errorCode, text, description] = templateFor(network, name, code, syscall);
  const template: Template = [errorCode, text, remedies[errorCode] ?? description];
  return formatError(template, server, redact(code || message, []));
}

/** The code of a DOMException, such as a signal's, is a number. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

function templateFor(
  network: NetworkTemplates,
  name: string,
  code: string,
  syscall: string | undefined,
): Template {
  if (name === 'AbortError' || name === 'TimeoutError') return network.silent;
  if (code === 'ESILENCE') return SENT_NOTHING;
  if (code.startsWith('HPE_')) return network.otherProtocol;
  if (code.startsWith('ERR_SSL_')) return network.notTls;
  return networkTemplate(network, code, syscall) ?? network.lost;
}
