// A server that refuses a token says why in a challenge, and refuses only after it is acknowledged (RFC 7628 section 3.2.3;
// node-imap 120 and 233, php-imap 30, MailKit 27). Who does not acknowledge it waits for ever, or reports a broken server.
import { createServer, type Server } from 'node:net';

import { afterEach, expect, it } from 'vitest';

import type { Login, LoginRequest } from '../../../mail/auth/authenticator';
import type { MailError } from '../../../mail/errors';
import { openClient } from '../../../mail/session/open-client';
import { listen } from '../../servers/ports';

const USER = 'ada@example.test';
// {"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}
const REASON =
  'eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==';

let server: Server | undefined;
afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
});

/** Speaks by lines, and keeps what it hears during logins. */
async function startChallenging(protocol: 'imap' | 'pop3', mechanism: string) {
  const heard: string[] = [];
  server = createServer((socket) => {
    let tag = '';
    let step: 'commands' | 'response' | 'acknowledgement' = 'commands';
    let rest = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    say(protocol === 'imap' ? `* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=${mechanism}] ready` : '+OK ready');
    const challenge = () => {
      step = 'acknowledgement';
      // In pieces, as a network may deliver it.
      socket.write(`+ ${REASON.slice(0, 9)}`);
      setTimeout(() => say(REASON.slice(9)), 10);
    };
    const answer = (line: string) => {
      if (step === 'acknowledgement') {
        heard.push(`acknowledged with "${line}"`);
        step = 'commands';
        return say(protocol === 'imap' ? `${tag} NO [AUTHENTICATIONFAILED] refused` : '-ERR refused');
      }
      if (step === 'response') {
        heard.push('response');
        return challenge();
      }
      const [, first = '', command = '', initial] =
        (protocol === 'imap' ? /^(\S+) (\S+)(?: \S+ (\S+))?/ : /^()(\S+)/).exec(line) ?? [];
      tag = first;
      if (/^AUTH/i.test(command)) {
        heard.push(`asked for ${mechanism}`);
        if (initial) return challenge();
        step = 'response';
        return say('+ ');
      }
      if (protocol === 'pop3')
        return say(command === 'CAPA' ? `+OK\r\nUIDL\r\nSASL ${mechanism}\r\n.` : '+OK');
      return say(`${tag} OK done`);
    };
    socket.on('error', () => undefined);
    socket.setEncoding('latin1').on('data', (text: string) => {
      const lines = (rest + text).split('\r\n');
      rest = lines.pop()!;
      lines.forEach(answer);
    });
  });
  return { port: await listen(server), heard };
}

it.each([
  ['imap', 'XOAUTH2', ''],
  ['imap', 'OAUTHBEARER', 'AQ=='],
  ['pop3', 'XOAUTH2', ''],
  ['pop3', 'OAUTHBEARER', 'AQ=='],
] as const)('%s, %s: the challenge is acknowledged, and another token tried once', async (...row) => {
  const [protocol, mechanism, acknowledgement] = row;
  const { port, heard } = await startChallenging(protocol, mechanism);
  const tokens = ['canary-old', 'canary-new', 'canary-newer'];
  const asked: Array<string | undefined> = [];
  const login = async ({ refused }: LoginRequest = {}): Promise<Login> => {
    asked.push(refused);
    return await Promise.resolve({ user: USER, accessToken: tokens[asked.length - 1]! });
  };
  const started = Date.now();
  const error = await openClient({
    ...{ provider: 'other', authentication: 'oAuth2', protocol },
    server: { host: 'localhost', port, security: 'none' },
    authenticator: { account: USER, fingerprint: 'ada', login },
    timeouts: { connect: 10_000, command: 10_000, idle: 10_000 },
  }).then(
    () => expect.fail('it logged in'),
    (reason: MailError) => reason,
  );
  expect(error.code).toBe('AUTHENTICATION_FAILED');
  expect(error.message + error.description).not.toMatch(/canary/);
  expect(asked).toEqual([undefined, 'canary-old']);
  const refused = heard.filter((line) => line.startsWith('acknowledged'));
  expect(refused).toEqual(Array(2).fill(`acknowledged with "${acknowledgement}"`));
  expect(Date.now() - started).toBeLessThan(5000);
});
