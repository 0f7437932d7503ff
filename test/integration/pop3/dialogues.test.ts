import { text } from 'node:stream/consumers';

import { afterEach, describe, expect, it } from 'vitest';

import { isMailError, type MailError } from '../../../mail/errors';
import type { MailClient } from '../../../mail/model/client';
import type { FailedMessages } from '../../../mail/model/failed-messages';
import type { SessionSettings } from '../../../mail/account/session-settings';
import { openClient } from '../../../mail/session/open-client';
import { hangUp, startScriptedPop3, type Answers, type ScriptedPop3 } from '../../servers/scripted-pop3';
import { waitFor } from '../../servers/wait';
import { sessionOf, settingsFor } from '../fixture';

// What servers say over POP3, by the numbers of the field's dialogues.

const clients: MailClient[] = [];
const servers: ScriptedPop3[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map(async (client) => await client.close()));
  await Promise.all(servers.splice(0).map(async (server) => await server.stop()));
});

const settings = (port: number): SessionSettings => ({
  ...settingsFor({ host: 'localhost', ports: {}, users: {} } as never, {
    port,
    security: 'none',
    password: 'canary',
  }),
  protocol: 'pop3',
  timeouts: { connect: 2000, command: 500, idle: 5000 },
});

async function start(answers: Answers) {
  const server = await startScriptedPop3(answers);
  servers.push(server);
  return server;
}

async function open(answers: Answers) {
  const server = await start(answers);
  const client = await openClient(settings(server.port));
  clients.push(client);
  return { client, server };
}

const listing = (...uidls: string[]): Record<string, string> => ({
  LIST: `+OK\r\n${uidls.map((_, i) => `${i + 1} 100\r\n`).join('')}.\r\n`,
  UIDL: `+OK\r\n${uidls.map((uidl, i) => `${i + 1} ${uidl}\r\n`).join('')}.\r\n`,
});
const THREE = listing('a', 'b', 'c');
const capabilities = (...names: string[]) => `+OK\r\n${names.map((name) => `${name}\r\n`).join('')}.\r\n`;
const message = (n: string) => `Subject: Number ${n}\r\nMessage-ID: <${n}@example.test>\r\n\r\n`;

/** By the whole command, else by its name, else as any server. */
const saying =
  (answers: Record<string, string | undefined | typeof hangUp>): Answers =>
  (command) => {
    const [name = '', number = ''] = command.split(' ');
    for (const key of [command, `${name} ${number}`, name]) if (key in answers) return answers[key];
    if (name === 'TOP') return `+OK\r\n${message(number)}.\r\n`;
    if (name === 'RETR') return `+OK\r\n${message(number)}Text ${number}\r\n.\r\n`;
    return '';
  };

const list = async (client: MailClient, query = {}, failed?: FailedMessages) =>
  (await client.listMessages('INBOX', query, { content: false }, 10, failed)).map(({ subject }) => subject);

const asked = (server: ScriptedPop3, name: string) => server.commands.filter((one) => one.startsWith(name));

describe('1. The server does not support TOP', () => {
  it.each([
    ['by CAPA', capabilities('USER', 'UIDL'), 0],
    ['though CAPA names it', capabilities('USER', 'UIDL', 'TOP'), 3],
    ['by a server without CAPA', '-ERR what?\r\n', 1],
  ])('%s: messages are read by RETR', async (_, CAPA, tops) => {
    const { client, server } = await open(
      saying({ ...THREE, CAPA, TOP: '-ERR TOP command not supported\r\n' }),
    );
    expect(await list(client)).toEqual(['Number 3', 'Number 2', 'Number 1']);
    expect(asked(server, 'TOP')).toHaveLength(tops);
    expect(await list(client, { subject: ['number 2'] })).toEqual(['Number 2']);
    // What it is learned once is not asked again.
    expect(asked(server, 'TOP')).toHaveLength(tops);
    const id = 'POP3;UIDL=b';
    expect((await client.getMessages([id], { content: false })).get(id)).toMatchObject({
      subject: 'Number 2',
    });
  });

  it('for one message: the others are not read in full', async () => {
    const { client, server } = await open(
      saying({ ...THREE, 'TOP 2': '-ERR no\r\n', 'RETR 2': '-ERR no\r\n' }),
    );
    const failed: FailedMessages = new Map();
    expect(await list(client, {}, failed)).toEqual(['Number 3', 'Number 1']);
    expect([...failed.keys()]).toEqual(['POP3;UIDL=b']);
    expect(asked(server, 'RETR')).toEqual(['RETR 2']);
  });
});

describe('2. A temporary error', () => {
  const refusal = '-ERR [SYS/TEMP] Temporary system problem. Please try again later.\r\n';
  const temporary = {
    code: 'SERVER_REFUSED',
    message: expect.stringContaining('Temporary system problem') as string,
    description: expect.stringMatching(/Try again later.*temporary.*still there/) as string,
  };

  it('names the message that failed, and gives the others', async () => {
    const { client } = await open(saying({ ...THREE, 'RETR 2': refusal }));
    const read = async (failed?: FailedMessages) =>
      await client.listMessages('INBOX', {}, { content: true }, 10, failed);
    await expect(read()).rejects.toMatchObject(temporary);
    const failed: FailedMessages = new Map();
    expect((await read(failed)).map(({ subject }) => subject)).toEqual(['Number 3', 'Number 1']);
    expect([...failed]).toEqual([['POP3;UIDL=b', expect.objectContaining(temporary)]]);
  });

  it('Get, Delete, download: a refused message is not reported as missing', async () => {
    const { client, server } = await open(
      saying({ ...THREE, 'RETR 2': refusal, 'TOP 2': refusal, 'DELE 2': refusal }),
    );
    const ids = ['a', 'b', 'c'].map((uidl) => `POP3;UIDL=${uidl}`);
    const [one = '', two = ''] = ids;
    expect((await client.getMessages(ids, { content: false })).get(two)).toMatchObject(temporary);
    await expect(client.openMessage(two)).rejects.toMatchObject(temporary);
    await expect(client.openAttachment(two, '1')).rejects.toMatchObject(temporary);
    const texts: string[] = [];
    for await (const [, opened] of client.openMessages(ids)) {
      texts.push(isMailError(opened) ? opened.code : (await text(opened.content)).slice(0, 17));
    }
    expect(texts).toEqual(['Subject: Number 1', 'SERVER_REFUSED', 'Subject: Number 3']);
    const outcomes = await client.deleteMessages([one, two], { permanently: true });
    expect(outcomes.get(one)).toEqual({});
    expect(outcomes.get(two)).toMatchObject(temporary);
    expect(server.commands.filter((command) => /DELE|QUIT/.test(command))).toEqual([
      'DELE 1',
      'DELE 2',
      'QUIT',
    ]);
  });

  it.each(['[IN-USE] locked', 'no such message', 'Message has been deleted'])(
    'after any other refusal, such as "%s", the message is not reported as missing',
    async (words) => {
      const { client } = await open(
        saying({ ...THREE, 'TOP 2': `-ERR ${words}\r\n`, 'RETR 2': `-ERR ${words}\r\n` }),
      );
      const id = 'POP3;UIDL=b';
      expect((await client.getMessages([id], { content: false })).get(id)).toMatchObject({
        code: 'SERVER_REFUSED',
      });
      const gone = 'POP3;UIDL=never';
      expect((await client.getMessages([gone], { content: false })).get(gone)).toMatchObject({
        code: 'MESSAGE_NOT_FOUND',
      });
    },
  );

  it.each(['LIST', 'UIDL'])('%s: a refusal is not reported as an empty folder', async (name) => {
    const { client } = await open(saying({ ...THREE, [name]: refusal }));
    await expect(list(client)).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
  });
});

describe('3. Two messages with the same unique id', () => {
  const SAME = listing('same', 'same', 'other');
  const ids = ['POP3;UIDL=other', 'POP3;UIDL=same;COPY=2/2', 'POP3;UIDL=same;COPY=1/2'];

  it('each is listed with its own id, which works for it alone', async () => {
    const { client, server } = await open(saying(SAME));
    const messages = await client.listMessages('INBOX', {}, { content: false }, 10);
    expect(messages.map(({ id, subject }) => [id, subject])).toEqual([
      [ids[0], 'Number 3'],
      [ids[1], 'Number 2'],
      [ids[2], 'Number 1'],
    ]);
    expect((await client.getMessages([ids[2]!], { content: false })).get(ids[2]!)).toMatchObject({
      subject: 'Number 1',
    });
    await client.deleteMessages([ids[1]!], { permanently: true });
    expect(asked(server, 'DELE')).toEqual(['DELE 2']);
  });

  it('the shared id deletes both when they are copies', async () => {
    const copy = '+OK\r\nSubject: Same\r\n\r\n.\r\n';
    const { client, server } = await open(saying({ ...SAME, TOP: copy }));
    const id = 'POP3;UIDL=same';
    expect((await client.deleteMessages([id], { permanently: true })).get(id)).toEqual({});
    expect(asked(server, 'DELE')).toEqual(['DELE 1', 'DELE 2']);
  });

  it('the shared id is refused when the messages differ', async () => {
    const { client, server } = await open(saying(SAME));
    const id = 'POP3;UIDL=same';
    const refused = {
      code: 'INVALID_INPUT',
      message: expect.stringContaining('2 messages the same id') as string,
    };
    expect((await client.deleteMessages([id], { permanently: true })).get(id)).toMatchObject(refused);
    expect((await client.getMessages([id], { content: false })).get(id)).toMatchObject(refused);
    // Their number has changed since it was listed.
    const older = 'POP3;UIDL=same;COPY=1/3';
    expect((await client.getMessages([older], { content: false })).get(older)).toMatchObject(refused);
    expect(asked(server, 'DELE')).toEqual([]);
  });

  it('emptying deletes all of them, and counts them', async () => {
    const { client, server } = await open(saying(SAME));
    expect(await client.emptyFolder('INBOX')).toBe(3);
    expect(asked(server, 'DELE')).toHaveLength(3);
  });
});

describe('features that a POP3 server may lack', () => {
  it('UIDL: messages are identified by their headers, in the next session too', async () => {
    const { client, server } = await open(
      saying({ ...THREE, CAPA: capabilities('USER', 'TOP'), UIDL: '-ERR unknown\r\n' }),
    );
    const ids = await client.findMessages('INBOX', {}, 10);
    expect(new Set(ids).size).toBe(3);
    expect((await client.getMessages([ids[0]!], { content: false })).get(ids[0]!)).toMatchObject({
      subject: 'Number 3',
    });
    await client.deleteMessages([ids[1]!], { permanently: true });
    expect(asked(server, 'DELE')).toEqual(['DELE 2']);
    expect(await client.findMessages('INBOX', {}, 10)).toEqual(ids);
  });

  it('a unique id for each message: those without one are still listed', async () => {
    const { client } = await open(saying({ ...THREE, UIDL: '+OK\r\n1 a\r\n3 c\r\n.\r\n' }));
    expect(await list(client)).toEqual(['Number 3', 'Number 2', 'Number 1']);
  });

  it.each(['+OK\r\n', '-ERR [UTF8] not today\r\n'])(
    'UTF8 is switched on where it is offered: %j',
    async (answer) => {
      const { client, server } = await open(
        saying({ ...THREE, CAPA: capabilities('UIDL', 'TOP', 'UTF8 USER'), UTF8: answer }),
      );
      expect(await list(client)).toHaveLength(3);
      const order = server.commands.filter((one) => /UTF8|USER/.test(one)).map((one) => one.split(' ')[0]);
      expect(order).toEqual(['UTF8', 'USER']);
    },
  );

  it('UTF8 is not switched on elsewhere', async () => {
    const { server } = await open(saying(THREE));
    expect(asked(server, 'UTF8')).toEqual([]);
  });
});

describe('a download that fails', () => {
  const id = 'POP3;UIDL=a';

  it.each<[string, string | undefined | typeof hangUp, string]>([
    ['hanging up', hangUp, 'CONNECTION_LOST'],
    ['silence', undefined, 'COMMAND_TIMEOUT'],
    ['a refusal', '-ERR no\r\n', 'SERVER_REFUSED'],
  ])('by %s before its first byte is an error of the call itself', async (_, answer, code) => {
    for (const work of ['openMessage', 'openAttachment'] as const) {
      const { client } = await open(saying({ ...THREE, RETR: answer }));
      await expect(client[work](id, '2')).rejects.toMatchObject({ name: 'MailError', code });
    }
  });

  it.each([
    '+OK\r\nSubject: Half\r\n',
    '+OK\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-',
  ])('before the header of its part: %j', async (half) => {
    const { client } = await open(saying({ ...THREE, RETR: half }));
    await expect(client.openAttachment(id, '2')).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT' });
    expect(client.usable).toBe(false);
  });

  it('midway gives the reader an error of the mail session', async () => {
    const { client } = await open(saying({ ...THREE, RETR: '+OK\r\nSubject: Half\r\n\r\nhalf' }));
    const { content } = await client.openMessage(id);
    await expect(text(content)).rejects.toMatchObject({ name: 'MailError', code: 'COMMAND_TIMEOUT' });
  });

  it('that nobody reads closes the connection, so that its bytes do not reach the next command', async () => {
    const { client } = await open(saying(THREE));
    const { content } = await client.openMessage(id);
    content.destroy();
    await waitFor('the connection to be given up', () => !client.usable, 1000);
  });

  it('is repeated when the connection was lost', async () => {
    let lost = 0;
    const answers = saying(THREE);
    const server = await start((command) =>
      command === 'RETR 1' && lost++ === 0 ? hangUp : answers(command),
    );
    const session = sessionOf(settings(server.port));
    const read = await session.use(async (client) => await text((await client.openMessage(id)).content), {
      repeatable: true,
    });
    expect(read).toContain('Text 1');
    await session.close();
  });
});

describe('the attachments of a message', () => {
  const parts = ['one', 'two', 'three'].map(
    (name) => `--b\r\nContent-Disposition: attachment; filename=${name}.txt\r\n\r\n${name}\r\n`,
  );
  const mixed = `+OK\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join('')}--b--\r\n.\r\n`;
  const requests = (size: number) =>
    ['a', 'c'].flatMap((uidl) =>
      ['1', '2', '3', '9'].map((part) => ({
        ...{ id: `POP3;UIDL=${uidl}`, part, size, fileName: 'a', mimeType: 'text/plain', inline: false },
      })),
    );
  async function read(size: number, answers: Record<string, string>) {
    const { client, server } = await open(saying({ ...THREE, ...answers }));
    const results: string[] = [];
    for await (const [, one] of client.openAttachments(requests(size)))
      results.push(isMailError(one) ? one.code : await text(one.content));
    return { results, reads: asked(server, 'RETR').length };
  }
  const own = ['one', 'two', 'three', 'MESSAGE_NOT_FOUND'];

  it('are read with one RETR for each message', async () => {
    expect(await read(3, { RETR: mixed })).toEqual({ results: [...own, ...own], reads: 2 });
  });

  it('are read one by one if they are too large to be kept', async () => {
    const { results } = await read(20 * 1024 * 1024, { RETR: mixed });
    expect(results).toEqual([...own, ...own]);
  });

  it('are each named if the server does not give their message, which is asked for once', async () => {
    const refused = Array.from({ length: 4 }, () => 'SERVER_REFUSED');
    const answers = { 'RETR 1': '-ERR no\r\n', 'RETR 3': mixed };
    expect(await read(3, answers)).toEqual({ results: [...refused, ...own], reads: 2 });
  });
});

it('a session that is closed while it deletes does not send QUIT, which would delete', async () => {
  const { client, server } = await open(saying({ ...THREE, 'DELE 2': undefined }));
  const deleting = client.deleteMessages(['POP3;UIDL=a', 'POP3;UIDL=b'], { permanently: true });
  const outcome = deleting.then(
    () => expect.fail('deleted'),
    (error: MailError) => error.code,
  );
  await waitFor(
    'the command',
    () => server.commands.includes('DELE 2') || server.commands.includes('DELE 1'),
    1000,
  );
  await client.close();
  expect(await outcome).toBe('CONNECTION_LOST');
  expect(server.commands).not.toContain('QUIT');
});

it.each(['LIST', 'UIDL'])('%s without an end is stopped', async (name) => {
  // Lines without end, as fast as they are taken: as many as no maildrop has.
  const endless = `+OK\r\n${'1 a\r\n'.repeat(1_000_001)}`;
  const { client } = await open(saying({ ...THREE, [name]: endless }));
  await expect(list(client)).rejects.toMatchObject({ code: 'NOT_A_MAIL_SERVER' });
  expect(client.usable).toBe(false);
});

describe('a message that has a size, and of which the server gives nothing', () => {
  it('TOP: it is read by RETR', async () => {
    const { client } = await open(saying({ ...THREE, 'TOP 2': '+OK\r\n.\r\n' }));
    expect(await list(client)).toEqual(['Number 3', 'Number 2', 'Number 1']);
  });

  it('RETR: it is named, and not empty', async () => {
    const { client } = await open(saying({ ...THREE, 'RETR 2': '+OK\r\n.\r\n' }));
    const failed: FailedMessages = new Map();
    const read = await client.listMessages('INBOX', {}, { content: true }, 10, failed);
    expect(read.map(({ subject }) => subject)).toEqual(['Number 3', 'Number 1']);
    expect([...failed.keys()]).toEqual(['POP3;UIDL=b']);
    const { content } = await client.openMessage('POP3;UIDL=b');
    await expect(text(content)).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
  });
});

describe('a server that does not double the dot at the start of a line', () => {
  const half = `+OK\r\n${message('2')}before\r\n.\r\nafter\r\n.\r\n`;

  it('does not give half a message as a whole one', async () => {
    const { client } = await open(saying({ ...THREE, 'RETR 2': half }));
    const id = 'POP3;UIDL=b';
    await expect(client.getMessages([id], { content: true })).rejects.toMatchObject({
      message: expect.stringContaining('more than it was asked for') as string,
    });
  });

  it('nor as a download', async () => {
    const { client } = await open(saying({ ...THREE, 'RETR 2': half }));
    const { content } = await client.openMessage('POP3;UIDL=b');
    await expect(text(content)).rejects.toMatchObject({
      message: expect.stringContaining('more than it was asked for') as string,
    });
  });
});

describe('a server that offers SASL PLAIN and does not know it', () => {
  const offering = { ...THREE, CAPA: capabilities('USER', 'UIDL', 'TOP', 'SASL PLAIN') };

  it('gets USER and PASS', async () => {
    const { client, server } = await open(saying({ ...offering, AUTH: '-ERR Unknown command\r\n' }));
    expect(await list(client)).toHaveLength(3);
    expect(server.commands.slice(1, 4)).toEqual(['AUTH PLAIN', 'USER alice@example.test', 'PASS canary']);
  });

  it('does not get them if it refuses for another reason', async () => {
    const server = await start(saying({ ...offering, AUTH: '-ERR [SYS/TEMP] Try later\r\n' }));
    await expect(openClient(settings(server.port))).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    expect(asked(server, 'PASS')).toEqual([]);
  });
});

it.each([
  // RFC 1939 section 7, in the words of the examples for PASS.
  '-ERR unable to lock maildrop',
  '-ERR maildrop already locked',
  '-ERR lock busy!  Is another session active? (11)',
])('%s: the password is not wrong', async (answer) => {
  const server = await start(saying({ PASS: `${answer}\r\n` }));
  await expect(openClient(settings(server.port))).rejects.toMatchObject({ code: 'CONNECTION_LIMIT' });
});
