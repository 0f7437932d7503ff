import { invalidInput } from '../errors';
import { assertAllowed, type Trust } from '../network';
import { assertSingleLine } from '../text';
import { channelBinding } from './channel-binding';
import { toMailError } from './errors';
import { inboxRequest, responseCode } from './inbox';
import { KeptConnection, type Answer } from './kept-connection';
import { NEGOTIATE_MESSAGE, authenticateMessage } from './ntlm';
import { connectionNotKept, loginRefused, notOpened, type Mechanism } from './refusals';

export interface ExchangeLogin {
  url: URL;
  mechanism: Mechanism;
  user: string;
  password: string;
  /** Of an NTLM user; empty where `user` names it, as EXAMPLE\ada or ada@example.com. */
  domain?: string;
  /** Address of the mailbox to open; empty for the user's own. */
  mailbox?: string;
  trust: Trust;
  /** For everything, in milliseconds. */
  timeout: number;
}

/**
 * Logs in to an Exchange Server and opens the inbox.
 *
 * @throws {MailError} saying why it does not work
 */
export async function checkExchangeLogin(login: ExchangeLogin): Promise<void> {
  const { url, mechanism, trust, mailbox = '', timeout } = login;
  assertTyped(login);
  const port = Number(url.port) || 443;
  await assertAllowed({ ...trust, host: url.hostname.replace(/^\[|\]$/g, ''), port });
  const secrets = [login.password, basicCredentials(login)].flatMap((text) => [
    text,
    encodeURIComponent(text),
  ]);
  const connection = new KeptConnection(url, trust, timeout);
  try {
    const answer = await LOGINS[mechanism](connection, login, inboxRequest(mailbox));
    if (answer.status === 401) throw loginRefused(answer, url, mechanism);
    const code = responseCode(answer.body);
    if (answer.status !== 200 || code !== 'NoError') throw notOpened(answer, code, url, secrets);
  } catch (error) {
    throw toMailError(error, url, secrets);
  } finally {
    connection.close();
  }
}

/**
 * Reads the address of EWS as a person typed it.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function ewsUrl(text: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const example = 'such as https://mail.example.com/EWS/Exchange.asmx';
  // What was typed is not repeated: it may hold a password.
  if (!url) throw invalidInput('EWS URL', 'it is not a URL', `Enter the whole address, ${example}.`);
  if (url.protocol !== 'https:')
    throw invalidInput(
      'EWS URL',
      'it is not an https URL',
      `A password is only sent over https: enter it ${example}.`,
    );
  if (url.username || url.password)
    throw invalidInput('EWS URL', 'it holds a user or a password', 'Enter those in their own fields.');
  return url;
}

function assertTyped({ user, password, domain = '', mailbox = '', mechanism }: ExchangeLogin): void {
  if (!user) throw invalidInput('User', 'it is empty', 'Enter the user name in the credential.');
  if (!password) throw invalidInput('Password', 'it is empty', 'Enter the password in the credential.');
  assertSingleLine('User', user);
  assertSingleLine('Password', password);
  assertSingleLine('Domain', domain);
  assertSingleLine('Email Address', mailbox);
  // RFC 7617 section 2: the first colon ends the user.
  if (mechanism === 'basic' && user.includes(':'))
    throw invalidInput(
      'User',
      'it contains a colon, which Basic cannot send',
      'Use NTLM, or another name of the user.',
    );
  if (domain && user.includes('\\'))
    throw invalidInput(
      'Domain',
      'the user names a domain too',
      'Leave "Domain" empty, or enter only the name as "User".',
    );
}

type Send = (connection: KeptConnection, login: ExchangeLogin, body: string) => Promise<Answer>;

const headers = (authorization: string) => ({
  authorization,
  'content-type': 'text/xml; charset=utf-8',
  accept: 'text/xml',
  // Exchange can allow and refuse apps by this name.
  'user-agent': 'n8n-nodes-email-session',
});

const basicCredentials = ({ user, password }: ExchangeLogin): string =>
  Buffer.from(`${user}:${password}`).toString('base64');

const LOGINS: Readonly<Record<Mechanism, Send>> = {
  basic: (connection, login, body) => connection.post(headers(`Basic ${basicCredentials(login)}`), body),

  ntlm: async (connection, { url, user, password, domain = '' }, body) => {
    // The request itself waits for the login: until then its body would be thrown away.
    const asked = await connection.post(headers(ntlm(NEGOTIATE_MESSAGE)), '');
    const challenge = /(?:^|,)\s*NTLM\s+([\w+/=]+)/i.exec(asked.headers['www-authenticate'] ?? '')?.[1];
    if (asked.status !== 401 || !challenge) return asked;
    const [, userDomain = domain, name = user] = /^([^\\]+)\\(.+)$/.exec(user) ?? [];
    const message = authenticateMessage(
      Buffer.from(challenge, 'base64'),
      { user: name, domain: userDomain, password },
      {
        servicePrincipalName: `HTTP/${url.hostname}`,
        channelBinding: channelBinding(asked.serverCertificate),
      },
    );
    const answer = await connection.post(headers(ntlm(message)), body);
    if (answer.status === 401 && answer.socket !== asked.socket) throw connectionNotKept(url);
    return answer;
  },
};

const ntlm = (message: Buffer): string => `NTLM ${message.toString('base64')}`;
