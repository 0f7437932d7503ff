import type { NodemailerError } from 'nodemailer/lib/errors';

import { withHint, withLimit } from '../account/login-errors/login-error';
import { TokenRefused, tokenReasonOf } from '../auth/token-refused';
import { isMailError, type MailError, isProgrammingError } from '../errors';
import { redact, formatError, networkTemplate, networkTemplates, type Template } from '../net/network-errors';
import type { ServerSettings } from '../net/server-settings';
import type { SessionSettings } from '../account/session-settings';
import { whatAnswered } from '../net/what-answered';
import { wordsOf } from './answer';
import { CLIENT_NAME_REMEDY } from './client-name';

const NETWORK = networkTemplates({
  protocol: 'an SMTP',
  prefix: 'SMTP ',
  tlsPort: 465,
  startTlsPort: 587,
});

const LOGIN_REFUSED: Template = [
  'AUTHENTICATION_FAILED',
  '{server} refused the login ({detail})',
  'Sending uses the same login as reading. Check that sending (SMTP) is turned on for the account. Many providers need an app password.',
];
const CLIENT_NAME_REFUSED: Template = [
  'SERVER_REFUSED',
  '{server} refused the name that this side gave in EHLO ({detail})',
  `${CLIENT_NAME_REMEDY} A server that is only busy takes it later.`,
];
const GREETING_REFUSED: Template = [
  'SERVER_REFUSED',
  '{server} does not take connections from here ({detail})',
  'The server gives its reason in the brackets. It may block the address of this n8n: ask its administrator, or send through another server.',
];
const GREETING_DEFERRED: Template = [
  'SERVER_REFUSED',
  '{server} does not take connections now ({detail})',
  'Try again later: the server says that this is temporary.',
];

/** The error for a failed connect or login. Secrets that the server may have repeated are removed. */
export function toLoginError(
  error: unknown,
  server: ServerSettings,
  { provider, authentication }: Pick<SessionSettings, 'provider' | 'authentication'>,
  secrets: readonly string[],
): MailError {
  if (isMailError(error)) return error;
  if (isProgrammingError(error)) throw error;
  const cause = error as NodemailerError;
  const known = error instanceof TokenRefused ? LOGIN_REFUSED : loginTemplate(cause);
  const context = { provider, authentication, protocol: 'smtp' } as const;
  const reason = tokenReasonOf(error);
  // The message contains what the server said before its last response, after words of nodemailer's own.
  const said = `${cause.response} ${cause.message.replace(/^Invalid login\b/, '')} ${reason}`;
  const template = known === LOGIN_REFUSED ? withHint(known, said, context) : withLimit(known, said, context);
  const words =
    template === NETWORK.otherProtocol ? whatAnswered(wordsOf(cause)) : `${wordsOf(cause)} ${reason}`;
  return formatError(template, server, redact(words, secrets));
}

/** The connect or the login timed out. */
export const lateLogin = (server: ServerSettings): MailError => formatError(NETWORK.silent, server, '');

function loginTemplate(cause: NodemailerError): Template {
  const { code, originalCode, timeoutType, responseCode = 0, message } = cause;
  // 421 ends the connection (RFC 5321 section 3.8). What other refusals mean is in mail/account/login-errors/.
  if (code === 'EAUTH') return responseCode === 421 || !responseCode ? NETWORK.hungUp : LOGIN_REFUSED;
  if (/upgrading connection with STARTTLS|required STARTTLS/.test(message)) return NETWORK.noStartTls;
  if (timeoutType) return NETWORK.silent;
  if (/^[EH][HE]LO/.test(cause.command ?? '') && responseCode >= 400) return CLIENT_NAME_REFUSED;
  // Instead of a greeting (RFC 5321 section 3.1).
  if (code === 'EPROTOCOL' && cause.command === 'CONN' && responseCode >= 400 && responseCode !== 421) {
    return responseCode >= 500 ? GREETING_REFUSED : GREETING_DEFERRED;
  }
  const known = networkTemplate(NETWORK, originalCode ?? code);
  // "Lost before the login was complete" says more than "lost".
  if (known && known !== NETWORK.lost) return known;
  if (code === 'EPROTOCOL' && !responseCode) return NETWORK.otherProtocol;
  return code === 'ETLS' ? NETWORK.notTls : NETWORK.hungUp;
}
