import type { HostAndPort } from './host-and-port';
import { isMailError, type MailError, type MailErrorCode } from '../errors';
import {
  SENT_NOTHING,
  redact,
  formatError,
  networkTemplate,
  type NetworkTemplates,
  type Template,
} from './network-errors';

/** What to do in place of what a mail server's error says: here the port and the security are no choice. */
export type Remedies = Partial<Record<MailErrorCode, string>>;

/** For whatever Node threw over a request. What it says never has a password or a token in it. */
export function httpsError(
  error: unknown,
  server: HostAndPort,
  network: NetworkTemplates,
  remedies: Remedies,
): MailError {
  if (isMailError(error)) return error;
  // A mistake of ours is not the network's fault.
  if (error instanceof TypeError || error instanceof RangeError) throw error;
  const { name, message, syscall } = error as NodeJS.ErrnoException;
  const code = codeOf(error);
  const [errorCode, text, description] = templateFor(network, name, code, syscall);
  const template: Template = [errorCode, text, remedies[errorCode] ?? description];
  return formatError(template, server, redact(code || message, []));
}

/** A DOMException, such as the one of a signal, has a number for a code. */
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
