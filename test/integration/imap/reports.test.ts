import { buffer } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import type { MailClient } from '../../../mail/model/client';
import type { FailedMessages } from '../../../mail/model/failed-messages';
import { openClient } from '../../../mail/session/open-client';
import { fetched, silence, usual, type ScriptedMessage } from '../../servers/scripted-imap';
import { cleanUp, opened, scripted, scriptedSettings } from './scripted-lab';

// What servers do by the bug reports of other mail programs: one case for each kind.

cleanUp();

const THREE: ScriptedMessage[] = [11, 12, 13].map((uid) => ({ uid }));
const idOf = (uid: number) => `INBOX;UIDVALIDITY=7/;UID=${uid}`;
const isFetch = (command: string) => /^(?:UID )?FETCH/.test(command);
const list = async (client: MailClient, failed?: FailedMessages) =>
  (await client.listMessages('INBOX', {}, { content: true }, 10, failed)).map(
    ({ subject, size, content }) => [subject, size, content?.text],
  );
const WHOLE = [13, 12, 11].map((uid) => [`Number ${uid}`, 87, 'Text']);

describe('a FETCH that answers in several lines for one message (RFC 9051 section 7.5.2)', () => {
  it.each([
    ['each with the UID', (uid: number) => `UID ${uid} `],
    ['only the first with the UID', () => ''],
  ])('%s: the message is whole', async (_, uidOf) => {
    const { client } = await opened((command) => {
      if (!isFetch(command) || !command.includes('BODYSTRUCTURE')) return undefined;
      return THREE.map((one, i) => {
        const whole = fetched(i + 1, one, command);
        const at = whole.indexOf('BODYSTRUCTURE');
        return `${whole.slice(0, at).trim()})\r\n* ${i + 1} FETCH (${uidOf(one.uid)}${whole.slice(at)}`;
      }).join('');
    }, THREE);
    expect(await list(client)).toEqual(WHOLE);
  });

  it('flags of other clients before, between and after do not count', async () => {
    const news = '* 2 FETCH (UID 12 FLAGS (\\Seen))\r\n* 9 FETCH (UID 99 FLAGS ())\r\n';
    const { client } = await opened(
      (command) =>
        isFetch(command) ? news + usual(THREE, command).replace('* 3', `${news}* 3`) + news : undefined,
      THREE,
    );
    expect(await list(client)).toEqual(WHOLE);
  });
});

describe('a FETCH that leaves out messages that exist, and ends in OK', () => {
  const refused = { code: 'SERVER_REFUSED', message: expect.stringContaining('gave nothing') as string };

  it.each([
    ['one message', (answer: string) => answer.replace(/\* 2 FETCH[^]*?(?=\* 3|$)/, ''), [12]],
    ['the UID of each', (answer: string) => answer.replace(/UID \d+ /g, ''), [11, 12, 13]],
  ])('%s: the messages are named, and not gone', async (_, change, missing) => {
    const { client } = await opened(
      (command) => (isFetch(command) ? change(usual(THREE, command)) : undefined),
      THREE,
    );
    const failed: FailedMessages = new Map();
    expect(await list(client, failed)).toHaveLength(3 - missing.length);
    expect([...failed.keys()].toSorted()).toEqual(missing.map(idOf));
    expect((await client.getMessages([idOf(12)], { content: false })).get(idOf(12))).toMatchObject(refused);
    await expect(list(client)).rejects.toMatchObject(refused);
  });

  it('they are asked for again: Apache James gives some late', async () => {
    let isFirst = true;
    const { client } = await opened((command) => {
      if (!isFetch(command) || !isFirst) return undefined;
      isFirst = false;
      return usual(THREE, command).replace(/\* 2 FETCH[^]*?(?=\* 3)/, '');
    }, THREE);
    expect(await list(client)).toEqual(WHOLE);
  });

  it('those that are gone are still gone, which costs one search', async () => {
    const { client, server } = await opened(() => undefined, THREE);
    const before = server.commands.length;
    const found = await client.getMessages([idOf(12), idOf(40)], { content: false });
    expect([...found.values()].map((one) => (isMailError(one) ? one.code : one.subject))).toEqual([
      'Number 12',
      'MESSAGE_NOT_FOUND',
    ]);
    expect(server.commands.slice(before).map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual([
      'SELECT INBOX',
      'UID FETCH',
      'UID SEARCH',
    ]);
  });
});

describe('a server that says goodbye', () => {
  it('and then OK, in the middle of a FETCH: the folder is not empty', async () => {
    const { client } = await opened(
      (command) => (isFetch(command) ? '* BYE Autologout; idle for too long\r\n' : undefined),
      THREE,
    );
    await expect(list(client)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('and stays, again and again', async () => {
    const { client, server } = await opened((command) => (isFetch(command) ? silence : undefined), THREE);
    const timer = setInterval(() => server.say('* BYE Autologout; idle for too long\r\n'), 50);
    await expect(list(client)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    clearInterval(timer);
  });
});

it('a server that only says "Still here" is not waited for without end', async () => {
  const { client, server } = await opened((command) => (isFetch(command) ? silence : undefined), THREE, 200);
  const timer = setInterval(() => server.say('* OK Still here\r\n'), 50);
  const started = Date.now();
  await expect(list(client)).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT' });
  clearInterval(timer);
  expect(Date.now() - started).toBeGreaterThan(1500);
});

describe('a server that gives less of a long text than it was asked for', () => {
  const content = Buffer.alloc(9 * 1024 * 1024 + 5, 'abcdefghij');
  const structure = (size: number) =>
    `(("text" "plain" NIL NIL NIL "7bit" 4 1)("application" "pdf" ("name" "a.pdf") NIL NIL "7bit" ${size} NIL ("attachment" ("filename" "a.pdf"))) "mixed" ("boundary" "b"))`;

  /** @param most bytes for each command @param size what it claims the whole to have */
  async function read(most: number, size = content.length, hasOrigin = true) {
    const bodyStructure = structure(size);
    const { client } = await opened(
      (command) => {
        const [part, name = '', from = '', count = ''] =
          /BODY\.PEEK\[(2|)\]<(\d+)\.(\d+)>/.exec(command) ?? [];
        if (!part) return undefined;
        const start = hasOrigin ? Number(from) : 0;
        const bytes = content.subarray(start, start + Math.min(most, hasOrigin ? Number(count) : Infinity));
        const rest = command.includes('BODYSTRUCTURE') ? ` BODYSTRUCTURE ${bodyStructure}` : '';
        const origin = hasOrigin ? `<${from}>` : '';
        return `* 1 FETCH (UID 11 RFC822.SIZE ${size}${rest} BODY[${name}]${origin} {${bytes.length}}\r\n${bytes.toString('latin1')})\r\n`;
      },
      [{ uid: 11, bodyStructure }],
      10_000,
    );
    const file = await client.openAttachment(idOf(11), '2');
    const attached = await buffer(file.content);
    const message = await client.openMessage(idOf(11));
    const whole = await buffer(message.content);
    return [attached.equals(content), whole.equals(content)];
  }

  it('gives all of it in the end', async () => {
    expect(await read(1024 * 1024)).toEqual([true, true]);
  });

  it.each([2 * content.length, 1])('may count %d bytes wrongly', async (size) => {
    expect(await read(Infinity, size)).toEqual([true, true]);
  });

  it('may ignore which part is asked for', async () => {
    expect(await read(Infinity, content.length + 1000, false)).toEqual([true, true]);
  });
});

it.each([
  ['NIL', undefined],
  ['" 0-Jan-0000 00:00:00 +0000"', undefined],
  ['"02-Feb-2026 10:00:00 +0000"', '2026-02-02T10:00:00.000Z'],
])('INTERNALDATE %s is no date of its own', async (date, receivedAt) => {
  const { client } = await opened(
    (command) =>
      isFetch(command)
        ? usual(THREE, command).replaceAll(/INTERNALDATE "[^"]*"/g, `INTERNALDATE ${date}`)
        : undefined,
    THREE,
  );
  const messages = await client.listMessages('INBOX', {}, { content: false }, 10);
  expect(messages.map((one) => one.receivedAt)).toEqual([receivedAt, receivedAt, receivedAt]);
});

it.each([
  ['COPYUID 9 11:13 1:3', [1, 2, 3]],
  // "2:4 and 4:2 are equivalent" (RFC 4315 section 4).
  ['COPYUID 9 13:11 3:1', [1, 2, 3]],
  ['COPYUID 9 13:11 1:3', [1, 2, 3]],
  ['COPYUID 9 11:13 1:2', undefined],
  ['COPYUID 9 11:13', undefined],
  ['COPYUID 9 11:13 0:0', undefined],
])('a move that answers %s', async (code, uids) => {
  const { client } = await opened((command) => {
    if (command === 'CAPABILITY') return '* CAPABILITY IMAP4rev1 UIDPLUS MOVE\r\n';
    return command.startsWith('UID MOVE') ? `${'* 1 EXPUNGE\r\n'.repeat(3)}OK [${code}] done` : undefined;
  }, THREE);
  const moved = await client.moveMessages([11, 12, 13].map(idOf), 'Archive');
  expect([11, 12, 13].map((uid) => moved.get(idOf(uid)))).toEqual(
    [0, 1, 2].map((i) => ({
      folder: 'Archive',
      ...(uids && { id: `Archive;UIDVALIDITY=9/;UID=${uids[i]}` }),
    })),
  );
});

it('folders that are listed twice are one, and where folders begin is none', async () => {
  const { client } = await opened((command) =>
    command.startsWith('LIST')
      ? '* LIST () "/" INBOX\r\n* LIST (\\Noselect) "/" Inbox\r\n* LIST () "/" Sent\r\n* LIST (\\Sent) "/" Sent\r\n* LIST () "/" ""\r\n* LIST (\\Noselect) "/" "Old/"\r\n'
      : undefined,
  );
  const folders = await client.listFolders({ counts: false });
  expect(
    folders.map(({ path, name, specialUse, selectable }) => [path, name, specialUse, selectable]),
  ).toEqual([
    ['INBOX', 'INBOX', '\\Inbox', true],
    ['Old/', 'Old', undefined, false],
    ['Sent', 'Sent', '\\Sent', true],
  ]);
});

it('a server that wants to be asked later is temporarily unavailable', async () => {
  const { client } = await opened((command) =>
    command.startsWith('SELECT') ? 'NO [THROTTLED] Account exceeded command or bandwidth limits.' : undefined,
  );
  await expect(list(client)).rejects.toMatchObject({
    code: 'SERVER_REFUSED',
    description: expect.stringContaining('temporary') as string,
  });
});

describe('a server that offers AUTH=PLAIN and does not know it', () => {
  const offering = (answer: string) => (command: string) => {
    if (command === 'CAPABILITY') return '* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n';
    return command.startsWith('AUTHENTICATE') ? answer : undefined;
  };

  it('gets the LOGIN command', async () => {
    const { client, server } = await opened(offering('BAD Unknown command'), THREE);
    expect(await list(client)).toEqual(WHOLE);
    expect(server.commands.filter((one) => /^(?:AUTH|LOGIN)/.test(one))).toHaveLength(2);
  });

  it('does not get it after it refused the password', async () => {
    const server = await scripted(offering('NO [AUTHENTICATIONFAILED] Wrong'));
    await expect(openClient(scriptedSettings(server.port))).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    });
    expect(server.commands.filter((one) => one.startsWith('LOGIN'))).toEqual([]);
  });
});

it.each([' BODY[1]<0>)', ' BODY[1]<0> )'])(
  'an empty text for which the server writes no value: %s',
  async (end) => {
    const empty = '("text" "plain" NIL NIL NIL "7bit" 0 0 NIL NIL NIL NIL)';
    const messages = [{ uid: 11 }, { uid: 12, bodyStructure: empty, text: '' }, { uid: 13 }];
    const { client } = await opened(
      (command) =>
        isFetch(command)
          ? usual(messages, command)
              .replaceAll(' BODY[1]<0> {0}\r\n)', end)
              .replaceAll(' BODY[1] {0}\r\n)', end)
          : undefined,
      messages,
    );
    expect((await list(client)).map(([, , content]) => content)).toEqual(['Text', '', 'Text']);
  },
);

it('a message that is left out only after all of them were refused is named', async () => {
  const { client } = await opened((command) => {
    if (!isFetch(command)) return undefined;
    const given = usual(THREE, command).replace(/\* 2 FETCH[^]*?(?=\* 3|$)/, '');
    return command.startsWith('UID') ? given : 'NO failed';
  }, THREE);
  const failed: FailedMessages = new Map();
  expect(await list(client, failed)).toHaveLength(2);
  expect([...failed.keys()]).toEqual([idOf(12)]);
});

describe('a server that says OK and does nothing', () => {
  const still = {
    code: 'CHANGE_UNCERTAIN',
    message: expect.stringContaining('still where it was') as string,
  };
  const ids = [11, 12].map(idOf);
  const outcomes = async (
    capabilities: string,
    change: (client: MailClient) => Promise<Map<string, unknown>>,
  ) => {
    const { client } = await opened(
      (command) => (command === 'CAPABILITY' ? `* CAPABILITY IMAP4rev1 ${capabilities}\r\n` : undefined),
      THREE,
    );
    return [...(await change(client)).values()];
  };

  it.each(['UIDPLUS MOVE', 'MOVE', 'UIDPLUS', ''])('to a move, with %s', async (capabilities) => {
    expect(
      await outcomes(capabilities, async (client) => await client.moveMessages(ids, 'Archive')),
    ).toMatchObject([still, still]);
  });

  it.each(['UIDPLUS', ''])('to a deletion, with %s', async (capabilities) => {
    const remove = async (client: MailClient) => await client.deleteMessages(ids, { permanently: true });
    expect(await outcomes(capabilities, remove)).toMatchObject([still, still]);
  });

  it.each([
    ['nothing', ''],
    ['only one of three', '* 1 EXPUNGE\r\n'],
  ])('to emptying a folder, and removes %s', async (_, expunged) => {
    const { client } = await opened((command) => {
      if (command === 'EXPUNGE') return expunged;
      return /SEARCH.*DELETED/.test(command) ? '* SEARCH 12 13\r\n' : undefined;
    }, THREE);
    await expect(client.emptyFolder('INBOX')).rejects.toMatchObject(still);
  });

  it.each([
    ['a copy', 'UIDPLUS', 'copyMessages'],
    ['a move', 'UIDPLUS MOVE', 'moveMessages'],
    ['a move', 'UIDPLUS', 'moveMessages'],
    ['a deletion', 'UIDPLUS', 'deleteMessages'],
    ['emptying a folder', 'UIDPLUS', 'emptyFolder'],
  ])('to %s with %s, and refuses to say what is left: it is not known', async (_, capabilities, change) => {
    let isChanged = false;
    const { client } = await opened((command) => {
      if (/MOVE|EXPUNGE/.test(command) || (change === 'copyMessages' && /COPY/.test(command)))
        isChanged = true;
      if (command === 'CAPABILITY') return `* CAPABILITY IMAP4rev1 ${capabilities}\r\n`;
      return isChanged && command.startsWith('UID SEARCH') ? 'NO not now' : undefined;
    }, THREE);
    const unknown = { code: 'CHANGE_UNCERTAIN' };
    if (change === 'emptyFolder')
      return await expect(client.emptyFolder('INBOX')).rejects.toMatchObject(unknown);
    const outcomes =
      change === 'deleteMessages'
        ? await client.deleteMessages(ids, { permanently: true })
        : await client[change as 'copyMessages'](ids, 'Archive');
    expect([...outcomes.values()]).toMatchObject([unknown, unknown]);
  });

  it('to a move of a message that is gone: it is gone', async () => {
    const move = async (client: MailClient) => await client.moveMessages([idOf(40)], 'Archive');
    expect(await outcomes('UIDPLUS MOVE', move)).toMatchObject([{ code: 'MESSAGE_NOT_FOUND' }]);
  });
});
