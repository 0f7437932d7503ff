import { MailError, type MailErrorCode } from '../errors';
import { blot } from './blot';
import { hostAndPort, type HostAndPort } from './host-and-port';

/**
 * The texts of an error. Placeholders: `{host}`, `{server}` and `{detail}`. The last text replaces the description for a
 * server of a known provider: the credential then has no fields for it.
 */
export type Template = readonly [
  code: MailErrorCode,
  message: string,
  description: string,
  ofKnownServer?: string,
];

/** The server fell silent after the login, while a response was pending. */
export const SENT_NOTHING: Template = [
  'COMMAND_TIMEOUT',
  '{server} did not answer in time',
  'Try again later, or increase "Command Timeout (Seconds)" in the options of Email Connect.',
];

export const NO_INTERNET = 'Check that the machine that runs n8n can reach the internet and its DNS server.';

/** For a server whose certificate everybody trusts. */
export const DECRYPTED =
  'Something between n8n and the provider, such as a firewall, decrypts the connection. Ask the administrator of this n8n to exclude this server there, or to make n8n trust the certificate of it.';

export const BETWEEN =
  'Something between n8n and the provider answers instead, such as a firewall or a proxy. Ask the administrator of the network.';

/** The words for a protocol's server in errors. */
export interface ServerWords {
  /** Such as "an IMAP". */
  protocol: string;
  /** Prefix of the credential's field names, such as "IMAP ". */
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
      NO_INTERNET,
    ],
    lookupFailed: [
      'HOST_NOT_FOUND',
      'The server name {host} could not be looked up',
      `Check "${prefix}Host" in the credential, and the DNS server of the machine that runs n8n.`,
      NO_INTERNET,
    ],
    unreachable: [
      'CONNECTION_REFUSED',
      'Nothing accepts connections at {server} ({detail})',
      `Check "${prefix}Host" and "${prefix}Port" in the credential (${name} uses ${tlsPort} with TLS, ${startTlsPort} with STARTTLS), and that no firewall blocks the connection.`,
      `Check that no firewall blocks connections from n8n to this server. Many networks block ${name}.`,
    ],
    proxyFailed: [
      'CONNECTION_REFUSED',
      'The proxy did not connect to {server} ({detail})',
      'Check "Proxy" in the credential, and that the proxy allows connections to this host and port.',
    ],
    silent: [
      'CONNECT_TIMEOUT',
      '{server} did not complete the login in time',
      `Check "${prefix}Host", "${prefix}Port" and "${prefix}Security" in the credential: with a wrong one, the server often does not answer. Or increase "Connect Timeout (Seconds)" in the options of Email Connect.`,
      'Check that no firewall blocks connections from n8n to this server. Or increase "Connect Timeout (Seconds)" in the options of Email Connect.',
    ],
    lost: [
      'CONNECTION_LOST',
      'The connection to {server} was lost ({detail})',
      'Try again. If it happens often, check the connection limits and time limits of the mail server.',
    ],
    hungUp: [
      'CONNECTION_LOST',
      '{server} closed the connection before the login was complete ({detail})',
      `The server may be overloaded or limit connections: try again later. If it always happens, check "${prefix}Port" and "${prefix}Security" in the credential.`,
      'The server may be overloaded or limit connections: try again later. If it always happens, check any firewall between n8n and the internet.',
    ],
    untrusted: [
      'CERTIFICATE_UNTRUSTED',
      'The certificate of {server} is not trusted ({detail})',
      `If the server uses a private certificate authority, paste its certificate into "CA Certificate" in the credential (switch on "Certificates and Proxy"). If "${prefix}Host" is wrong, correct it.`,
      DECRYPTED,
    ],
    notTls: [
      'TLS_FAILED',
      'No secure connection to {server} could be made ({detail})',
      `The port may not use TLS from the start: set "${prefix}Security" in the credential to "STARTTLS" for port ${startTlsPort} and to "TLS" for port ${tlsPort}.`,
      DECRYPTED,
    ],
    noStartTls: [
      'STARTTLS_UNAVAILABLE',
      '{server} does not offer STARTTLS, so the connection would not be encrypted',
      `Set "${prefix}Security" in the credential to "TLS", with port ${tlsPort}. Choose "None" only for a server on a network that you trust.`,
      BETWEEN,
    ],
    otherProtocol: [
      'NOT_A_MAIL_SERVER',
      `{server} does not answer like ${protocol} server ({detail})`,
      `Check that "${prefix}Port" in the credential is the ${name} port: ${tlsPort} with TLS, ${startTlsPort} with STARTTLS.`,
      BETWEEN,
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
  [code, message, description, ofKnownServer]: Template,
  { host, port, isKnown }: HostAndPort & { isKnown?: boolean },
  detail: string,
): MailError {
  const values: Record<string, string> = { host, server: hostAndPort({ host, port }), detail };
  return new MailError(
    code,
    message.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? ''),
    (isKnown ? ofKnownServer : undefined) ?? description,
  );
}

/** The text of a server or a library, as part of a sentence. Secrets that it may repeat are removed. */
export function redact(text: string, secrets: readonly string[]): string {
  // Secrets are removed first, because cutting or folding could leave part of one. Cutting comes second, because the
  // remaining steps take quadratic time for long texts.
  return blot(text, secrets)
    .slice(0, MAX_DETAIL)
    .replace(ADVICE_OF_NODE, '')
    .replace(/\s+/g, ' ')
    .replace(/[.\s]+$/, '')
    .slice(0, 300);
}

/** Node's advice about a certificate is for whoever starts n8n, and not for a person in its editor. */
const ADVICE_OF_NODE = /; if the root CA is installed locally, try running Node\.js with --use-system-ca/;

/** Maximum before blanks are folded; less is shown. */
const MAX_DETAIL = 2000;
