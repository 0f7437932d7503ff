import { withHint, withLimit } from '../account/login-errors/login-error';
import { TokenRefused, tokenReasonOf } from '../auth/token-refused';
import { USE_IMAP, isMailError, notSupported, type MailError, isProgrammingError } from '../errors';
import {
  SENT_NOTHING,
  redact,
  formatError,
  networkTemplate,
  networkTemplates,
  type Template,
} from '../net/network-errors';
import type { ServerSettings } from '../net/server-settings';
import { whatAnswered } from '../net/what-answered';
import type { SessionSettings } from '../account/session-settings';

const NETWORK = networkTemplates({ protocol: 'a POP3', prefix: 'POP3 ', tlsPort: 995, startTlsPort: 110 });

const LOGIN_REFUSED: Template = [
  'AUTHENTICATION_FAILED',
  '{server} refused the login ({detail})',
  'Check the login in the credential. Many providers need an app password here, or POP3 turned on in the account.',
];
const REFUSED: Template = [
  'SERVER_REFUSED',
  '{server} refused the command ({detail})',
  'Try again later. If it always happens, ask the administrator of the mail server.',
];

/** The server answered -ERR (RFC 1939 section 3). */
export class PopRefusal extends Error {
  constructor(
    readonly command: string,
    message: string,
  ) {
    super(message);
  }
}

/** Response codes about the state of the server, not about the message (RFC 2449 section 8, RFC 3206 section 4). */
const TEMPORARY = /^\[(SYS\/TEMP|IN-USE|LOGIN-DELAY)\]/i;

/** Whether the server says that a retry may succeed. */
export const isTemporary = ({ message }: PopRefusal): boolean => TEMPORARY.test(message);

/** For any failure during an open session. */
export function toMailError(error: unknown, server: ServerSettings): MailError {
  if (isMailError(error)) return error;
  if (isProgrammingError(error)) throw error;
  const template = templateFor(error as Error, NETWORK.lost, SENT_NOTHING);
  // A TLS error after the login does not mean a wrong port. The connection was lost.
  return formatError(
    template === NETWORK.notTls ? NETWORK.lost : template,
    server,
    detailOf(error as Error, []),
  );
}

/** The same for a login. Secrets that the server may have repeated are removed. */
export function toLoginError(
  error: unknown,
  settings: Pick<SessionSettings, 'server' | 'provider' | 'authentication'>,
  secrets: readonly string[],
): MailError {
  if (isMailError(error)) return error;
  if (isProgrammingError(error)) throw error;
  const { server, provider, authentication } = settings;
  const context = { provider, authentication, protocol: 'pop3' } as const;
  const isRefusal =
    error instanceof TokenRefused || (error instanceof PopRefusal && /^(AUTH|PASS|USER)/.test(error.command));
  const said = `${(error as Error).message} ${tokenReasonOf(error)}`;
  const template = isRefusal
    ? withHint(LOGIN_REFUSED, said, context)
    : withLimit(
        templateFor(error as Error, NETWORK.hungUp, NETWORK.silent),
        (error as Error).message,
        context,
      );
  const detail = isRefusal ? redact(said, secrets) : detailOf(error as Error, secrets);
  return formatError(template, server, template === NETWORK.otherProtocol ? whatAnswered(detail) : detail);
}

function templateFor(error: Error, lost: Template, silent: Template): Template {
  if (error instanceof PopRefusal) return error.command === 'STLS' ? NETWORK.noStartTls : REFUSED;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ESILENCE') return silent;
  if (code === 'EPROTOCOL') return NETWORK.otherProtocol;
  const known = networkTemplate(NETWORK, code);
  return known === undefined || known === NETWORK.lost ? lost : known;
}

const detailOf = (error: Error, secrets: readonly string[]): string =>
  redact(error.message || String((error as NodeJS.ErrnoException).code), secrets);

/** The login timed out. */
export const lateLogin = (server: ServerSettings): MailError => formatError(NETWORK.silent, server, '');

export const noStartTls = (server: ServerSettings): MailError => formatError(NETWORK.noStartTls, server, '');

/** For everything that POP3 does not support. */
export const popCannot = (what: string, remedy = USE_IMAP): MailError => notSupported('POP3', what, remedy);
