import { afterEach, expect, it } from 'vitest';

import { openClient } from '../../../mail/session/open-client';
import type { SessionSettings } from '../../../mail/account/session-settings';
import { startScriptedPop3, type Answers, type ScriptedPop3 } from '../../servers/scripted-pop3';
import { settingsFor } from '../fixture';

// What a builder sees when a POP3 server refuses.

let server: ScriptedPop3;
afterEach(async () => await server.stop());

async function settings(answers: Answers): Promise<SessionSettings> {
  server = await startScriptedPop3(answers);
  const place = { port: server.port, security: 'none', password: 'canary' } as const;
  return {
    ...settingsFor({ host: 'localhost', ports: {}, users: {} } as never, place),
    ...{ protocol: 'pop3', timeouts: { connect: 10_000, command: 10_000, idle: 10_000 } },
  };
}

it.each([
  ['-ERR [SYS/TEMP] disk', /^Try again later: the server says that this is temporary/],
  ['-ERR locked', /^The message is still there\. Try again later, or delete it/],
])('says how many copies of a message were deleted: %s', async (words, fix) => {
  const client = await openClient(
    await settings((command) => {
      if (command === 'LIST') return '+OK\r\n1 100\r\n2 100\r\n.\r\n';
      if (command === 'UIDL') return '+OK\r\n1 same\r\n2 same\r\n.\r\n';
      return command === 'DELE 2' ? `${words}\r\n` : '';
    }),
  );
  const id = 'POP3;UIDL=same';
  const outcome = (await client.deleteMessages([id], { permanently: true })).get(id);
  await client.close();
  expect(outcome).toMatchObject({
    code: 'SERVER_REFUSED',
    message: `The server did not delete the message ${id} (${words.replace('-ERR ', '')}), but 1 of its copies`,
    description: expect.stringMatching(fix) as string,
  });
});

it('says that a message was not deleted, and is still there', async () => {
  const client = await openClient(
    await settings((command) => (command === 'DELE 1' ? '-ERR locked\r\n' : '')),
  );
  const id = 'POP3;UIDL=abc';
  const outcome = (await client.deleteMessages([id], { permanently: true })).get(id);
  await client.close();
  expect(outcome).toMatchObject({
    code: 'SERVER_REFUSED',
    message: `The server did not delete the message ${id} (locked)`,
    description: 'The message is still there. Try again later, or delete it in another mail program.',
  });
});

it.each([
  ['USER', 'none'],
  ['SASL PLAIN LOGIN', 'PLAIN, LOGIN'],
])('says that a server takes no token, before it sends one: %s', async (capability, offered) => {
  const base = await settings((command) => (command === 'CAPA' ? `+OK\r\n${capability}\r\n.\r\n` : ''));
  const login = async () => await Promise.resolve({ user: 'ada', accessToken: 'canary' });
  const authenticator = { account: 'ada', fingerprint: 'ada', login };
  await expect(openClient({ ...base, authentication: 'oAuth2', authenticator })).rejects.toMatchObject({
    code: 'SERVER_REFUSED',
    message: `localhost:${server.port} does not offer a login that fits the credential (it offers ${offered})`,
    description: expect.stringMatching(
      /^The server has to offer XOAUTH2 or OAUTHBEARER\. .*"POP3 Security"/,
    ) as string,
  });
  expect(server.commands.join(' ')).not.toMatch(/canary|AUTH/);
});
