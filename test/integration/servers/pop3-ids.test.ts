import { afterEach, beforeEach, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { isMailError } from '../../../mail/errors';
import { openClient } from '../../../mail/session/open-client';
import { startScriptedPop3, type ScriptedPop3 } from '../../servers/scripted-pop3';
import { settingsFor } from '../fixture';

// As popa3d does, which makes the unique id of a few headers. RFC 1939 section 7 allows it for copies of a message.
const SUBJECTS = ['One', 'Two', 'Three'];
const UIDS = ['same', 'same', 'other'];
const source = (number: number) => `Subject: ${SUBJECTS[number - 1]}\r\n\r\nText ${number}\r\n`;

let server: ScriptedPop3;
let client: MailClient;
beforeEach(async () => {
  server = await startScriptedPop3((command) => {
    const [verb = '', number = ''] = command.split(' ');
    if (verb === 'LIST')
      return `+OK\r\n${SUBJECTS.map((_, i) => `${i + 1} ${source(i + 1).length}\r\n`).join('')}.\r\n`;
    if (verb === 'UIDL') return `+OK\r\n${UIDS.map((uid, i) => `${i + 1} ${uid}\r\n`).join('')}.\r\n`;
    if (verb === 'TOP' || verb === 'RETR') return `+OK\r\n${source(Number(number))}.\r\n`;
    return '';
  });
  const settings = settingsFor({ host: 'localhost', users: {}, ca: '', ports: {} } as never, {
    ...{ password: 'x', port: server.port, security: 'none', caCertificate: undefined },
  });
  client = await openClient({ ...settings, protocol: 'pop3' });
});
afterEach(async () => {
  await client.close();
  await server.stop();
});

const list = async () => await client.listMessages('INBOX', {}, { content: false }, 10);
const deleted = () =>
  server.commands.filter((command) => command.startsWith('DELE ')).map((one) => one.slice(5));

it('lists every message', async () => {
  expect((await list()).map(({ subject }) => subject)).toEqual(['Three', 'Two', 'One']);
});

// The oldest of them wins.
it('returns the message that was listed under an id, or refuses', async () => {
  for (const { id, subject } of await list()) {
    const found = (await client.getMessages([id], { content: true })).get(id);
    if (!isMailError(found)) expect(found?.subject).toBe(subject);
  }
});

it('deletes the message that was listed, or refuses', async () => {
  const two = (await list()).find(({ subject }) => subject === 'Two');
  const outcome = (await client.deleteMessages([two!.id], { permanently: true })).get(two!.id);
  expect(deleted()).toEqual(isMailError(outcome) ? [] : ['2']);
});

// It says 3 and deletes 2.
it('empties the inbox, and says how much was in it', async () => {
  expect(await client.emptyFolder('INBOX')).toBe(3);
  expect(deleted().sort()).toEqual(['1', '2', '3']);
});
