import { expect, it } from 'vitest';

import { usual, type ScriptedMessage } from '../../servers/scripted-imap';
import { cleanUp, opened } from './scripted-lab';

cleanUp();

it('a message is told of though its UID was given out before it could be seen', async () => {
  const messages: ScriptedMessage[] = [{ uid: 1 }];
  let next = 2;
  const { client, server } = await opened((command) => {
    if (command === 'CAPABILITY') return '* CAPABILITY IMAP4rev1 IDLE\r\n';
    if (!command.startsWith('SELECT')) return undefined;
    return usual(messages, command).replace(/UIDNEXT \d+/, `UIDNEXT ${next}`);
  }, messages);
  const start = await client.changesSince('INBOX', undefined, { limit: 10 });
  // The message is being stored.
  next = 3;
  const state = await client.waitForChanges('INBOX', undefined, { timeout: 0 });
  const before = await client.changesSince('INBOX', start.cursor, { limit: 10 });
  expect(before).toMatchObject({ arrived: [], restarted: false });
  const waiting = client.waitForChanges('INBOX', state, { timeout: 20_000 });
  const waitingSince = Date.now();
  setTimeout(() => {
    messages.push({ uid: 2 });
    server.say('* 2 EXISTS\r\n');
  }, 200);
  await waiting;
  expect(Date.now() - waitingSince).toBeLessThan(3_000);
  const { arrived, cursor } = await client.changesSince('INBOX', before.cursor, { limit: 10 });
  expect(arrived).toEqual(['INBOX;UIDVALIDITY=7/;UID=2']);
  expect((await client.changesSince('INBOX', cursor, { limit: 10 })).arrived).toEqual([]);
});
