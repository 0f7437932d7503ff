import type { Protocol } from '../../../mail/account/providers';
import type { MailAttack } from './server';
import { WEB_CASES } from './web-cases';
import type { WebAttack } from './web-server';
import { WORKS, type WorkName } from './works';

/** A hostile server, and what is done with it. */
export interface HostileCase {
  protocol: Protocol;
  name: string;
  work: WorkName;
  /** Whether it sends as much as a file may have: that takes its time, and little memory. */
  isLong?: boolean;
  /** Whether nothing of the reply can be understood, so that a read is an error, and a change is left open. */
  isNone?: boolean;
  /** What it does: as an IMAP or a POP3 server, or over HTTP. */
  mail?: MailAttack;
  web?: WebAttack;
}

/** How it may end. */
export function endings({ work, isNone, isLong }: HostileCase): RegExp {
  if (isLong) return /^SERVER_REFUSED$/;
  const { kind } = WORKS[work];
  const open = { read: '(?!.*_UNCERTAIN)[A-Z_]+', change: 'CHANGE_UNCERTAIN', send: 'SEND_UNCERTAIN' }[kind];
  // What is understood in part may be a refusal, too.
  return new RegExp(isNone ? `^${open}$` : `^(?:${kind === 'read' ? open : '[A-Z_]+'}|done)$`);
}

const imap = (name: string, at: RegExp, work: WorkName, attack: Partial<MailAttack>): HostileCase => ({
  ...{ protocol: 'imap', name, work },
  mail: { protocol: 'imap', at, ...attack },
});
const pop3 = (name: string, at: RegExp, work: WorkName, attack: Partial<MailAttack>): HostileCase => ({
  ...{ protocol: 'pop3', name, work },
  mail: { protocol: 'pop3', at, ...attack },
});

const LAST = 4_294_967_295;

/** Servers that say too much. */
export const CASES: readonly HostileCase[] = [
  ...WEB_CASES,
  imap('a line without end', /^LIST/, 'listFolders', { say: '* LIST () "/" "', flood: 'x' }),
  imap('a line without end at login', /^LOGIN/, 'login', { say: '* OK ', flood: 'x' }),
  imap('a literal of 1 GB', /^UID FETCH|^FETCH/, 'listMessages', {
    say: '* 1 FETCH (UID 1 BODY[] {1000000000}\r\n',
    flood: 'x',
  }),
  imap('a literal of 1 GB for a folder', /^LIST/, 'listFolders', {
    say: '* LIST () "/" {1000000000}\r\n',
    flood: 'x',
  }),
  imap('COPYUID of all numbers', /COPY/, 'copyMessages', {
    say: `{tag} OK [COPYUID 7 1:${LAST} 1:${LAST}] done\r\n`,
  }),
  imap('EXISTS of all numbers, and no messages', /^SELECT/, 'listMessages', {
    say: `* ${LAST} EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT ${LAST}]\r\n{tag} OK [READ-WRITE] done\r\n`,
  }),
  imap('folders without end', /^LIST/, 'listFolders', { flood: '* LIST () "/" folder\r\n' }),
  imap('results without end', /SEARCH/, 'findMessages', { flood: '* SEARCH 1 2 3\r\n' }),
  imap('a result without end', /SEARCH/, 'findMessages', { say: '* SEARCH', flood: ' 1' }),
  imap('parentheses without end', /^UID FETCH|^FETCH/, 'listMessages', { say: '* 1 FETCH ', flood: '(' }),
  pop3('a line without end', /^LIST/, 'findMessages', { say: '+OK ', flood: 'x' }),
  pop3('LIST without end', /^LIST/, 'findMessages', { say: '+OK\r\n', flood: '1 100\r\n' }),
  pop3('UIDL without end', /^UIDL/, 'findMessages', { say: '+OK\r\n', flood: '1 abc\r\n' }),
  pop3('capabilities without end', /^CAPA/, 'login', { say: '+OK\r\n', flood: 'SASL\r\n' }),
  pop3('a header without end', /^TOP/, 'listMessages', { say: '+OK\r\n', flood: 'X: y\r\n' }),
  pop3('a header line without end', /^TOP|^RETR/, 'listMessages', {
    say: '+OK\r\nSubject: ',
    flood: 'x',
  }),
];
