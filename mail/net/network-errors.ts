import { MailError, type MailErrorCode } from '../errors';
import { blot } from './blot';
import { hostAndPort, type HostAndPort } from './host-and-port';

/** The texts of an error. Placeholders: `{host}`, `{server}` and `{detail}`. */
export type Template = readonly [code: MailErrorCode, message: string, description: string];

/** The server fell silent after the login, while a response was pending. */
export const SENT_NOTHING: Template = [
  'COMMAND_TIMEOUT',
  '{server} did not answer in time',
  'Try again later, or increase "Command Timeout" in the options of Email Connect.',
];

/** The words for a protocol's server in errors. */
export interface ServerWords {
  /** Such as "an IMAP". */
  protocol: string;
  /** Prefix of the credential's field names, if it has more than one server. */
  prefix: string;
  /** The usual port with TLS from the start. */
  tlsPort: number;
  /** The usual port with STARTTLS. */
  startTlsPort: number;
}

/** The templates for errors between this client and any mail server, before mail commands begin. */
export function networkTemplates({ protocol, prefix, tlsPort, startTlsPort }: ServerWords) {
  const name = protocol.replace(/^an? /, '');
  return {
    hostNotFound: [
      'HOST_NOT_FOUND',
      'The server name {host} was not found',
      `Check "${prefix}Host" in the credential for typing errors.`,
    ],
    lookupFailed: [
      'HOST_NOT_FOUND',
      'The server name {host} could not be looked up',
      `Check "${prefix}Host" in the credential, and the DNS server of the machine that runs n8n.`,
    ],
    unreachable: [
      'CONNECTION_REFUSED',
      'Nothing accepts connections at {server} ({detail})',
      `Check host and port in the credential (${name} uses ${tlsPort} with TLS, ${startTlsPort} with STARTTLS), and that no firewall blocks the connection.`,
    ],
    proxyFailed: [
      'CONNECTION_REFUSED',
      'The proxy did not connect to {server} ({detail})',
      'Check "Proxy" in the credential, and that the proxy allows connections to this host and port.',
    ],
    silent: [
      'CONNECT_TIMEOUT',
      '{server} did not complete the login in time',
      'Check host, port and security in the credential: with a wrong one, the server often does not answer. Or increase "Connect Timeout" in the options of Email Connect.',
    ],
    lost: [
      'CONNECTION_LOST',
      'The connection to {server} was lost ({detail})',
      'Run the workflow again. If it happens often, check the connection limits and time limits of the mail server.',
    ],
    hungUp: [
      'CONNECTION_LOST',
      '{server} closed the connection before the login was complete ({detail})',
      'The server may be overloaded or limit connections: try again later. If it always happens, check port and security in the credential.',
    ],
    untrusted: [
      'CERTIFICATE_UNTRUSTED',
      'The certificate of {server} is not trusted ({detail})',
      'If the server uses a private certificate authority, paste its certificate into "CA Certificate" in the credential. If the host name is wrong, correct it.',
    ],
    notTls: [
      'TLS_FAILED',
      'No secure connection to {server} could be made ({detail})',
      `The port may not use TLS from the start: use "STARTTLS" for port ${startTlsPort} and "TLS" for port ${tlsPort}.`,
    ],
    noStartTls: [
      'STARTTLS_UNAVAILABLE',
      '{server} does not offer STARTTLS, so the connection would not be encrypted',
      `Use "TLS" with port ${tlsPort}. Choose "None" only for a server on a network that you trust.`,
    ],
    otherProtocol: [
      'NOT_A_MAIL_SERVER',
      `{server} does not answer like ${protocol} server ({detail})`,
      `Check that the port in the credential is the ${name} port: ${tlsPort} with TLS, ${startTlsPort} with STARTTLS.`,
    ],
  } as const satisfies Record<string, Template>;
}

export type NetworkTemplates = ReturnType<typeof networkTemplates>;

/** Node's and OpenSSL's codes. */
const BY_CODE: Readonly<Record<string, keyof NetworkTemplates>> = {
  ENOTFOUND: 'hostNotFound',
  EAI_AGAIN: 'lookupFailed',
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  // The code in nodemailer's and imapflow's proxy clients.
  EPROXY: 'proxyFailed',
  ETIMEDOUT: 'silent',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  CERT_HAS_EXPIRED: 'untrusted',
  CERT_NOT_YET_VALID: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'untrusted',
  EPROTO: 'notTls',
  ERR_SSL_WRONG_VERSION_NUMBER: 'notTls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'notTls',
};

/** The template for a Node or OpenSSL error code, if the code says what happened. */
export function networkTemplate(
  templates: NetworkTemplates,
  code: string | undefined,
  syscall?: string,
): Template | undefined {
  const key = code === undefined ? undefined : BY_CODE[code];
  if (key === undefined) return undefined;
  // The connection was open, and then the network failed.
  return templates[syscall === 'read' || syscall === 'write' ? (ON_THE_WAY[key] ?? key) : key];
}

const ON_THE_WAY: Partial<Record<keyof NetworkTemplates, 'lost'>> = { silent: 'lost', unreachable: 'lost' };

export function formatError(
  [code, message, description]: Template,
  { host, port }: HostAndPort,
  detail: string,
): MailError {
  const values: Record<string, string> = { host, server: hostAndPort({ host, port }), detail };
  return new MailError(
    code,
    message.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? ''),
    description,
  );
}

/** The text of a server or a library, as part of a sentence. Secrets that it may repeat are removed. */
export function redact(text: string, secrets: readonly string[]): string {
  // Secrets are removed first, because cutting or folding could leave part of one. Cutting comes second, because the
  // remaining steps take quadratic time for long texts.
  return blot(text, secrets)
    .slice(0, MAX_DETAIL)
    .replace(/\s+/g, ' ')
    .replace(/[.\s]+$/, '')
    .slice(0, 300);
}

/** Maximum before blanks are folded; less is shown. */
const MAX_DETAIL = 2000;
