import { createHmac } from 'node:crypto';

import type { Login } from './authenticator';
import { base64, tokenResponses } from './token-responses';

export type Mechanism = 'PLAIN' | 'LOGIN' | 'CRAM-MD5' | 'XOAUTH2' | 'OAUTHBEARER';

/** Ends an exchange (RFC 9051 section 6.2.2, RFC 5034 section 4, RFC 4954 section 4). */
const CANCEL = '*';

/** The client's part of one SASL exchange, for any protocol. All data is in base64, as it is sent. */
export class SaslExchange {
  /** Whether the server has what it needs to check the login. */
  hasSecret = false;
  /** Whether the server asked for something, so that it knows the mechanism. */
  wasAsked = false;
  /** Why the server does not accept the token, by the challenge with which it refuses (RFC 7628 section 3.2.2). */
  reason = '';
  private readonly answers: string[];
  private initial: string | undefined;
  private readonly acknowledgement: string | undefined;
  private isCancelled = false;

  constructor(
    readonly mechanism: Mechanism,
    private readonly login: Login,
    server: { host: string; port: number },
  ) {
    this.answers = answersOf(mechanism, login, server);
    // One byte is required (RFC 7628 section 3.2.3), or nothing (the reference page of XOAUTH2).
    this.acknowledgement = { OAUTHBEARER: base64('\x01'), XOAUTH2: '' }[mechanism as string];
  }

  /**
   * The response that goes with the command, if the protocol allows that and there is room; otherwise the server asks for
   * it. Only PLAIN and tokens begin with the client (RFC 4422 section 5).
   *
   * @param room for the response, in octets; 0 if the server has to ask for it
   */
  begin(room: number): string | undefined {
    const [initial = ''] = this.answers;
    if (['LOGIN', 'CRAM-MD5'].includes(this.mechanism) || initial.length > room) return undefined;
    this.initial = this.answers.shift();
    this.hasSecret = true;
    return initial;
  }

  /**
   * The response to a challenge.
   *
   * @throws if the server goes on after the end
   */
  respond(challenge: string): string {
    if (this.isCancelled) throw new Error('The server goes on asking after the end of the login');
    this.wasAsked = true;
    // A server that ignores the response in the command asks for it. A refusal is never empty.
    const again = challenge.trim() === '' ? this.initial : undefined;
    this.initial = undefined;
    const answer = again ?? this.answers.shift();
    if (answer !== undefined) {
      this.hasSecret ||= this.answers.length === 0;
      return this.mechanism === 'CRAM-MD5' ? this.hashed(challenge) : answer;
    }
    const isFirstRefusal = this.acknowledgement !== undefined && this.reason === '';
    if (isFirstRefusal) this.reason = reasonIn(challenge);
    this.isCancelled = !isFirstRefusal;
    return isFirstRefusal ? this.acknowledgement! : CANCEL;
  }

  /** RFC 2195 section 2. */
  private hashed(challenge: string): string {
    const { user, pass } = this.login as { user: string; pass: string };
    const hash = createHmac('md5', pass).update(Buffer.from(challenge, 'base64')).digest('hex');
    return base64(`${user} ${hash}`);
  }
}

/** What the client sends, in order. */
function answersOf(mechanism: Mechanism, login: Login, server: { host: string; port: number }): string[] {
  if (!('pass' in login)) return [tokenResponses(login, server)[mechanism as 'XOAUTH2' | 'OAUTHBEARER']];
  const { user, pass } = login;
  switch (mechanism) {
    case 'LOGIN':
      return [base64(user), base64(pass)];
    case 'CRAM-MD5':
      return [''];
    default:
      // RFC 4616 section 2.
      return [base64(`\0${user}\0${pass}`)];
  }
}

/** A server's reason is short. */
const LONGEST_REASON = 4000;

/** A challenge as text. Some servers send it without base64, or in several lines, or without a word. */
function reasonIn(challenge: string): string {
  const written = challenge.slice(0, LONGEST_REASON).trim();
  const decoded = Buffer.from(written, 'base64').toString('utf8').trim();
  const isText = /^[A-Za-z\d+/=\s]+$/.test(written) && /^[{"]/.test(decoded) && !decoded.includes('\ufffd');
  return (isText ? decoded : written) || 'no reason given';
}
