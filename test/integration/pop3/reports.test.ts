import { afterEach, describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import type { MailClient } from '../../../mail/model/client';
import type { FailedMessages } from '../../../mail/model/failed-messages';
import type { SessionSettings } from '../../../mail/account/session-settings';
import { openClient } from '../../../mail/session/open-client';
import { hangUp, startScriptedPop3, type Answers, type ScriptedPop3 } from '../../servers/scripted-pop3';
import { settingsFor } from '../fixture';

// What servers say over POP3, by the bug reports of other mail programs.

const clients: MailClient[] = [];
const servers: ScriptedPop3[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map(async (client) => await client.close()));
  await Promise.all(servers.splice(0).map(async (server) => await server.stop()));
});

async function open(answers: Answers) {
  const server = await startScriptedPop3(answers);
  servers.push(server);
  const settings: SessionSettings = {
    ...settingsFor({ host: 'localhost', ports: {}, users: {} } as never, {
      ...{ port: server.port, security: 'none', password: 'canary' },
    }),
    protocol: 'pop3',
    timeouts: { connect: 2000, command: 500, idle: 5000 },
  };
  const client = await openClient(settings);
  clients.push(client);
  return { client, server };
}

const answer = (...lines: string[]) => ['+OK', ...lines, '.', ''].join('\r\n');
const LIST = answer('1 100', '2 100', '3 100');
const UIDL = answer('1 a', '2 b', '3 c');
const message = (n: string) => `Subject: Number ${n}\r\nMessage-ID: <${n}@example.test>\r\n\r\n`;
const saying =
  (answers: Record<string, string | typeof hangUp>): Answers =>
  (command) => {
    const all: typeof answers = { LIST, UIDL, ...answers };
    const [name = '', number = ''] = command.split(' ');
    for (const key of [command, `${name} ${number}`, name]) if (Object.hasOwn(all, key)) return all[key];
    if (name === 'TOP') return `+OK\r\n${message(number)}.\r\n`;
    return name === 'RETR' ? `+OK\r\n${message(number)}Text ${number}\r\n.\r\n` : '';
  };

async function list(client: MailClient) {
  const failed: FailedMessages = new Map();
  const found = await client.listMessages('INBOX', {}, { content: true }, 10, failed);
  return { found, failed: [...failed.keys()] };
}
const SUBJECTS = ['Number 3', 'Number 2', 'Number 1'];
const IDS = ['POP3;UIDL=c', 'POP3;UIDL=b', 'POP3;UIDL=a'];
const REFUSED = '-ERR no messages\r\n';

describe('a list that is not quite as the standard has it (RFC 1939 sections 5 and 7)', () => {
  it.each([
    ['more after the size', { LIST: answer('1 100 octets', '2 100 (new)', '3 100') }],
    ['several spaces, and a tab', { LIST: answer(' 1  100', '2\t100', '3 100 ') }],
    ['more spaces before the id', { UIDL: answer('1   a', '2   b', '3   c') }],
    ['+OK before each size', { LIST: answer('+OK 1 100', '+OK 2 100', '+OK 3 100') }],
    ['+OK before each id', { UIDL: answer('+OK 1 a', '+OK 2 b', '+OK 3 c') }],
    ['only LF', { LIST: LIST.replaceAll('\r', ''), UIDL: UIDL.replaceAll('\r', '') }],
  ])('%s', async (_, answers) => {
    const { client } = await open(saying(answers));
    const { found } = await list(client);
    expect(found.map(({ subject }) => subject)).toEqual(SUBJECTS);
    expect(found.map(({ id }) => id)).toEqual(IDS);
    expect(found.map(({ size }) => size)).toEqual([100, 100, 100]);
    expect(await client.findMessages('INBOX', { largerThan: 50 }, 10)).toEqual(IDS);
  });

  it('ids with spaces are different ids, and stay the same when more mail arrives', async () => {
    const ids = { UIDL: answer('1 msg 1', '2   msg 2', '3 msg 3') };
    const { client, server } = await open(saying(ids));
    const found = (await list(client)).found.map(({ id }) => id);
    expect(found).toEqual(['POP3;UIDL=msg%203', 'POP3;UIDL=msg%202', 'POP3;UIDL=msg%201']);
    await client.deleteMessages([found[1]!], { permanently: true });
    expect(server.commands.filter((one) => one.startsWith('DELE'))).toEqual(['DELE 2']);
  });

  it('a message without a size or an id, and one that only UIDL names', async () => {
    const { client } = await open(
      saying({
        LIST: answer('1 -1', '2 100', '3 x'),
        UIDL: answer('1 a', '2 ', '3 c', '4 d'),
        'RETR 4': '-ERR no such message\r\n',
      }),
    );
    const { found, failed } = await list(client);
    expect(found.map(({ subject }) => subject)).toEqual(SUBJECTS);
    expect(failed).toEqual(['POP3;UIDL=d']);
  });
});

describe('a server that refuses to list a maildrop', () => {
  it.each([
    ['LIST and UIDL', { LIST: REFUSED, UIDL: REFUSED }],
    ['UIDL', { LIST: answer(), UIDL: REFUSED }],
    ['LIST', { LIST: REFUSED, UIDL: answer() }],
  ])('in which STAT counts no messages: %s', async (_, answers) => {
    const { client } = await open(saying({ ...answers, STAT: '+OK 0 0\r\n' }));
    expect((await list(client)).found).toEqual([]);
    expect(await client.getFolder('INBOX')).toMatchObject({ counts: { total: 0 } });
    expect(await client.emptyFolder('INBOX')).toBe(0);
  });

  it.each(['+OK 3 300\r\n', '-ERR no\r\n', '+OK\r\n', '+OK 01 5\r\n'])(
    'of which STAT says %j',
    async (STAT) => {
      const { client } = await open(saying({ LIST: REFUSED, STAT }));
      await expect(list(client)).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    },
  );
});

describe('a message', () => {
  it.each([
    ['+ok in lower case', { 'RETR 2': `+ok\r\n${message('2')}Text 2\r\n.\r\n` }],
    ['more than its size', { 'RETR 2': `+OK\r\n${message('2')}${'x'.repeat(5000)}\r\n.\r\n` }],
    ['a TOP without the empty line', { TOP: '+OK\r\nSubject: T\r\n.\r\n' }],
    ['a TOP that gives all', { TOP: answer('Subject: T', '', 'all of it') }],
  ])('%s', async (_, answers) => {
    const { client } = await open(saying(answers));
    expect((await list(client)).found.map(({ subject }) => subject)).toEqual(SUBJECTS);
    const headers = await client.listMessages('INBOX', {}, { content: false }, 10);
    expect(headers).toHaveLength(3);
  });

  it('for which Exchange gives a note, because it cannot convert it', async () => {
    const subject = 'Retrieval using the POP3 protocol failed for the following message: 2';
    const note = `From: "Microsoft Exchange Server"\r\nSubject: ${subject}\r\n\r\n`;
    const { client } = await open(
      saying({ 'TOP 2': `+OK\r\n${note}.\r\n`, 'RETR 2': `+OK\r\n${note}.\r\n` }),
    );
    expect(await list(client)).toMatchObject({ found: [{ id: IDS[0] }, { id: IDS[2] }], failed: [IDS[1]] });
    const got = await client.getMessages([IDS[1]!], { content: false });
    expect(got.get(IDS[1]!)).toMatchObject({ code: 'SERVER_REFUSED' });
  });

  it.each([
    ['QUIT', '-ERR some deleted messages not removed\r\n', 'CHANGE_UNCERTAIN'],
    ['QUIT', hangUp, 'CHANGE_UNCERTAIN'],
    ['DELE 2', '-ERR message 2 already deleted\r\n', 'SERVER_REFUSED'],
  ] as const)('that is deleted, and %s is answered with %s', async (command, reply, code) => {
    const { client } = await open(saying({ [command]: reply }));
    const outcome = (await client.deleteMessages([IDS[1]!], { permanently: true })).get(IDS[1]!);
    expect(isMailError(outcome) && outcome.code).toBe(code);
  });
});
