import { MailError } from '../errors';
import { hostAndPort } from '../net/host-and-port';
import { BETWEEN } from '../net/network-errors';
import type { ServerSettings } from '../net/server-settings';
import type { Login } from './authenticator';
import { SaslExchange, type Mechanism } from './sasl';
import { TokenRefused, withTokenReason } from './token-refused';

/** A way to log in: a mechanism, or the protocol's own command for a password (LOGIN of IMAP, USER and PASS of POP3). */
export type Way = Mechanism | 'command';

/**
 * In order of preference. CRAM-MD5 is last, because a server that stores passwords as hashes cannot check it. XOAUTH2 is
 * before OAUTHBEARER, because Microsoft and Google document it and every server has it from its most used clients; and
 * OAUTHBEARER names the server (RFC 7628 section 3.1), which may have another name behind a proxy.
 */
const WITH_PASSWORD: readonly Way[] = ['PLAIN', 'LOGIN', 'command', 'CRAM-MD5'];
const WITH_TOKEN: readonly Mechanism[] = ['XOAUTH2', 'OAUTHBEARER'];

const fitting = (login: Login): readonly Way[] => ('pass' in login ? WITH_PASSWORD : WITH_TOKEN);

/** What a server announced. */
export interface Offer {
  /** In capitals. Empty if it does not say: then it is asked for those with a token, and sent nothing secret before. */
  mechanisms: ReadonlySet<string>;
  /** Whether there is a command for a password. */
  hasCommand: boolean;
}

/** The ways to try, in order. */
export function waysFor(login: Login, { mechanisms, hasCommand }: Offer): readonly Way[] {
  const saysNothing = mechanisms.size === 0;
  return fitting(login).filter((way) =>
    way === 'command' ? hasCommand : mechanisms.has(way) || (saysNothing && !('pass' in login)),
  );
}

/** A server's refusal of one way. */
export interface AuthRefusal {
  /** All that the server said. */
  text: string;
  /**
   * What it is about by its status or response code: the command or mechanism, a mechanism that is too weak for the
   * account or the connection, something else, or not said.
   */
  about: 'mechanism' | 'weakness' | 'other' | 'unsaid';
}

interface Attempts {
  login: Login;
  server: ServerSettings;
  ways: readonly Way[];
  /** Runs one exchange. */
  exchange: (exchange: SaslExchange) => Promise<void>;
  command?: () => Promise<void>;
  /** The server's refusal, if the error is one. */
  refusalIn: (error: unknown) => AuthRefusal | undefined;
}

/**
 * Logs in by the first way that the server knows. A way that it offers and does not know, as some do, is followed by the
 * next. A login that it refused is never tried in another way: it would be refused again, count twice where failed logins
 * lock the account, as at Yahoo and Exchange, and hide the first reason.
 *
 * @throws the error of the last attempt, with the server's reason if it refused a token; TokenRefused if it only gave that
 */
export async function logInByTurns({ ways, ...attempts }: Attempts): Promise<void> {
  let left = ways;
  for (;;) {
    const [way, ...others] = left;
    if (way === undefined) throw new TypeError('There is no way to log in');
    const exchange = way === 'command' ? undefined : new SaslExchange(way, attempts.login, attempts.server);
    try {
      return await (exchange ? attempts.exchange(exchange) : attempts.command?.());
    } catch (error) {
      const refusal = attempts.refusalIn(error);
      if (!refusal && exchange?.reason) throw new TokenRefused(exchange.reason, error);
      if (exchange?.reason) throw withTokenReason(error, exchange.reason);
      if (!exchange || !refusal) throw error;
      left = othersAfter(refusal, exchange, others);
      if (left.length === 0) throw error;
    }
  }
}

/** The ways to try after a refusal. */
function othersAfter(refusal: AuthRefusal, exchange: SaslExchange, others: Way[]): Way[] {
  // "The client SHOULD retry with a new authentication mechanism" (RFC 4954 section 6): one that hides the password.
  if (refusal.about === 'weakness') return others.filter((way) => way === 'CRAM-MD5');
  return isUnknown(refusal, exchange) ? others : [];
}

/**
 * Whether a server does not know a mechanism, by what the standards and servers say:
 *
 * - SMTP: 504 (RFC 4954 section 4), 500 and 502 (RFC 5321 section 4.2.4); OpenSMTPD 503; Postfix 535 "no mechanism
 *   available".
 * - IMAP: NO for the mechanism and for the login alike, BAD for an unknown command (RFC 9051 section 6.2.2). Dovecot "NO
 *   [ALERT] Unsupported authentication mechanism", Cyrus "NO no mechanism available", Stalwart "NO [CANNOT]
 *   Authentication mechanism not supported".
 * - POP3: -ERR for both (RFC 5034 section 4). Dovecot and Cyrus add [AUTH], which otherwise means the login.
 *
 * A refusal without any of these words that comes before the server has the password or token can only be about the
 * mechanism.
 */
function isUnknown({ about, text }: AuthRefusal, { wasAsked, hasSecret }: SaslExchange): boolean {
  if (wasAsked) return false;
  if (about === 'mechanism' || ABOUT_MECHANISM.some((words) => words.test(text.slice(0, 1000)))) return true;
  return about === 'unsaid' && !hasSecret;
}

const ABOUT_MECHANISM: readonly RegExp[] = [
  /\b(unsupported|unrecogni[sz]ed|unknown|unimplemented|invalid|no) (sasl |auth |authentication )?(mechanism|method|type)\b/i,
  /\b(mechanism|method|authentication type)( [\w-]{1,30})? (is |are )?(not |un)(supported|available|recogni[sz]ed|known|implemented)\b/i,
];

/**
 * @param shown what the server offers
 * @param name the protocol, as the fields of the credential begin
 */
export function noFittingLogin(
  server: ServerSettings,
  login: Login,
  shown: readonly string[],
  name: 'IMAP' | 'POP3' | 'SMTP',
): MailError {
  return new MailError(
    'SERVER_REFUSED',
    `${hostAndPort(server)} does not offer a login that fits the credential (it offers ${shown.join(', ') || 'none'})`,
    whereToLook(server, needs(login), name),
  );
}

const needs = (login: Login): string =>
  fitting(login)
    .filter((way) => way !== 'command')
    .join(' or ');

const whereToLook = (
  { isKnown }: ServerSettings,
  mechanisms: string,
  name: 'IMAP' | 'POP3' | 'SMTP',
): string =>
  isKnown
    ? `The server has to offer ${mechanisms}. ${BETWEEN}`
    : name === 'SMTP'
      ? `The server has to offer ${mechanisms}. Many servers do so on encrypted connections only: check "SMTP Security", "SMTP Host" and "SMTP Port" in the credential, and that sending by apps is allowed for the account. For a server that takes mail without a login, set "SMTP Authentication" to "None".`
      : `The server has to offer ${mechanisms}. Many servers do so on encrypted connections only: check "${name} Security", "${name} Host" and "${name} Port" in the credential, and that other programs may log in to the account.`;
