import type { ImapFlowError } from 'imapflow';

import { MailError, isMailError, type MailErrorCode } from '../errors';
import type { ServerSettings } from '../session/settings';

type Template = readonly [code: MailErrorCode, message: string, description: string];

const UNTRUSTED: Template = [
  'CERTIFICATE_UNTRUSTED',
  'The certificate of {server} is not trusted ({detail})',
  'If the server uses a private certificate authority, paste its certificate into "CA Certificate" in the credential. If the host name is wrong, correct it.',
];
const UNREACHABLE: Template = [
  'CONNECTION_REFUSED',
  'Nothing accepts connections at {server} ({detail})',
  'Check host and port in the credential (IMAP uses 993 with TLS, 143 with STARTTLS), and that no firewall is in between.',
];
const SILENT: Template = [
  'CONNECT_TIMEOUT',
  '{server} did not complete the login in time',
  'Check host, port and security in the credential: a wrong choice often shows as silence. Or raise "Connect Timeout" in the options of Email Connect.',
];
const LOST: Template = [
  'CONNECTION_LOST',
  'The connection to {server} was lost ({detail})',
  'Run the workflow again. If it happens often, look for limits on connections or on time at the mail server.',
];
const HUNG_UP: Template = [
  'CONNECTION_LOST',
  '{server} closed the connection before the login was complete ({detail})',
  'The server may be overloaded or limit connections: try again later. If it always happens, check port and security in the credential.',
];
const NOT_TLS: Template = [
  'TLS_FAILED',
  'No secure connection could be made with {server} ({detail})',
  'The port may not speak TLS from the start: use "STARTTLS" for port 143, "TLS" for port 993.',
];
const NOT_IMAP: Template = [
  'NOT_A_MAIL_SERVER',
  '{server} does not answer like an IMAP server ({detail})',
  'Check that the port in the credential is the IMAP port: 993 with TLS, 143 with STARTTLS.',
];

/** Node's, OpenSSL's and imapflow's codes. A code that is not here falls to the end of `toMailError`. */
const BY_CODE: Readonly<Record<string, Template>> = {
  ENOTFOUND: [
    'HOST_NOT_FOUND',
    'The server name {host} was not found',
    'Check "Host" in the credential for a typing error.',
  ],
  EAI_AGAIN: [
    'HOST_NOT_FOUND',
    'The server name {host} could not be looked up',
    'Check "Host" in the credential, and the name service of the machine that runs n8n.',
  ],
  ECONNREFUSED: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: SILENT,
  CONNECT_TIMEOUT: SILENT,
  GREETING_TIMEOUT: SILENT,
  UPGRADE_TIMEOUT: SILENT,
  ETIMEOUT: LOST,
  ECONNRESET: LOST,
  EPIPE: LOST,
  NoConnection: LOST,
  EConnectionClosed: LOST,
  StateLogout: LOST,
  ClosedAfterConnectText: LOST,
  ClosedAfterConnectTLS: LOST,
  LockTimeout: [
    'COMMAND_TIMEOUT',
    'The session was busy for too long',
    'Use a second session for work that runs at the same time.',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: UNTRUSTED,
  CERT_NOT_YET_VALID: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: UNTRUSTED,
  EPROTO: NOT_TLS,
  STARTTLS_INJECTION: NOT_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_TLS,
  UnexpectedTag: NOT_IMAP,
  MissingTag: NOT_IMAP,
  InvalidResponse: NOT_IMAP,
  LineTooLarge: NOT_IMAP,
};

const STARTTLS_MISSING: Template = [
  'STARTTLS_UNAVAILABLE',
  '{server} does not offer STARTTLS, so the connection would not be encrypted',
  'Use "TLS" with port 993. Choose "None" only for a server on a network that you trust.',
];
const LOGIN_REFUSED: Template = [
  'AUTHENTICATION_FAILED',
  '{server} refused the login ({detail})',
  'Check user and password in the credential. Many providers want an app password here, or IMAP to be enabled in the account.',
];
const REFUSED: Template = [
  'SERVER_REFUSED',
  '{server} refused the command ({detail})',
  'Check the parameters of the node.',
];

/** Turns whatever imapflow or Node threw while a session was open into a MailError. */
export const toMailError = (error: unknown, server: ServerSettings): MailError => convert(error, server, []);

/** The same for a login. Secrets that the server may have echoed are blotted out. */
export const toLoginError = (error: unknown, server: ServerSettings, secrets: readonly string[]): MailError =>
  convert(error, server, secrets, HUNG_UP);

function convert(error: unknown, server: ServerSettings, secrets: readonly string[], lost = LOST): MailError {
  if (isMailError(error)) return error;
  // A mistake of ours is not the network's fault, and must not be repeated as if it were.
  if (error instanceof TypeError || error instanceof RangeError) throw error;
  const cause = error as ImapFlowError;
  const template = templateFor(cause);
  const [code, message, description] = template === LOST ? lost : template;
  const values: Record<string, string> = {
    host: server.host,
    server: `${server.host}:${server.port}`,
    detail: detailOf(cause, secrets),
  };
  return new MailError(
    code,
    message.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? ''),
    description,
  );
}

function templateFor(cause: ImapFlowError): Template {
  if (cause.authenticationFailed) return LOGIN_REFUSED;
  if (cause.code === 'MissingServerExtension' && /STARTTLS/i.test(cause.message)) return STARTTLS_MISSING;
  if (cause.responseStatus) return REFUSED;
  // A code of its own says more than "TLS failed", such as which check of the certificate failed.
  const known = cause.code ? BY_CODE[cause.code] : undefined;
  if (known) return known;
  if (cause.tlsFailed) return /STARTTLS/i.test(cause.message) ? STARTTLS_MISSING : NOT_TLS;
  return cause.code?.startsWith('ParserError') ? NOT_IMAP : LOST;
}

function detailOf(cause: ImapFlowError, secrets: readonly string[]): string {
  const fromServer =
    cause.responseText ??
    (cause.authenticationFailed && typeof cause.response === 'string' ? cause.response : '');
  let detail = fromServer || cause.reason || cause.message || cause.code || 'no reason given';
  // Before anything is cut or folded, which could leave a part of a secret.
  for (const secret of secrets) detail = detail.replaceAll(secret, '***');
  return detail
    .replace(/\s+/g, ' ')
    .replace(/[.\s]+$/, '')
    .slice(0, 300);
}
