import { connect, createServer, type Server } from 'node:net';

import { afterAll, beforeAll, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { openClient } from '../../../mail/session/open-client';
import { listen } from '../../servers/ports';
import { sleep } from '../../servers/wait';
import { settingsFor } from '../fixture';
import { results, startImapLab, type ImapLab } from './lab';

// What other servers do: Dovecot's answers are changed on their way, or the commands to it.

let lab: ImapLab;
let server: Server;
let client: MailClient;
let change = (answer: string) => answer;
let changeCommand = (command: string) => command;

beforeAll(async () => {
  lab = await startImapLab();
  server = createServer((socket) => {
    const upstream = connect(lab.dovecot.ports.imap, '127.0.0.1');
    socket
      .on('data', (chunk: Buffer) =>
        upstream.write(Buffer.from(changeCommand(chunk.toString('latin1')), 'latin1')),
      )
      .on('error', () => upstream.destroy())
      .on('close', () => upstream.destroy());
    upstream
      .on('data', (chunk: Buffer) => socket.write(Buffer.from(change(chunk.toString('latin1')), 'latin1')))
      .on('close', () => socket.destroy());
  });
  const port = await listen(server);
  client = await openClient(settingsFor(lab.dovecot, { port, security: 'none' }));
});
afterAll(async () => {
  await client?.close();
  server?.close();
  await lab?.stop();
});

const withoutCopyUid = (answer: string) =>
  answer.replace(/\* OK \[COPYUID .*\r\n/, '').replace(/\[COPYUID [^\]]*\] /, '');
const absent = (id: string) => id.replace(/UID=\d+$/, 'UID=4000');

it('a move without new ids: reports that all were moved, none were there, or that the outcome is unknown', async () => {
  const [one = '', two = '', three = ''] = await lab.fill('Box', ['one', 'two', 'three']);
  change = withoutCopyUid;
  expect((await client.moveMessages([one], 'Archive')).get(one)).toEqual({ folder: 'Archive' });
  expect(results(await client.moveMessages([absent(one)], 'Archive'))).toEqual(['MESSAGE_NOT_FOUND']);
  expect(results(await client.moveMessages([two, absent(two)], 'Archive'))).toEqual([
    'CHANGE_UNCERTAIN',
    'CHANGE_UNCERTAIN',
  ]);
  expect(results(await client.copyMessages([three, absent(three)], 'Archive'))).toEqual([
    'done',
    'MESSAGE_NOT_FOUND',
  ]);
});

it('a move that the server stops midway', async () => {
  const [one = '', two = ''] = await lab.fill('Midway', ['one', 'two']);
  change = (answer) =>
    withoutCopyUid(answer).replace(/OK Move completed[^\r]*/, 'NO [SERVERBUG] Something went wrong');
  expect((await client.moveMessages([one], 'Archive')).get(one)).toMatchObject({
    code: 'CHANGE_UNCERTAIN',
    message: expect.stringContaining('the server refused') as string,
  });
  change = (answer) => answer;
  expect(results(await client.moveMessages([two], 'Archive'))).toEqual(['done']);
});

it('a copy that did nothing because some of the messages no longer exist', async () => {
  const [one = ''] = await lab.fill('Expunged', ['one']);
  change = (answer) =>
    withoutCopyUid(answer).replace(
      /OK \[?.*Copy completed[^\r]*/,
      'NO [EXPUNGEISSUED] Some of the requested messages no longer exist.',
    );
  const outcome = (await client.copyMessages([one], 'Archive')).get(one);
  expect(outcome).toMatchObject({
    code: 'SERVER_REFUSED',
    message: expect.stringContaining('no longer exist') as string,
  });
});

it("a refusal in the server's own words is passed on", async () => {
  const ids = await lab.fill('Full', ['one']);
  change = (answer) =>
    /Store completed/.test(answer) ? answer.replace(/OK [^\r]*/, 'NO [NOPERM] Not for you') : answer;
  const outcome = (await client.markMessages(ids, { isRead: true })).get(ids[0]!);
  expect(outcome).toMatchObject({
    code: 'SERVER_REFUSED',
    message: expect.stringContaining('Not for you') as string,
  });
});

it('a server that misses the mail of the moment in which IDLE begins is asked again soon', async () => {
  await lab.fill('Missed', ['old']);
  let missed = '';
  change = (answer) => {
    if (/OK NOOP/.test(answer)) return missed + answer;
    if (!/^\* \d+ (EXISTS|RECENT)\r\n/.test(answer) || / OK /.test(answer)) return answer;
    missed += answer;
    return '';
  };
  const before = await client.waitForChanges('Missed', undefined, { timeout: 0 });
  const started = Date.now();
  const waiting = client.waitForChanges('Missed', before, { timeout: 25_000 });
  await sleep(300);
  await lab.fill('Missed', ['new']);
  expect(await waiting).not.toBe(before);
  expect(missed).toContain('EXISTS');
  expect(Date.now() - started).toBeLessThan(15_000);
  change = (answer) => answer;
});

it('a server that offers IDLE and then refuses it is polled every few seconds instead', async () => {
  await lab.fill('Waited', ['old']);
  change = (answer) => answer;
  const before = await client.waitForChanges('Waited', undefined, { timeout: 0 });
  changeCommand = (command) => command.replace(/ IDLE\r\n/, ' REFUSED\r\n');
  const waiting = client.waitForChanges('Waited', before, { timeout: 20_000 });
  await sleep(300);
  await lab.fill('Waited', ['new']);
  expect(await waiting).not.toBe(before);
});

it('news about flags within an answer are not taken for messages', async () => {
  const ids = await lab.fill('News', ['one', 'two']);
  change = (answer) =>
    answer.replace(
      /(\* 2 FETCH \(UID 2)/,
      '* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* 1 FETCH (FLAGS (\\Seen))\r\n$1',
    );
  const messages = await client.listMessages('News', {}, { content: false }, 10);
  expect(messages.map(({ id, subject }) => [id, subject])).toEqual([
    [ids[1], 'two'],
    [ids[0], 'one'],
  ]);
});

it('a copy without new ids has an unknown outcome when the connection ends right after it', async () => {
  const ids = await lab.fill('Ended', ['one', 'two']);
  const [other = ''] = await lab.fill('Ended 2', ['three']);
  // Ours asks what was there to be copied, and gets no answer.
  change = (answer) => {
    if (/Copy completed/.test(answer)) changeCommand = () => '';
    return withoutCopyUid(answer);
  };
  const outcomes = await client.copyMessages([...ids, other], 'Archive');
  expect(results(outcomes)).toEqual(['CHANGE_UNCERTAIN', 'CHANGE_UNCERTAIN', 'COMMAND_TIMEOUT']);
});
