import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { compose } from '../../../mail/mime/compose';
import { ALICE } from '../fixture';
import { agreeable } from './scripted';
import { ScriptedLab } from './scripted-lab';

// What servers say over SMTP, by the bug reports of other mail programs.

const lab = new ScriptedLab();
const { start, send, lines } = lab;
const saying = (step: string, answer: string) => (line: string) =>
  line.startsWith(step) ? answer : agreeable(line);

it('a refusal of the login in words that nobody knows is given as it is, with what to check', async () => {
  await start(saying('AUTH', '554 Computer says no'));
  await expect(send()).rejects.toMatchObject({
    code: 'AUTHENTICATION_FAILED',
    message: expect.stringContaining('refused the login (554 Computer says no)') as string,
    description: expect.stringMatching(/^Sending uses the same login as reading/) as string,
  });
});

describe('an answer that is not quite as usual is taken', () => {
  it.each([
    ['.', '250-2.0.0 OK\r\n250-more\r\n250 queued'],
    ['.', '\r\n250 OK after an empty line'],
    ['.', '299 whatever'],
    ['RCPT', '251 User not local; will forward'],
    ['RCPT', '252 Cannot VRFY user, but will accept message'],
    ['DATA', '354-go\r\n354 on'],
    ['MAIL', '250'],
    ['EHLO', '250-scripted\n250 AUTH PLAIN\n'],
    ['EHLO', '250-scripted\r\n250-auth plain\r\n250-size 0\r\n250 8bitmime'],
  ])('%s: %j', async (step, answer) => {
    await start(saying(step, answer));
    expect(await send()).toMatchObject({ accepted: ['bob@example.test'], rejected: [] });
  });

  it('a greeting of several lines', async () => {
    await start((line) => agreeable(line), {}, '220-welcome\r\n220-to\r\n220 scripted ESMTP');
    expect(await send()).toMatchObject({ accepted: ['bob@example.test'] });
  });
});

describe('a server that answers twice to the end of a message', () => {
  it.each(['250\r\n250 Ok id', '250 Ok\r\n250 Ok\r\n250 Ok'])(
    '%j: every message is sent once',
    async (answer) => {
      await start(saying('.', answer));
      const names = ['bob', 'cleo', 'dan'];
      for (const name of names) {
        expect(await send({ to: `${name}@example.test` })).toMatchObject({
          accepted: [`${name}@example.test`],
        });
      }
      expect(lines('RCPT')).toEqual(names.map((name) => `RCPT TO:<${name}@example.test>`));
      expect(lab.server.lines.filter((line) => line === '.')).toHaveLength(3);
    },
  );

  it('and to those that are sent at the same time', async () => {
    await start(saying('.', '250\r\n250 Ok id'));
    const sent = await Promise.all(
      ['bob', 'cleo'].map(async (name) => await send({ to: `${name}@example.test` })),
    );
    expect(sent.map(({ accepted }) => accepted)).toEqual([['bob@example.test'], ['cleo@example.test']]);
  });
});

describe('what a refusal means', () => {
  const SENDER = /does not let this account send from that address.*\n.*"From"/s;
  const LOGIN = /takes mail only from those who have logged in.*\n.*"SMTP Authentication"/s;
  const TOO_LARGE = /^The message is too large.*\n.*attachments/s;
  const LATER = /does not accept the message now.*\n.*temporary/s;
  const OTHER = /refused the message.*\nSee the answer/s;

  it.each<[string, string, RegExp]>([
    ['MAIL', '553 5.7.1 Sender address rejected: not owned by auth user.', SENDER],
    ['MAIL', '550 5.7.0 From address is not one of your addresses', SENDER],
    ['MAIL', '501 mail from address must be same as authorization user', SENDER],
    ['MAIL', '553 Mail from must equal authorized user', SENDER],
    ['MAIL', '553 Relaying disallowed as ada@example.test', SENDER],
    ['.', '554 Message rejected: Email address is not verified. The following identities failed', SENDER],
    [
      'MAIL',
      '550-Requested action not taken: mailbox unavailable\r\n550 Sender address is not allowed.',
      /\(550 Requested action not taken: mailbox unavailable Sender address is not allowed\).*\n.*"From"/s,
    ],
    ['MAIL', '450 4.1.8 Sender address rejected: Domain not found', LATER],
    ['MAIL', '503 5.5.1 AUTH required', LOGIN],
    ['MAIL', '535 5.7.0 authentication required', LOGIN],
    ['.', '550 Message too large', TOO_LARGE],
    ['.', '523 the message size exceeds the limit', TOO_LARGE],
    ['.', '554 5.3.4 Message size exceeds fixed limit', TOO_LARGE],
    ['.', '552 5.2.2 mailbox full', OTHER],
    ['.', '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded', LATER],
    ['.', '421 4.3.0 Temporary System Problem', LATER],
    ['RCPT', '421 4.7.0 Too many errors', LATER],
    ['.', '554 5.7.1 [2] Message rejected under suspicion of SPAM; https://example.test/x', OTHER],
    ['.', '550 5.4.5 Daily user sending limit exceeded.', OTHER],
    ['DATA', '554 no valid recipients', OTHER],
  ])('%s: %s', async (step, answer, expected) => {
    await start(saying(step, answer));
    const error = (await send().then(
      () => expect.fail('sent'),
      (reason: unknown) => reason,
    )) as Error & { description: string };
    expect(error).toMatchObject({ code: 'SEND_REFUSED' });
    expect(`${error.message}\n${error.description}`).toMatch(expected);
    expect(lab.server.opened).toBe(1);
  });
});

describe('the bytes of a message', () => {
  const isBare = (content: Buffer | undefined) => /\r(?!\n)|(?<!\r)\n/.test(String(content));

  it('have no bare CR or LF, which servers refuse', async () => {
    await start((line) => agreeable(line));
    const content = Buffer.from('x\ry\nz');
    const attachments = [{ fileName: 'a.txt', mimeType: 'text/plain', content }];
    expect(isBare((await send({ text: 'a\rb\nc', html: '<p>a\rb\nc', attachments })).content)).toBe(false);
    const stored = Buffer.from('Subject: x\n\nline\rtwo\n.dot\n');
    const draft = {
      ...compose({ from: ALICE, to: 'bob@example.test' }),
      open: () => Readable.from([stored]),
    };
    const before = lab.server.lines.length;
    await lab.submission.send(draft, { keepContent: false });
    const sent = lab.server.lines.slice(before);
    expect(sent.slice(sent.indexOf('DATA') + 1)).toEqual(['Subject: x', '', 'line', 'two', '..dot', '.']);
  });

  it('have a domain as the DNS has it, and one command for each recipient', async () => {
    await start((line) => agreeable(line));
    await send({
      to: 'bob@b\u00fccher.example, Bob <bob@xn--bcher-kva.example>',
      cc: 'bob@b\u00fccher.example',
    });
    expect(lines('RCPT')).toEqual(['RCPT TO:<bob@xn--bcher-kva.example>']);
  });
});

it('a server that does not know RSET still gets the next message', async () => {
  let refusals = 0;
  await start((line) => {
    if (line.startsWith('RCPT') && refusals++ === 0) return '550 no';
    return line.startsWith('RSET') ? '502 not implemented' : agreeable(line);
  });
  await expect(send()).rejects.toMatchObject({ code: 'SEND_REFUSED' });
  expect(await send()).toMatchObject({ accepted: ['bob@example.test'] });
});
