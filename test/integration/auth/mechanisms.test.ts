import { describe, expect, it } from 'vitest';

import { HANG_UP, SILENCE, type LoginProtocol, type LoginScript } from '../../servers/login-server';
import { cleanUp, login, PASSWORD, password, tokens, USER } from './login-lab';

// What a server offers, what it knows of that, and what it says: the same over IMAP, POP3 and SMTP.

cleanUp();

const PROTOCOLS: readonly LoginProtocol[] = ['imap', 'pop3', 'smtp'];
const OK = { imap: 'OK done', pop3: '+OK', smtp: '235 welcome' };
const NO = {
  imap: 'NO [AUTHENTICATIONFAILED] refused',
  pop3: '-ERR [AUTH] refused',
  smtp: '535 5.7.8 refused',
};

/** What announces these mechanisms. */
const offer = (protocol: LoginProtocol, ...mechanisms: string[]): string[] =>
  protocol === 'imap'
    ? [...mechanisms.map((one) => `AUTH=${one}`), 'SASL-IR']
    : [`${protocol === 'pop3' ? 'SASL' : 'AUTH'} ${mechanisms.join(' ')}`];

/** How a login with a token begins: POP3 waits until it is asked. */
const begins = (protocol: LoginProtocol, mechanism: string): string[] =>
  protocol === 'pop3' ? [mechanism, '…'] : [`${mechanism} …`];
const accepts = (protocol: LoginProtocol): string[] => [...(protocol === 'pop3' ? ['+'] : []), OK[protocol]];
/** The answers to a token that is refused by a challenge, and then what follows. */
const challenges = (protocol: LoginProtocol, challenge: string, ...then: string[]): string[] => [
  ...(protocol === 'pop3' ? ['+'] : []),
  `+ ${challenge}`,
  ...then,
];

describe('a mechanism that the server offers and does not know is followed by the next', () => {
  it.each<[LoginProtocol, string]>([
    ['imap', 'BAD Unknown command'],
    ['imap', 'NO [ALERT] Unsupported authentication mechanism.'],
    ['imap', 'NO [CANNOT] Authentication mechanism not supported.'],
    ['imap', 'NO [AUTHENTICATIONFAILED] AUTHENTICATE failed. Authentication type XOAUTH2 is unsupported.'],
    ['imap', 'NO no mechanism available'],
    ['imap', 'no AUTHENTICATE Authentication mechanism not supported'],
    ['pop3', '-ERR Not implemented'],
    ['pop3', '-err Unknown AUTHORIZATION state command'],
    ['pop3', '-ERR [AUTH] Unsupported authentication mechanism.'],
    ['pop3', '-ERR [AUTH] authenticating: no mechanism available'],
    ['smtp', '504 5.5.4 XOAUTH2 authentication mechanism not supported'],
    ['smtp', '504 5.7.4 Unrecognized authentication type'],
    ['smtp', '503 5.5.1 Invalid command: Command not supported'],
    ['smtp', '535 5.7.8 Error: authentication failed: no mechanism available'],
    ['smtp', '535 5.7.8 Error: authentication failed: Invalid authentication mechanism'],
    ['smtp', '501 5.5.2 Unknown AUTH method'],
  ])('%s: %s', async (protocol, words) => {
    const { error, heard } = await login(protocol, {
      capabilities: offer(protocol, 'XOAUTH2', 'OAUTHBEARER', 'PLAIN'),
      turns: { XOAUTH2: [words], OAUTHBEARER: accepts(protocol) },
    });
    expect(error).toBeUndefined();
    const [first = ''] = begins(protocol, 'XOAUTH2');
    expect(heard).toEqual([first, ...begins(protocol, 'OAUTHBEARER')]);
    // The same with a password.
    const withPassword = await login(
      protocol,
      {
        capabilities: offer(protocol, 'PLAIN', 'LOGIN'),
        turns: { PLAIN: [words], LOGIN: ['+ VXNlcm5hbWU6', '+ UGFzc3dvcmQ6', OK[protocol]] },
      },
      password(),
    );
    expect(withPassword.error).toBeUndefined();
    const secret = protocol === 'pop3' ? 'PLAIN' : 'PLAIN …';
    expect(withPassword.heard).toEqual([secret, 'LOGIN', '…', '…']);
  });

  it.each<[LoginProtocol, string[]]>([
    ['imap', ['BAD no']],
    ['pop3', ['-ERR no']],
    ['smtp', ['504 no']],
  ])('%s: with all of them, the error is that of the last', async (protocol, answers) => {
    const turns = { XOAUTH2: answers, OAUTHBEARER: answers };
    const { error } = await login(
      protocol,
      { capabilities: offer(protocol, 'XOAUTH2', 'OAUTHBEARER'), turns },
      tokens('t'),
    );
    expect(error).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringMatching(/\bno\)$/) as string,
    });
  });
});

describe('a login that the server refused is tried in no other way', () => {
  it.each<[LoginProtocol, string]>([
    ['imap', 'NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)'],
    ['imap', 'NO AUTHENTICATE failed.'],
    ['imap', 'NO [UNAVAILABLE] Temporary authentication failure.'],
    ['imap', 'NO Login failed: method of the user is unknown'],
    ['pop3', '-ERR Logon failure: unknown user name or bad password.'],
    ['pop3', '-ERR [SYS/TEMP] Temporary authentication failure.'],
    ['smtp', '535 5.7.3 Authentication unsuccessful'],
    ['smtp', '454 4.7.0 Temporary authentication failure'],
    ['smtp', '501 5.5.2 Cannot Decode response'],
    ['smtp', '500 5.5.6 SASL response limit exceeded'],
  ])('%s: %s', async (protocol, words) => {
    // A token as long as to be asked for, so that the refusal is that of the token.
    const token = 'canary'.repeat(2000);
    const refused = ['+', words];
    const capabilities = offer(protocol, 'XOAUTH2', 'OAUTHBEARER');
    const { error, heard } = await login(
      protocol,
      { capabilities, turns: { XOAUTH2: refused, OAUTHBEARER: refused } },
      tokens(token),
    );
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(AUTHENTICATION_FAILED|SERVER_REFUSED)$/) as string,
    });
    expect(error!.message + error!.description).not.toMatch(/canary/);
    expect(heard).toEqual(['XOAUTH2', '…']);
  });

  it.each<[LoginProtocol, string[]]>([
    ['imap', ['NO AUTHENTICATE failed.']],
    ['pop3', ['+', '-ERR authentication failed']],
    ['smtp', ['535 Incorrect authentication data']],
  ])('%s: with a password', async (protocol, answers) => {
    const turns = { PLAIN: answers, LOGIN: ['+', '+', OK[protocol]], USER: [OK[protocol]] };
    const { error, heard } = await login(
      protocol,
      { capabilities: offer(protocol, 'PLAIN', 'LOGIN', 'CRAM-MD5'), turns },
      password(),
    );
    expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    expect(heard).toEqual(begins(protocol, 'PLAIN'));
  });

  it.each(['534 5.7.9 Authentication mechanism is too weak', '538 5.7.11 Encryption required'])(
    'but in one that hides the password, where the server asks for that: %s',
    async (words) => {
      const turns = {
        PLAIN: [words],
        'CRAM-MD5': ['+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+', '235 welcome'],
      };
      const capabilities = ['AUTH PLAIN LOGIN CRAM-MD5'];
      const { error, heard } = await login('smtp', { capabilities, turns }, password());
      expect([error, heard]).toEqual([undefined, ['PLAIN …', 'CRAM-MD5', '…']]);
      const without = await login('smtp', { capabilities: ['AUTH PLAIN LOGIN'], turns }, password());
      expect([without.error?.code, without.heard]).toEqual(['AUTHENTICATION_FAILED', ['PLAIN …']]);
    },
  );
});

describe('what the server offers', () => {
  it.each(PROTOCOLS.flatMap((protocol) => ['XOAUTH2', 'OAUTHBEARER'].map((one) => [protocol, one] as const)))(
    '%s: %s alone, in any letters',
    async (protocol, mechanism) => {
      const capabilities = offer(protocol, mechanism, 'PLAIN').map((one) => one.toLowerCase());
      const { error, heard } = await login(protocol, {
        capabilities,
        turns: { [mechanism]: accepts(protocol) },
      });
      expect([error, heard]).toEqual([undefined, begins(protocol, mechanism)]);
    },
  );

  it.each(PROTOCOLS)('%s: neither, which is said, and no token is sent', async (protocol) => {
    const capabilities = offer(protocol, 'PLAIN', 'GSSAPI');
    const { error, heard, port } = await login(protocol, { capabilities, turns: {} });
    expect(error).toMatchObject({
      code: 'SERVER_REFUSED',
      message: `localhost:${port} does not offer a login that fits the credential (it offers PLAIN, GSSAPI)`,
      description: expect.stringMatching(/^The server has to offer XOAUTH2 or OAUTHBEARER\. /) as string,
    });
    expect(heard).toEqual([]);
  });

  it.each(PROTOCOLS)('%s: neither, at a provider, whose server is in no field', async (protocol) => {
    const capabilities = offer(protocol, 'PLAIN');
    const { error } = await login(protocol, { capabilities, turns: {} }, tokens('t'), undefined, true);
    expect(error?.description).toMatch(/^The server has to offer XOAUTH2 or OAUTHBEARER\. Something between/);
  });

  it('smtp: none at all, at a provider, whose server is in no field', async () => {
    const { error, port } = await login(
      'smtp',
      { capabilities: [], turns: {} },
      tokens('t'),
      undefined,
      true,
    );
    expect(error).toMatchObject({
      message: `localhost:${port} does not offer a login that fits the credential (it offers none)`,
      description: expect.stringMatching(/OAUTHBEARER\. Something between/) as string,
    });
  });

  it.each<[string, LoginProtocol, LoginScript['capabilities']]>([
    ['names none', 'imap', ['SASL-IR', 'IDLE']],
    ['has no CAPA', 'pop3', undefined],
    ['names none in SASL', 'pop3', ['UIDL', 'SASL']],
  ])('a server that %s is asked, and gets the token only then (%s)', async (_, protocol, capabilities) => {
    const known = await login(protocol, { capabilities, turns: { OAUTHBEARER: ['+', OK[protocol]] } });
    expect([known.error, known.heard]).toEqual([undefined, ['XOAUTH2', 'OAUTHBEARER', '…']]);
    const unknown = await login(protocol, { capabilities, turns: {} }, tokens('canary'));
    expect([unknown.error?.code, unknown.heard]).toEqual([
      'AUTHENTICATION_FAILED',
      ['XOAUTH2', 'OAUTHBEARER'],
    ]);
  });

  it.each<[LoginProtocol, string[] | undefined]>([
    ['imap', ['IDLE']],
    ['imap', ['AUTH=GSSAPI', 'AUTH=SCRAM-SHA-256']],
    ['pop3', undefined],
    ['pop3', ['SASL', 'UIDL']],
    ['pop3', ['SASL XOAUTH2']],
  ])('%s, %j: a password goes by the command', async (protocol, capabilities) => {
    const command = protocol === 'imap' ? 'LOGIN' : 'USER';
    const { error, heard } = await login(
      protocol,
      { capabilities, turns: { [command]: [OK[protocol]] } },
      password(),
    );
    expect([error, heard]).toEqual([undefined, [command]]);
  });

  it.each([
    [['LOGINDISABLED', 'STARTTLS'], 'LOGINDISABLED'],
    [['LOGINDISABLED', 'AUTH=XOAUTH2'], 'XOAUTH2, LOGINDISABLED'],
  ])('imap, %j: no password is sent', async (capabilities, offered) => {
    const { error, lines } = await login('imap', { capabilities, turns: {} }, password());
    expect(error).toMatchObject({
      code: 'SERVER_REFUSED',
      message: expect.stringContaining(`(it offers ${offered})`) as string,
      description: expect.stringMatching(/check "IMAP Security"/) as string,
    });
    expect(lines.join(' ')).not.toMatch(/canary|AUTHENTICATE|LOGIN /);
  });

  it('imap, LOGINDISABLED: a password goes by the mechanisms that are left', async () => {
    const turns = {
      LOGIN: ['+ VXNlciBOYW1lAA==', '+ UGFzc3dvcmQA', 'OK done'],
      'CRAM-MD5': ['+ PDFAYT4=', 'OK done'],
    };
    for (const [mechanism, lines] of [
      ['LOGIN', 2],
      ['CRAM-MD5', 1],
    ] as const) {
      const capabilities = ['LOGINDISABLED', `AUTH=${mechanism}`];
      const { error, heard } = await login('imap', { capabilities, turns }, password('EXAMPLE\\ada'));
      expect([error, heard]).toEqual([undefined, [mechanism, ...Array<string>(lines).fill('…')]]);
    }
  });

  it('imap: Exchange takes a domain and a user by the command only', async () => {
    const script = { capabilities: ['AUTH=PLAIN', 'SASL-IR'], turns: { LOGIN: ['OK done'] } };
    const { error, heard } = await login('imap', script, password('EXAMPLE\\ada'));
    expect([error, heard]).toEqual([undefined, ['LOGIN']]);
  });

  it('imap: without SASL-IR, the token waits until it is asked for', async () => {
    const { error, heard } = await login('imap', {
      capabilities: ['AUTH=XOAUTH2'],
      turns: { XOAUTH2: ['+', 'OK done'] },
    });
    expect([error, heard]).toEqual([undefined, ['XOAUTH2', '…']]);
  });

  it.each(PROTOCOLS)(
    '%s: a server that ignores what comes with the command is given it again',
    async (protocol) => {
      const capabilities = offer(protocol, 'PLAIN');
      const { error, heard } = await login(
        protocol,
        { capabilities, turns: { PLAIN: ['+', OK[protocol]] } },
        password(),
      );
      expect([error, heard]).toEqual([undefined, [begins(protocol, 'PLAIN')[0], '…']]);
    },
  );

  it('pop3: Exchange 2003 asks by +OK', async () => {
    const { error, heard } = await login(
      'pop3',
      { capabilities: ['SASL PLAIN'], turns: { PLAIN: ['+OK', '+OK done'] } },
      password(),
    );
    expect([error, heard]).toEqual([undefined, ['PLAIN', '…']]);
  });
});

describe.each(PROTOCOLS)('%s: a token that is refused by a challenge', (protocol) => {
  const json = '{"status":"invalid_token","scope":"mail"}';
  const encoded = Buffer.from(json).toString('base64');
  const refused = async (turn: string[], timeout?: number) => {
    const turns = { XOAUTH2: turn, OAUTHBEARER: turn };
    const capabilities = offer(protocol, 'XOAUTH2', 'OAUTHBEARER');
    return await login(protocol, { capabilities, turns }, undefined, timeout);
  };
  // Once with the old token, once with the new one.
  const twice = (...acknowledged: string[]) => {
    const once = [...begins(protocol, 'XOAUTH2'), ...acknowledged];
    return [...once, ...once];
  };

  it.each([
    ['base64', encoded, /"status":"invalid_token"/],
    [
      'spaces in it',
      Buffer.from(`{ "status" : "invalid_token" }\r\n`).toString('base64'),
      /"status" : "invalid_token"/,
    ],
    ['not in base64', json, /"status":"invalid_token"/],
    ['no JSON', Buffer.from('\u0000\u0001').toString('base64'), /AAE=/],
    ['words', 'token expired', /token expired/],
  ])('%s: it is acknowledged, and its reason is shown', async (_, challenge, reason) => {
    const { error, heard } = await refused(challenges(protocol, challenge, NO[protocol]));
    expect(error).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringMatching(reason) as string,
    });
    expect(heard).toEqual(twice(''));
  });

  it('by an empty one: the token is refused', async () => {
    const { error } = await refused(challenges(protocol, '', '+', '+', NO[protocol]));
    expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
  });

  it('by several: the first is acknowledged, and the login given up', async () => {
    const { error, heard } = await refused(challenges(protocol, encoded, `+ ${encoded}`, NO[protocol]));
    expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    expect(heard).toEqual(twice('', '*'));
  });

  it('by challenges without an end: the login ends', async () => {
    const { error } = await refused(challenges(protocol, encoded, ...Array<string>(50).fill(`+ ${encoded}`)));
    expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
  });

  it('and then the connection ends: the token is refused all the same', async () => {
    const { error, heard } = await refused(challenges(protocol, encoded, HANG_UP));
    expect(error).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('invalid_token') as string,
    });
    expect(heard).toEqual(twice(''));
  });

  it('and then nothing is said: the token is refused all the same', async () => {
    const { error } = await refused(challenges(protocol, encoded, SILENCE), 700);
    expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
  });

  it('and then the login succeeds: the server has the last word', async () => {
    const { error, heard } = await refused(challenges(protocol, encoded, OK[protocol]));
    expect([error, heard]).toEqual([undefined, [...begins(protocol, 'XOAUTH2'), '']]);
  });

  if (protocol === 'imap') {
    it('and then BYE', async () => {
      const { error } = await refused([`+ ${encoded}`, '* BYE Too many invalid tokens']);
      expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    });
  }

  it('as expired, once: the next token is used', async () => {
    let isFirst = true;
    const turn = challenges(protocol, encoded, NO[protocol]);
    const turns = {
      get XOAUTH2() {
        const answers = isFirst ? turn : accepts(protocol);
        isFirst = false;
        return answers;
      },
    };
    const { error, heard } = await login(protocol, { capabilities: offer(protocol, 'XOAUTH2'), turns });
    expect([error, heard]).toEqual([
      undefined,
      [...begins(protocol, 'XOAUTH2'), '', ...begins(protocol, 'XOAUTH2')],
    ]);
  });
});

it('smtp: a challenge in several lines is one', async () => {
  const encoded = Buffer.from('{"status":"401","scope":"mail"}').toString('base64');
  const turn = [`334-${encoded.slice(0, 9)}\r\n334 ${encoded.slice(9)}`, NO.smtp];
  const { error } = await login('smtp', { capabilities: ['AUTH XOAUTH2'], turns: { XOAUTH2: turn } });
  expect(error).toMatchObject({
    code: 'AUTHENTICATION_FAILED',
    message: expect.stringContaining('"status":"401"') as string,
  });
});

describe('a long token', () => {
  const line = (lines: string[], protocol: LoginProtocol) =>
    Math.max(
      ...lines.filter((one) => /AUTH/.test(one)).map((one) => one.length + (protocol === 'imap' ? 0 : 2)),
    );

  it.each<[LoginProtocol, number, boolean]>([
    ['imap', 300, true],
    ['imap', 5000, true],
    ['imap', 9000, false],
    ['pop3', 5000, false],
    ['smtp', 300, true],
    ['smtp', 350, false],
    ['smtp', 5000, false],
    ['smtp', 9000, false],
  ])(
    '%s, %d letters: goes with the command (%j) only as far as a line may be long',
    async (protocol, length, isWithIt) => {
      const token = 'x'.repeat(length);
      const turns = { XOAUTH2: isWithIt ? [OK[protocol]] : ['+', OK[protocol]] };
      const { error, heard, lines } = await login(
        protocol,
        { capabilities: offer(protocol, 'XOAUTH2'), turns },
        tokens(token),
      );
      expect(error).toBeUndefined();
      expect(heard).toEqual(isWithIt ? ['XOAUTH2 …'] : ['XOAUTH2', '…']);
      expect(line(lines, protocol)).toBeLessThanOrEqual({ imap: 8000, pop3: 255, smtp: 512 }[protocol]);
      const sent = lines.map((one) => Buffer.from(one.split(' ').at(-1)!, 'base64').toString());
      expect(sent).toContain(`user=${USER}\x01auth=Bearer ${token}\x01\x01`);
    },
  );
});

it('the mechanisms for passwords are as their standards say', async () => {
  const turns = {
    PLAIN: ['+', 'OK done'],
    LOGIN: ['+', '+', 'OK done'],
    'CRAM-MD5': ['+ PDFAYT4=', 'OK done'],
  };
  const sent = async (mechanism: string) => {
    const capabilities = ['LOGINDISABLED', `AUTH=${mechanism}`];
    const { lines } = await login('imap', { capabilities, turns }, password());
    const written = lines.filter((line) => /^[\w+/]+=*$/.test(line));
    return written.map((one) => Buffer.from(one, 'base64').toString());
  };
  expect(await sent('PLAIN')).toEqual([`\0${USER}\0${PASSWORD}`]);
  expect(await sent('LOGIN')).toEqual([USER, PASSWORD]);
  // HMAC-MD5 of "<1@a>" (RFC 2195).
  expect((await sent('CRAM-MD5'))[0]).toMatch(/^ada@example\.test [\da-f]{32}$/);
});
