import { expect, it } from 'vitest';

import type { MailErrorCode } from '../../../mail/errors';
import type { Authenticator } from '../../../mail/auth/authenticator';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import { HANG_UP, type LoginProtocol, type LoginScript } from '../../servers/login-server';
import { cleanUp, login, password, tokens, USER } from './login-lab';

// Logins that failed in other mail programs, by the reports of their users: one case for each kind.

cleanUp();

interface Case {
  protocol: LoginProtocol;
  /** What the server offers. */
  offers?: readonly string[];
  turns: LoginScript['turns'];
  as?: Authenticator;
  /** The login succeeds, or fails with this code. */
  gives: 'a login' | MailErrorCode;
  says?: RegExp;
  advises?: RegExp;
  heard: readonly string[];
  /** A line that the server is to get. */
  sent?: string;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const MICROSOFT_LONG = tokens('t'.repeat(4500));

const CASES: Record<string, Case> = {
  'Visual Voicemail of T-Mobile: DIGEST-MD5 beside PLAIN (curl 8984)': {
    protocol: 'imap',
    offers: ['AUTH=DIGEST-MD5', 'AUTH=PLAIN'],
    turns: { PLAIN: ['+', 'OK done'] },
    as: password(),
    gives: 'a login',
    heard: ['PLAIN', '…'],
  },
  'Scarlet: PLAIN is refused before it is asked for (K-9 Mail 2648)': {
    protocol: 'imap',
    offers: ['AUTH=PLAIN'],
    turns: { PLAIN: ['NO failed'], LOGIN: ['OK done'] },
    as: password(),
    gives: 'a login',
    heard: ['PLAIN', 'LOGIN'],
  },
  'hMailServer, Migadu: "+" without a space (Himalaya, pimalaya 41)': {
    protocol: 'imap',
    offers: ['AUTH=PLAIN'],
    turns: { PLAIN: ['+', 'OK done'] },
    as: password(),
    gives: 'a login',
    heard: ['PLAIN', '…'],
  },
  'Alibaba: no SASL at all (Chatwoot 13842)': {
    protocol: 'imap',
    offers: ['IDLE'],
    turns: { LOGIN: ['OK done'] },
    as: password(),
    gives: 'a login',
    heard: ['LOGIN'],
  },
  'a password with letters beyond ASCII, by the LOGIN command (imap_tools 161, CPython 93548)': {
    protocol: 'imap',
    offers: ['IDLE'],
    turns: { LOGIN: ['+ go on', 'OK done'] },
    as: new BasicAuthenticator(USER, 'pässwörd€'),
    gives: 'a login',
    heard: ['LOGIN', '…'],
    sent: 'pässwörd€',
  },
  'a password with letters beyond ASCII, by PLAIN (K-9 Mail 1673, MailKit 204)': {
    protocol: 'smtp',
    offers: ['AUTH PLAIN'],
    turns: { PLAIN: ['235 welcome'] },
    as: new BasicAuthenticator(USER, 'pässwörd€'),
    gives: 'a login',
    heard: ['PLAIN …'],
    sent: `AUTH PLAIN ${base64(`\0${USER}\0pässwörd€`)}`,
  },
  'a password with letters beyond ASCII, by USER and PASS (getmail6 259)': {
    protocol: 'pop3',
    offers: ['USER', 'UIDL'],
    turns: { USER: ['+OK', '+OK'] },
    as: new BasicAuthenticator(USER, 'pässwörd€'),
    gives: 'a login',
    heard: ['USER', '…'],
    sent: 'PASS pässwörd€',
  },
  'a password of quotes, blanks and backslashes (imapfilter 199, simplomon 54)': {
    protocol: 'imap',
    offers: ['IDLE'],
    turns: { LOGIN: ['OK done'] },
    as: new BasicAuthenticator(USER, String.raw`a "b" \c {4} %`),
    gives: 'a login',
    heard: ['LOGIN'],
  },
  'wp.pl, Free: the connection ends after a refusal (MailKit 856)': {
    protocol: 'imap',
    offers: ['AUTH=PLAIN', 'LOGIN-REFERRALS'],
    turns: { PLAIN: ['+', 'NO Invalid login or password\r\n* BYE bye'] },
    as: password(),
    gives: 'AUTHENTICATION_FAILED',
    says: /Invalid login or password/,
    heard: ['PLAIN', '…'],
  },
  'AOL: the connection ends after a refusal (Gaia 283)': {
    protocol: 'pop3',
    offers: ['SASL PLAIN'],
    turns: { PLAIN: ['+', '-ERR [AUTH] Authentication failed'] },
    as: password(),
    gives: 'AUTHENTICATION_FAILED',
    heard: ['PLAIN', '…'],
  },
  'Dovecot cluster: the mailbox is on another server (rust-imap 111, Jakarta Mail 181)': {
    protocol: 'imap',
    offers: ['AUTH=PLAIN', 'SASL-IR', 'LOGIN-REFERRALS'],
    turns: {
      PLAIN: ['NO [REFERRAL imap://ada;AUTH=*@mail2.example.com/] Specified user is invalid on this server.'],
    },
    as: password(),
    gives: 'AUTHENTICATION_FAILED',
    says: /mail2\.example\.com/,
    advises: /another server.*"IMAP Host"/,
    heard: ['PLAIN …'],
  },
  'Outlook.com: the account is blocked (node-imap 799)': {
    protocol: 'imap',
    offers: ['AUTH=PLAIN', 'SASL-IR'],
    turns: {
      PLAIN: [
        'NO LOGIN failed. Account is blocked. Login to your account via a web browser to verify your identity.',
      ],
    },
    as: password(),
    gives: 'AUTHENTICATION_FAILED',
    advises: /has locked the account/,
    heard: ['PLAIN …'],
  },
  'Gmail: BAD after the challenge is about the token, and not about the mechanism (OfflineIMAP 374)': {
    protocol: 'imap',
    offers: ['AUTH=XOAUTH2', 'AUTH=OAUTHBEARER', 'SASL-IR'],
    turns: {
      XOAUTH2: [`+ ${base64('{"status":"400","schemes":"Bearer"}')}`, 'BAD Invalid SASL argument. ab12'],
    },
    as: tokens('canary-token'),
    gives: 'AUTHENTICATION_FAILED',
    says: /Invalid SASL argument.*"status":"400"/,
    advises: /does not accept the token/,
    heard: ['XOAUTH2 …', ''],
  },
  'maddy, before STARTTLS: LOGINDISABLED (maddy 579, node-imap 685)': {
    protocol: 'imap',
    offers: ['SASL-IR', 'STARTTLS', 'LOGINDISABLED'],
    turns: { LOGIN: ['NO Authentication disabled'] },
    as: password(),
    gives: 'SERVER_REFUSED',
    advises: /"IMAP Security"/,
    heard: [],
  },
  'Dovecot, LOGINDISABLED with AUTH=LOGIN (laminas-mail 258)': {
    protocol: 'imap',
    offers: ['SASL-IR', 'LOGINDISABLED', 'AUTH=LOGIN'],
    turns: { LOGIN: ['+ VXNlcm5hbWU6', '+ UGFzc3dvcmQ6', 'OK done'] },
    as: password(),
    gives: 'a login',
    heard: ['LOGIN', '…', '…'],
  },
  'Exchange: AUTH=NTLM and GSSAPI alone (flourish 145)': {
    protocol: 'imap',
    offers: ['AUTH=NTLM', 'AUTH=GSSAPI', 'LOGINDISABLED', 'STARTTLS'],
    turns: {},
    as: password(),
    gives: 'SERVER_REFUSED',
    says: /it offers NTLM, GSSAPI/,
    heard: [],
  },
  'Yahoo, years ago: AUTH=OAUTH2, which is neither (node-imap 419)': {
    protocol: 'imap',
    offers: ['AUTH=PLAIN', 'AUTH=OAUTH2', 'AUTH=XYMCOOKIE'],
    turns: {},
    gives: 'SERVER_REFUSED',
    says: /it offers PLAIN, OAUTH2, XYMCOOKIE/,
    heard: [],
  },
  'iCloud: BAD for a login that is refused (Mew 220)': {
    protocol: 'imap',
    offers: ['AUTH=ATOKEN'],
    turns: { LOGIN: ['BAD tag LOGIN username password'] },
    as: password(),
    gives: 'AUTHENTICATION_FAILED',
    heard: ['LOGIN'],
  },
  'Stalwart: only OAUTHBEARER is known (Stalwart 1369)': {
    protocol: 'imap',
    offers: ['AUTH=OAUTHBEARER', 'SASL-IR'],
    turns: { XOAUTH2: ['NO [CANNOT] Authentication mechanism not supported.'], OAUTHBEARER: ['OK done'] },
    gives: 'a login',
    heard: ['OAUTHBEARER …'],
  },
  'Office 365 over POP3: the token in a line of its own (getmail6 256, mpop 11, Jakarta Mail 461)': {
    protocol: 'pop3',
    offers: ['TOP', 'UIDL', 'SASL PLAIN XOAUTH2', 'USER'],
    turns: { XOAUTH2: ['+ ', '+OK User successfully authenticated.'] },
    gives: 'a login',
    heard: ['XOAUTH2', '…'],
  },
  'Office 365 over POP3: a token of more than 4 KB (MailKit 1948)': {
    protocol: 'pop3',
    offers: ['TOP', 'UIDL', 'SASL PLAIN XOAUTH2', 'USER'],
    turns: { XOAUTH2: ['+ ', '-ERR Protocol error. Connection is closed. 10'] },
    as: MICROSOFT_LONG,
    gives: 'AUTHENTICATION_FAILED',
    says: /Protocol error/,
    // No app password helps a token.
    advises: /token/,
    heard: ['XOAUTH2', '…'],
  },
  'APOP in the greeting, which the server does not really have (curl 10073, MailKit 29 and 395)': {
    protocol: 'pop3',
    offers: ['TOP', 'USER', 'RESP-CODES', 'UIDL'],
    turns: { USER: ['+OK', '+OK'] },
    as: password(),
    gives: 'a login',
    heard: ['USER', '…'],
  },
  'Exchange 2003: +OK in place of a challenge (MailKit 391)': {
    protocol: 'pop3',
    offers: ['SASL LOGIN'],
    turns: { LOGIN: ['+OK', '+ UGFzc3dvcmQ6', '+OK done'] },
    as: password(),
    gives: 'a login',
    heard: ['LOGIN', '…', '…'],
  },
  'perdition: the mailbox is in use (perdition 4)': {
    protocol: 'pop3',
    offers: ['USER'],
    turns: { USER: ['+OK', '-ERR [IN-USE] mailbox already in use by pid 12345'] },
    as: password(),
    gives: 'CONNECTION_LIMIT',
    heard: ['USER', '…'],
  },
  'Google Workspace: a token of 1,024 letters (Angus Mail 201, email-oauth2-proxy 287)': {
    protocol: 'smtp',
    offers: ['AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH'],
    turns: { XOAUTH2: ['+', '235 2.7.0 Accepted'] },
    as: tokens('t'.repeat(1024)),
    gives: 'a login',
    heard: ['XOAUTH2', '…'],
  },
  'MailEnable: 504 for PLAIN (enough_mail 53)': {
    protocol: 'smtp',
    offers: ['AUTH PLAIN LOGIN', 'AUTH=LOGIN'],
    turns: {
      PLAIN: ['504 PLAIN authentication is not permitted by this server.'],
      LOGIN: ['+ VXNlcm5hbWU6', '+ UGFzc3dvcmQ6', '235 welcome'],
    },
    as: password(),
    gives: 'a login',
    heard: ['PLAIN …', 'LOGIN', '…', '…'],
  },
  'world4you: PLAIN only together with its response (curl 4080)': {
    protocol: 'smtp',
    offers: ['AUTH PLAIN LOGIN'],
    turns: { PLAIN: ['235 welcome'] },
    as: password(),
    gives: 'a login',
    heard: ['PLAIN …'],
  },
  'LOGIN that asks in other words, or in none (go-mail 311, go-simple-mail 117, smtp4dev 1548)': {
    protocol: 'smtp',
    offers: ['AUTH LOGIN'],
    turns: { LOGIN: ['334', `+ ${base64('Kennwort bitte')}`, '235 welcome'] },
    as: password(),
    gives: 'a login',
    heard: ['LOGIN', '…', '…'],
  },
  'Exim: AUTH is not announced (Nodemailer 1081)': {
    protocol: 'smtp',
    offers: ['SIZE 26214400', '8BITMIME'],
    turns: { PLAIN: ['503 AUTH command used when not advertised'] },
    as: password(),
    gives: 'SERVER_REFUSED',
    says: /it offers none/,
    heard: [],
  },
  'Microsoft 365 High Volume Email: the address in the token login is not valid (sasl-xoauth2 110)': {
    protocol: 'smtp',
    offers: ['AUTH XOAUTH2'],
    turns: { XOAUTH2: ['501 5.5.124 Invalid XOAUTH2 auth data - User address provided is not valid.'] },
    as: tokens('canary-token'),
    gives: 'AUTHENTICATION_FAILED',
    says: /User address provided is not valid/,
    advises: /"Email Address"/,
    heard: ['XOAUTH2 …'],
  },
  'Naver: PLAIN fails as a login, so nothing else is tried (simplesmtp 7)': {
    protocol: 'smtp',
    offers: ['AUTH PLAIN LOGIN'],
    turns: { PLAIN: ['553 5.3.0 Auth failure'], LOGIN: ['+', '+', '235 welcome'] },
    as: password(),
    gives: 'AUTHENTICATION_FAILED',
    heard: ['PLAIN …'],
  },
  'a server that hangs up at the token (node-imap 233)': {
    protocol: 'imap',
    offers: ['AUTH=XOAUTH2', 'SASL-IR'],
    turns: { XOAUTH2: [HANG_UP] },
    gives: 'CONNECTION_LOST',
    heard: ['XOAUTH2 …'],
  },
  'a refusal that says nothing (K-9 Mail 8023)': {
    protocol: 'pop3',
    offers: ['SASL XOAUTH2'],
    turns: { XOAUTH2: ['+', '-ERR'] },
    as: tokens('canary-token'),
    gives: 'AUTHENTICATION_FAILED',
    advises: /token/,
    heard: ['XOAUTH2', '…'],
  },
};

it.each(Object.entries(CASES))('%s', async (_, one) => {
  const { protocol, offers, turns, as, gives, says = /./, advises = /./, heard, sent } = one;
  const found = await login(protocol, { capabilities: offers, turns }, as);
  expect(found.error?.code ?? 'a login').toBe(gives);
  if (found.error) {
    expect(found.error.message).toMatch(says);
    expect(found.error.description).toMatch(advises);
  }
  expect(found.heard).toEqual(heard);
  if (sent)
    expect(found.lines.map((line) => Buffer.from(line, 'latin1').toString())).toContainEqual(
      expect.stringContaining(sent) as string,
    );
});
