import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { BasicAuthenticator } from '../../../mail/auth/basic';
import { MailError } from '../../../mail/errors';
import type { MailClient } from '../../../mail/model/client';
import { guardedClient, RememberedLogins } from '../../../mail/session/guarded-client';
import { openClient } from '../../../mail/session/open-client';
import { startScriptedPop3 } from '../../servers/scripted-pop3';

const PASSWORD = 'ada"s-secret';
const BASE64 = Buffer.from(`\0ada\0${PASSWORD}`).toString('base64');
/** What a careless server says. */
const WORDS = `refused: LOGIN ada "ada\\"s-secret", AUTH PLAIN ${BASE64}, PASS ${PASSWORD}`;
const SECRET = /secret|YWRhInMtc2VjcmV0|RhInMtc2Vjcm/;
const refused = () => new MailError('SERVER_REFUSED', WORDS, 'Try again.');

/** A client of which every method ends as it is told. */
async function guarded(methods: Partial<Record<keyof MailClient, unknown>>): Promise<MailClient> {
  const logins = new RememberedLogins(new BasicAuthenticator('ada', PASSWORD), {
    host: 'localhost',
    port: 1,
  });
  await logins.login();
  return guardedClient(methods as unknown as MailClient, logins);
}

const expectClean = (error: unknown): void => {
  expect(error).toMatchObject({ code: 'SERVER_REFUSED', message: expect.stringContaining('***') as string });
  const { message, stack } = error as Error;
  expect(`${message} ${stack} ${JSON.stringify(error)}`).not.toMatch(SECRET);
};

describe('a login that the server repeats is removed', () => {
  it('in an error that a method rejects with', async () => {
    const client = await guarded({ findMessages: async () => await Promise.reject(refused()) });
    expectClean(await client.findMessages('INBOX', {}, 1).catch((error: unknown) => error));
  });

  it('in the error of one of many messages, and of those that were not given', async () => {
    const client = await guarded({
      markMessages: async () => await Promise.resolve(new Map([['1', refused()]])),
      listMessages: async (...[, , , , failed]: Parameters<MailClient['listMessages']>) => {
        failed?.set('2', refused());
        return await Promise.resolve([]);
      },
    });
    expectClean((await client.markMessages(['1'], {})).get('1'));
    const failed = new Map<string, MailError>();
    await client.listMessages('INBOX', {}, { content: false }, 1, failed);
    expectClean(failed.get('2'));
  });

  it('in one of the items of a sequence, and in a stream', async () => {
    const content = () => new Readable({ read: () => undefined });
    const stream = content();
    const client = await guarded({
      openMessages: async function* () {
        yield await Promise.resolve(['1', refused()]);
        yield ['2', { content: stream }];
        throw refused();
      },
    });
    const items: unknown[] = [];
    const end = await (async () => {
      for await (const [, item] of client.openMessages(['1', '2'])) items.push(item);
    })().catch((error: unknown) => error);
    expectClean(items[0]);
    expectClean(end);
    const failure = new Promise((resolve) => stream.once('error', resolve));
    stream.destroy(refused());
    expectClean(await failure);
  });

  it('in what is said about a recipient, the copy and the draft', async () => {
    const client = await guarded({
      send: async () =>
        await Promise.resolve({
          messageId: '<1@x>',
          accepted: [],
          rejected: [{ address: 'bob@example.test', reason: WORDS }],
          sentCopy: { saved: false, reason: WORDS },
          draftKept: WORDS,
        }),
    });
    const sent = await client.send({ from: 'a@example.test' }, { saveToSent: 'never' });
    expect(JSON.stringify(sent)).not.toMatch(SECRET);
    expect(sent.draftKept).toContain('refused: LOGIN ada');
  });

  it('over a real connection, before the login and after it', async () => {
    let refusing = /^PASS/;
    const server = await startScriptedPop3((command) =>
      refusing.test(command) ? `-ERR I do not like ${PASSWORD} or ${BASE64}\r\n` : '',
    );
    const open = async () =>
      await openClient({
        provider: 'other',
        protocol: 'pop3',
        authentication: 'basic',
        server: { host: 'localhost', port: server.port, security: 'none' },
        authenticator: new BasicAuthenticator('ada', PASSWORD),
        timeouts: { connect: 2000, command: 2000, idle: 60_000 },
      });
    const login = await open().catch((error: unknown) => error as Error);
    expect(login).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    refusing = /^(LIST|UIDL|STAT)/;
    const client = await open();
    const later = await client.findMessages('INBOX', {}, 1).catch((error: unknown) => error as Error);
    await client.close();
    await server.stop();
    expect(later).toMatchObject({ code: 'SERVER_REFUSED' });
    for (const error of [login, later]) {
      const { message, stack } = error as Error;
      expect(message).toContain('I do not like *** or ***');
      expect(stack).not.toMatch(SECRET);
    }
  });
});

it('a connection that serves no session cannot log in again', async () => {
  const logins = new RememberedLogins(new BasicAuthenticator('ada', PASSWORD), {
    host: 'localhost',
    port: 1,
  });
  logins.attach(undefined);
  await expect(logins.login()).rejects.toMatchObject({
    code: 'SESSION_CLOSED',
    message: 'The email session of this connection has ended',
  });
});
