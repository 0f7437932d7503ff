import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { Authenticator, Login } from '../../../mail/auth/authenticator';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import { MailError, type MailErrorCode } from '../../../mail/errors';
import { compose } from '../../../mail/mime/compose';
import type { ServerSettings } from '../../../mail/net/server-settings';
import type { MailServerSessionSettings } from '../../../mail/account/session-settings';
import { SmtpSubmission } from '../../../mail/smtp/smtp-submission';
import { freePorts, LOOPBACK } from '../../servers/ports';
import { waitFor } from '../../servers/wait';
import { ALICE } from '../fixture';
import { startRelay, type Relay } from './fixture';
import { agreeable, startScripted, type Scripted } from './scripted';

const PASSWORD = 'canary-7d1f';
const LETTER = compose({ from: ALICE, to: 'bob@example.test', text: 'x' });
const plain = (port: number): Partial<ServerSettings> => ({ port, security: 'none' });

/** Gives these tokens, the next one each time that one was refused. */
class Tokens implements Authenticator {
  readonly account = ALICE;
  readonly fingerprint = 'tokens';
  constructor(private readonly tokens: string[]) {}
  async login({ refused }: { refused?: string } = {}): Promise<Login> {
    const next = refused === undefined ? 0 : this.tokens.indexOf(refused) + 1;
    return { user: ALICE, accessToken: this.tokens[Math.min(next, this.tokens.length - 1)]! };
  }
}

describe('the login to a sending server', () => {
  let relay: Relay;
  let scripted: Scripted | undefined;
  const open: SmtpSubmission[] = [];

  /** Only what waits for the timeout has a short one. All else is over long before it, also on a busy machine. */
  const submission = (
    server: Partial<ServerSettings>,
    authenticator?: Authenticator,
    timeout = 20_000,
  ): SmtpSubmission => {
    const created = new SmtpSubmission({
      submission: {
        host: 'localhost',
        port: relay.port,
        security: 'starttls',
        caCertificate: relay.ca,
        ...server,
      },
      authenticator: authenticator ?? new BasicAuthenticator(ALICE, PASSWORD),
      timeouts: { connect: timeout, command: timeout, idle: 60_000 },
    } as MailServerSessionSettings);
    open.push(created);
    return created;
  };
  const sent = async (...args: Parameters<typeof submission>) =>
    await submission(...args).send(LETTER, { keepContent: false });
  const failure = async (...args: Parameters<typeof submission>): Promise<MailError> => {
    const started = Date.now();
    const error = await sent(...args).then(
      () => expect.fail('it was sent'),
      (reason: MailError) => reason,
    );
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(error).toBeInstanceOf(MailError);
    const shown = error.message + error.description + JSON.stringify(error);
    expect(shown).not.toContain(PASSWORD);
    expect(shown).not.toContain(Buffer.from(`\0${ALICE}\0${PASSWORD}`).toString('base64'));
    expect(error.description).toMatch(/\w+ \w+/);
    return error;
  };
  const script = async (...args: Parameters<typeof startScripted>): Promise<number> => {
    scripted = await startScripted(...args);
    return scripted.port;
  };
  beforeAll(async () => {
    relay = await startRelay({ passwords: { [ALICE]: 'right' } });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(async (one) => await one.close()));
    await waitFor('the connections to end', () => relay.open() + (scripted?.open() ?? 0) === 0, 10_000);
    await scripted?.stop();
    scripted = undefined;
  });
  afterAll(async () => await relay.stop());

  it.each<[string, () => Partial<ServerSettings> | Promise<Partial<ServerSettings>>, MailErrorCode]>([
    ['wrong host', () => ({ host: 'no-such-host.invalid' }), 'HOST_NOT_FOUND'],
    ['wrong port', async () => ({ port: (await freePorts(1))[0] }), 'CONNECTION_REFUSED'],
    ['wrong password', () => ({}), 'AUTHENTICATION_FAILED'],
    ['untrusted certificate', () => ({ caCertificate: undefined }), 'CERTIFICATE_UNTRUSTED'],
    ['TLS on a cleartext port', () => ({ security: 'tls' }), 'TLS_FAILED'],
    ['server that never answers', async () => plain(await script(() => undefined, '')), 'CONNECT_TIMEOUT'],
    [
      'server that never answers TLS',
      async () => ({ port: await script(() => undefined, ''), security: 'tls' }),
      'CONNECT_TIMEOUT',
    ],
    ['server that never answers EHLO', async () => plain(await script(() => undefined)), 'CONNECT_TIMEOUT'],
    [
      'server that never answers the login',
      async () =>
        plain(await script((line) => (/^AUTH/.test(line) ? undefined : agreeable(line, ['AUTH PLAIN'])))),
      'CONNECT_TIMEOUT',
    ],
    [
      'server of another protocol',
      async () => plain(await script(() => undefined, '* OK IMAP4rev1 ready')),
      'NOT_A_MAIL_SERVER',
    ],
    [
      'server that is too busy',
      async () => plain(await script(() => undefined, '421 4.3.2 too busy')),
      'CONNECTION_LOST',
    ],
    ...[
      'host Error: too many connections from 10.0.0.1',
      'Too many concurrent SMTP connections; please try again later',
      'host Too many connected clients, try again in a moment',
      '4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel',
    ].map((says): [string, () => Promise<Partial<ServerSettings>>, MailErrorCode] => [
      `server that is full (${says})`,
      async () => plain(await script(() => undefined, `421 ${says}`)),
      'CONNECTION_LIMIT',
    ]),
    [
      'server that hangs up',
      async () => plain(await script((_, __, socket) => void socket.destroy())),
      'CONNECTION_LOST',
    ],
    [
      'server that cannot check the login now',
      async () =>
        plain(
          await script((line) =>
            /^AUTH/.test(line) ? '454 4.7.0 try again' : agreeable(line, ['AUTH PLAIN']),
          ),
        ),
      'SERVER_REFUSED',
    ],
    [
      'server without a login',
      async () => plain(await script((line) => agreeable(line, []))),
      'SERVER_REFUSED',
    ],
    [
      'server with other logins',
      async () => plain(await script((line) => agreeable(line, ['AUTH XOAUTH2']))),
      'SERVER_REFUSED',
    ],
    [
      'no STARTTLS where it is required',
      async () => ({
        port: await script((line) => (/^STARTTLS/.test(line) ? '502 what' : agreeable(line, ['AUTH PLAIN']))),
      }),
      'STARTTLS_UNAVAILABLE',
    ],
    [
      'server that repeats what it was told',
      async () =>
        plain(
          await script((line) =>
            /^AUTH/.test(line) ? `500 unknown: ${line}` : agreeable(line, ['AUTH PLAIN']),
          ),
        ),
      'AUTHENTICATION_FAILED',
    ],
  ])('says what happened: %s', async (_, server, code) => {
    // A full server is asked again.
    const timeout = ['CONNECT_TIMEOUT', 'CONNECTION_LIMIT'].includes(code) ? 1000 : undefined;
    expect(await failure(await server(), undefined, timeout)).toMatchObject({ code });
  });

  it('sends no secret before the connection is encrypted', async () => {
    // It never answers STARTTLS.
    const port = await script((line) => agreeable(line, ['AUTH PLAIN LOGIN']));
    await failure({ port }, undefined, 1000);
    expect(scripted?.lines.map((line) => line.split(' ')[0])).toEqual(['EHLO', 'STARTTLS']);
  });

  it('does not try a refused password again for the next message', async () => {
    const port = await script((line) =>
      /^AUTH/.test(line) ? '535 5.7.8 no' : agreeable(line, ['AUTH PLAIN']),
    );
    const one = submission(plain(port));
    for (let i = 0; i < 3; i++) {
      await expect(one.send(LETTER, { keepContent: false })).rejects.toMatchObject({
        code: 'AUTHENTICATION_FAILED',
      });
    }
    expect(scripted?.opened).toBe(1);
  });

  it.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])('logs in with %s', async (mechanism) => {
    const port = await script((line) => {
      if (/^AUTH (LOGIN|CRAM-MD5)/.test(line)) return '334 VXNlcm5hbWU6';
      if (line === Buffer.from(ALICE).toString('base64')) return '334 UGFzc3dvcmQ6';
      return agreeable(line, [`AUTH ${mechanism}`]) ?? (/^[\w=+/]+$/.test(line) ? '235 welcome' : undefined);
    });
    expect((await sent(plain(port))).accepted).toEqual(['bob@example.test']);
  });

  it.each([
    [
      'XOAUTH2 beside passwords',
      'AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER',
      'XOAUTH2',
      `user=${ALICE}\x01auth=Bearer good\x01\x01`,
    ],
    [
      'OAUTHBEARER',
      'AUTH=PLAIN OAUTHBEARER',
      'OAUTHBEARER',
      `n,a=${ALICE},\x01host=localhost\x01port=PORT\x01auth=Bearer good\x01\x01`,
    ],
  ])('logs in with a token and %s', async (_, capability, mechanism, response) => {
    const port = await script((line) => agreeable(line, [capability]));
    await sent(plain(port), new Tokens(['good']));
    const encoded = Buffer.from(response.replace('PORT', String(port))).toString('base64');
    expect(scripted?.lines[1]).toBe(`AUTH ${mechanism} ${encoded}`);
  });

  it.each(['XOAUTH2', 'OAUTHBEARER'])(
    'replaces a token that was refused, once, with %s',
    async (mechanism) => {
      let attempts = 0;
      const port = await script((line, connection) => {
        if (/^AUTH/.test(line))
          return (attempts++, connection === 2 ? '235 welcome' : '334 eyJzdGF0dXMiOiI0MDEifQ==');
        // The acknowledgement of the refusal.
        return connection === 1 && ['', 'AQ=='].includes(line)
          ? '535 5.7.8 refused'
          : agreeable(line, [`AUTH ${mechanism}`]);
      });
      expect((await sent(plain(port), new Tokens(['old', 'good']))).accepted).toHaveLength(1);
      expect([attempts, scripted?.opened]).toEqual([2, 2]);
    },
  );

  it('gives up when a new token is refused too', async () => {
    const port = await script((line) => {
      if (/^AUTH/.test(line)) return '535 5.7.3 Authentication unsuccessful';
      return agreeable(line, ['AUTH XOAUTH2']);
    });
    const tokens = new Tokens(['canary-old', 'canary-new', 'canary-newer']);
    const error = await failure(plain(port), tokens);
    expect(error).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('5.7.3') as string,
    });
    expect(error.message).not.toContain('canary');
    expect(scripted?.lines.filter((line) => line.startsWith('AUTH'))).toHaveLength(2);
  });

  it('shows no part of a long token that the server repeats', async () => {
    const port = await script((line) =>
      /^AUTH/.test(line) ? '334 ' : (agreeable(line, ['AUTH XOAUTH2']) ?? `500 I heard ${line}`),
    );
    const token = 'abcdefghijklmnopqrstuvwxyz'.repeat(40);
    const { message } = await failure(plain(port), new Tokens([token]));
    expect(message).toContain('I heard ***');
  });

  it('knows what the refusals of the providers mean', async () => {
    const port = await script((line) => {
      if (/^AUTH/.test(line)) {
        return '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.';
      }
      return agreeable(line, ['AUTH XOAUTH2']);
    });
    const { description } = await failure(plain(port), new Tokens(['a', 'b']));
    expect(description).toMatch(/"Authenticated SMTP"/);
  });

  it('asks the outbound policy before connecting, and resolves names as the policy says', async () => {
    const blocked = new MailError('OUTBOUND_BLOCKED', 'not allowed', 'ask the administrator');
    const before = relay.opened;
    const toLoopback = {
      lookup: (_: string, options: { all?: boolean }, found: (...args: unknown[]) => void) =>
        options.all ? found(null, [{ address: LOOPBACK, family: 4 }]) : found(null, LOOPBACK, 4),
    } as never;
    const refusing = {
      ...(toLoopback as object),
      assertAllowed: async () => Promise.reject(blocked),
    } as never;
    expect(await failure({ outbound: refusing })).toBe(blocked);
    expect(relay.opened).toBe(before);
    const allowing = { ...(toLoopback as object), assertAllowed: async () => undefined } as never;
    // The name does not exist but in the policy, so the server is reached, and its certificate is for another.
    expect(await failure({ host: 'mail.invalid', outbound: allowing })).toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
    });
    expect(relay.opened).toBe(before + 1);
  });
});
