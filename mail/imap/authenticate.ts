import type { ImapFlow, ImapFlowError } from 'imapflow';

import type { Login } from '../auth/authenticator';
import { logInByTurns, noFittingLogin, waysFor, type AuthRefusal, type Way } from '../auth/mechanisms';
import type { SaslExchange } from '../auth/sasl';
import type { ServerSettings } from '../net/server-settings';
import type { Attribute, Execute } from './exec-or-throw';
import { refusalIn, wholeCodeOf } from './refusal';
import { textOf, type Token } from './tokens';

/** The parts of imapflow that its types do not declare. */
interface Internals {
  state: number;
  states: { NOT_AUTHENTICATED: number; LOGOUT: number };
  expectCapabilityUpdate: boolean;
  exec: Execute;
  run: (command: string, ...args: unknown[]) => Promise<unknown>;
  write: (line: string) => void;
  setAuthenticationState: () => Promise<void>;
}

/** Of a command, in octets: servers take at least this (RFC 2683 section 3.2.1.5). */
const LONGEST_COMMAND = 8000;

/**
 * Logs in, in place of imapflow's own login: that sends a password only after an answer, stops at a mechanism that the
 * server offers and does not know, and takes a server without a fitting one for a lost connection.
 *
 * @throws {MailError} SERVER_REFUSED if the server offers no suitable login; otherwise imapflow's error
 */
export async function logIn(flow: ImapFlow, login: Login, server: ServerSettings): Promise<void> {
  const internals = flow as unknown as Internals;
  const { state, states } = internals;
  if (state === states.LOGOUT)
    throw Object.assign(new Error('closed by the server'), { code: 'NoConnection' });
  // After a PREAUTH greeting (RFC 9051 section 7.1.4).
  if (state !== states.NOT_AUTHENTICATED) return;
  const ways = await offeredTo(login, flow);
  if (ways.length === 0) throw noFittingLogin(server, login, offered(flow), 'IMAP');
  // Capabilities change with the login (RFC 9051 section 6.1.1).
  internals.expectCapabilityUpdate = true;
  await logInByTurns({
    ...{ login, server, ways, refusalIn: loginRefusalIn },
    exchange: async (exchange) => await converse(flow, exchange),
    command: async () => {
      if (!('pass' in login)) return;
      const answer = await internals.exec('LOGIN', [asString(login.user), asString(login.pass)]);
      answer.next();
    },
  });
  await internals.setAuthenticationState();
}

/** A greeting may list less than the answer to CAPABILITY. */
async function offeredTo(login: Login, flow: ImapFlow): Promise<readonly Way[]> {
  const internals = flow as unknown as Internals;
  if (mechanismsOf(flow).length === 0 && ('accessToken' in login || isLoginDisabled(flow))) {
    internals.expectCapabilityUpdate = true;
    await internals.run('CAPABILITY');
  }
  const hasCommand = !isLoginDisabled(flow);
  const ways = waysFor(login, { mechanisms: new Set(mechanismsOf(flow)), hasCommand });
  // Exchange knows "domain\user" and "user/shared mailbox" by the command only.
  const isForCommand = hasCommand && 'pass' in login && /[\\/]/.test(login.user);
  return isForCommand ? ['command'] : ways;
}

const isLoginDisabled = ({ capabilities }: ImapFlow): boolean => capabilities.has('LOGINDISABLED');

const mechanismsOf = ({ capabilities }: ImapFlow): string[] =>
  [...capabilities.keys()].flatMap((name) => /^AUTH=(.+)$/.exec(name)?.[1] ?? []);

const offered = (flow: ImapFlow): string[] => [
  ...mechanismsOf(flow),
  ...(isLoginDisabled(flow) ? ['LOGINDISABLED'] : []),
];

/** A quoted string is in ASCII, unlike a literal (RFC 3501 section 9). */
const asString = (value: string): Attribute =>
  /^[ -~]*$/.test(value)
    ? { type: 'STRING', value, sensitive: true }
    : { type: 'LITERAL', value: Buffer.from(value) };

interface Continuation {
  attributes?: Token[];
}

async function converse(flow: ImapFlow, exchange: SaslExchange): Promise<void> {
  const { exec, write } = flow as unknown as Internals;
  const { capabilities } = flow;
  const { mechanism } = exchange;
  const attributes: Attribute[] = [{ type: 'ATOM', value: mechanism }];
  // RFC 4959. A server that does not announce the mechanism has to ask for it first.
  const canBegin = capabilities.has('SASL-IR') && capabilities.has(`AUTH=${mechanism}`);
  const initial = exchange.begin(canBegin ? LONGEST_COMMAND - `A0000 AUTHENTICATE ${mechanism} `.length : 0);
  // `sensitive` keeps it out of imapflow's log.
  if (initial !== undefined) attributes.push({ type: 'ATOM', value: initial, sensitive: true });
  const answer = await exec.call(flow, 'AUTHENTICATE', attributes, {
    onPlusTag: ({ attributes: [challenge] = [] }: Continuation) => {
      try {
        write.call(flow, exchange.respond(textOf(challenge)));
      } catch {
        // imapflow would only log the error, and wait.
        flow.close();
      }
    },
  });
  answer.next();
}

/** Response codes that servers send about a command or mechanism too (RFC 5530 section 3, RFC 9051 section 7.1). */
const NOT_ABOUT_THE_LOGIN = new Set(['ALERT', 'CANNOT', 'CLIENTBUG']);

/** See `isUnknown` in mail/auth/mechanisms.ts. */
function loginRefusalIn(error: unknown): AuthRefusal | undefined {
  const refusal = refusalIn(error);
  if (!refusal) return undefined;
  const { words, code } = refusal;
  const cause = error as ImapFlowError;
  if (cause.code === 'ETHROTTLE') return { text: words, about: 'other' };
  // What imapflow sets for its own logins.
  Object.assign(cause, { authenticationFailed: true, serverResponseCode: wholeCodeOf(cause) });
  if (code !== undefined && !NOT_ABOUT_THE_LOGIN.has(code)) return { text: words, about: 'other' };
  return { text: words, about: cause.responseStatus === 'BAD' ? 'mechanism' : 'unsaid' };
}
