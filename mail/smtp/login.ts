import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type {
  SMTPConnectionAuth,
  SMTPConnectionCustomAuthHandler,
  SMTPConnectionCustomAuthHandlers,
} from 'nodemailer/lib/smtp-connection';

import type { NodemailerError } from 'nodemailer/lib/errors';

import type { Login } from '../auth/authenticator';
import { logInByTurns, noFittingLogin, waysFor, type AuthRefusal } from '../auth/mechanisms';
import type { Mechanism, SaslExchange } from '../auth/sasl';
import type { ServerSettings } from '../net/server-settings';
import { answerTo } from './callback';
import type { Capabilities } from './capabilities';

/** Of a command with its line end, in octets. A longer response waits to be asked for (RFC 4954 section 4, RFC 5321 section 4.5.3.1.4). */
const LONGEST_COMMAND = 512;

const MECHANISMS: readonly Mechanism[] = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'XOAUTH2', 'OAUTHBEARER'];

/**
 * A login. It replaces nodemailer's own, which tries a refused token again, does not support OAUTHBEARER, and sends a
 * token of any length with the command.
 */
export class SmtpLogin {
  private exchange?: SaslExchange;
  /** For nodemailer. */
  readonly handlers: SMTPConnectionCustomAuthHandlers = Object.fromEntries(
    MECHANISMS.map((mechanism) => [mechanism, async (session) => await converse(this.exchange!, session)]),
  );

  constructor(
    private readonly login: Login,
    private readonly server: ServerSettings,
  ) {}

  /** @throws {MailError} SERVER_REFUSED if the server offers no suitable login; otherwise nodemailer's error */
  async run(connection: SMTPConnection, { mechanisms }: Capabilities): Promise<void> {
    const { login, server } = this;
    // Not asked for what it does not announce: an extension is used only if it is offered (RFC 5321 section 2.2.1).
    const ways = mechanisms.size > 0 ? waysFor(login, { mechanisms, hasCommand: false }) : [];
    if (ways.length === 0) throw noFittingLogin(server, login, [...mechanisms], 'SMTP');
    await logInByTurns({
      ...{ login, server, ways, refusalIn },
      exchange: async (exchange) => {
        this.exchange = exchange;
        const auth: SMTPConnectionAuth = { method: exchange.mechanism, ...login };
        // Otherwise nodemailer replaces XOAUTH2 with the first mechanism for passwords.
        if ('accessToken' in login) auth.oauth2 = {} as typeof auth.oauth2;
        await answerTo<boolean>(connection, (done) => connection.login(auth, done));
      },
    });
  }
}

async function converse(
  exchange: SaslExchange,
  { sendCommand }: Parameters<SMTPConnectionCustomAuthHandler>[0],
): Promise<void> {
  const command = `AUTH ${exchange.mechanism}`;
  const initial = exchange.begin(LONGEST_COMMAND - `${command} \r\n`.length);
  let { response } = await sendCommand(initial === undefined ? command : `${command} ${initial}`);
  while (statusOf(response) === 334)
    ({ response } = await sendCommand(exchange.respond(challengeIn(response))));
  // nodemailer appends the last response.
  if (statusOf(response) !== 235) throw new Error('Invalid login');
}

const statusOf = (response: string): number => Number(/^\d{3}(?=[ \r\n-]|$)/.exec(response)?.[0]);

/** Of all lines of a response (RFC 5321 section 4.2.1). */
const challengeIn = (response: string): string =>
  response
    .split(/\r?\n/)
    .map((line) => line.slice(4))
    .join('');

function refusalIn(error: unknown): AuthRefusal | undefined {
  const { code, response, responseCode: status = 0 } = error as NodemailerError;
  if (code !== 'EAUTH' || status < 400 || status === 421) return undefined;
  return { text: String(response), about: ABOUT[status] ?? (status < 500 ? 'other' : 'unsaid') };
}

/** See `isUnknown` in mail/auth/mechanisms.ts; RFC 4954 section 6. */
const ABOUT: Readonly<Record<number, AuthRefusal['about']>> = {
  500: 'mechanism',
  502: 'mechanism',
  503: 'mechanism',
  504: 'mechanism',
  530: 'other',
  534: 'weakness',
  538: 'weakness',
};
