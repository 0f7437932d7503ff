import type { ImapFlowError } from 'imapflow';

import { TokenRefused, tokenReasonOf } from '../auth/token-refused';
import { isMailError, type MailError, isProgrammingError } from '../errors';
import { redact, formatError, networkTemplate, networkTemplates, type Template } from '../net/network-errors';
import { withHint, withLimit } from '../account/login-errors/login-error';
import type { LoginContext } from '../account/login-errors/types';
import type { ServerSettings } from '../net/server-settings';
import type { SessionSettings } from '../account/session-settings';

const NETWORK = networkTemplates({ protocol: 'an IMAP', prefix: 'IMAP ', tlsPort: 993, startTlsPort: 143 });

/** imapflow's error codes. Other codes, except network errors, get the fallback at the end of `templateFor`. */
const BY_CODE: Readonly<Record<string, Template>> = {
  CONNECT_TIMEOUT: NETWORK.silent,
  GREETING_TIMEOUT: NETWORK.silent,
  UPGRADE_TIMEOUT: NETWORK.silent,
  ProxyError: NETWORK.proxyFailed,
  ETIMEOUT: NETWORK.lost,
  NoConnection: NETWORK.lost,
  EConnectionClosed: NETWORK.lost,
  StateLogout: NETWORK.lost,
  ClosedAfterConnectText: NETWORK.lost,
  ClosedAfterConnectTLS: NETWORK.lost,
  STARTTLS_INJECTION: NETWORK.notTls,
  UnexpectedTag: NETWORK.otherProtocol,
  MissingTag: NETWORK.otherProtocol,
  InvalidResponse: NETWORK.otherProtocol,
  LineTooLarge: NETWORK.otherProtocol,
  LiteralTooLarge: NETWORK.otherProtocol,
  ResponseTooLarge: NETWORK.otherProtocol,
  TooManyTokens: NETWORK.otherProtocol,
  TooManyResponses: NETWORK.otherProtocol,
  ResponseProcessingFailed: NETWORK.otherProtocol,
};

const LOGIN_REFUSED: Template = [
  'AUTHENTICATION_FAILED',
  '{server} refused the login ({detail})',
  'Check the login in the credential. Many providers need an app password here, or IMAP turned on in the account.',
];
const REFUSED: Template = [
  'SERVER_REFUSED',
  '{server} refused the command ({detail})',
  'The server gives its reason in the brackets. Try again later; if it always happens, ask its administrator.',
];

/** Turns any error that imapflow or Node threw during an open session into a MailError. */
export const toMailError = (error: unknown, server: ServerSettings): MailError =>
  convert(error, server, [], NETWORK.lost);

/** The same for a login. Secrets that the server may have repeated are removed. */
export const toLoginError = (
  error: unknown,
  { server, provider, authentication }: Pick<SessionSettings, 'server' | 'provider' | 'authentication'>,
  secrets: readonly string[],
): MailError =>
  convert(error, server, secrets, NETWORK.hungUp, { provider, authentication, protocol: 'imap' });

function convert(
  error: unknown,
  server: ServerSettings,
  secrets: readonly string[],
  lost: Template,
  login?: LoginContext,
): MailError {
  if (isMailError(error)) return error;
  // A bug in this code is not a network error, and must not be retried as one.
  if (isProgrammingError(error)) throw error;
  const cause = error as ImapFlowError;
  const known = viaProxy(templateFor(cause), server);
  const template = login ? explained(known, cause, login) : known;
  return formatError(template === NETWORK.lost ? lost : template, server, redact(textOf(cause), secrets));
}

const explained = (template: Template, cause: ImapFlowError, login: LoginContext): Template =>
  template === LOGIN_REFUSED
    ? withHint(template, wordsOf(cause), login)
    : withLimit(template, textOf(cause), login);

/**
 * With a proxy, errors about the host or the connection are about the proxy: it is the only host that we connect to.
 */
const viaProxy = (template: Template, { proxy }: ServerSettings): Template =>
  proxy && [NETWORK.hostNotFound, NETWORK.lookupFailed, NETWORK.unreachable].some((one) => one === template)
    ? NETWORK.proxyFailed
    : template;

function templateFor(cause: ImapFlowError): Template {
  if (cause.authenticationFailed || cause instanceof TokenRefused) return LOGIN_REFUSED;
  if (cause.code === 'MissingServerExtension' && /STARTTLS/i.test(cause.message)) return NETWORK.noStartTls;
  if (cause.responseStatus) return REFUSED;
  // A specific code says more than "TLS failed", such as which certificate check failed.
  const known = networkTemplate(NETWORK, cause.code) ?? (cause.code ? BY_CODE[cause.code] : undefined);
  if (known) return known;
  if (cause.tlsFailed) return /STARTTLS/i.test(cause.message) ? NETWORK.noStartTls : NETWORK.notTls;
  return cause.code?.startsWith('ParserError') ? NETWORK.otherProtocol : NETWORK.lost;
}

/** Everything that the server said about a refused login. */
function wordsOf(cause: ImapFlowError): string {
  const { response, responseText, serverResponseCode } = cause;
  const code = serverResponseCode && `[${serverResponseCode}]`;
  return [code, responseText, response, tokenReasonOf(cause)]
    .filter((part) => typeof part === 'string')
    .join(' ');
}

function textOf(cause: ImapFlowError): string {
  const fromServer =
    cause.responseText ??
    (cause.authenticationFailed && typeof cause.response === 'string' ? cause.response : '');
  const words = fromServer || cause.reason || cause.message || cause.code || 'no reason given';
  // Not trimmed: a password that the server repeats may begin or end with a blank.
  return `${addressOf(cause)}${words} ${tokenReasonOf(cause)}`;
}

/** A response code that sends the user elsewhere: to another server (RFC 2221), or to a page (Gmail's WEBALERT). */
const addressOf = ({ authenticationFailed, serverResponseCode = '' }: ImapFlowError): string =>
  authenticationFailed && serverResponseCode.includes('://') ? `[${serverResponseCode}] ` : '';
