import { Readable } from 'node:stream';

import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';

import { compose } from '../../../mail/mime/compose';
import { ALICE } from '../fixture';
import { agreeable } from './scripted';
import { ScriptedLab } from './scripted-lab';

// What servers say over SMTP, by the numbers of the field's dialogues.

const lab = new ScriptedLab();
const { start, send, lines } = lab;

describe('12. The server refuses the name in EHLO', () => {
  const refused = {
    code: 'SERVER_REFUSED',
    message: expect.stringMatching(/refused the name that this side gave in EHLO/) as string,
    description: expect.stringMatching(/Client Name \(EHLO\)/) as string,
  };

  it.each([
    '421 4.7.0 Try again later, closing connection. (EHLO)',
    '504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname',
    '550 invalid HELO name',
  ])('%s: the error says that it is about the name', async (answer) => {
    await start((line) => (/^(?:EHLO|HELO)/.test(line) ? answer : agreeable(line)));
    const error = await send().catch((reason: Error & { description: string }) => reason);
    expect(error).toMatchObject(refused);
    expect((error as { description: string }).description).not.toMatch(/port|security/i);
  });

  it.each([
    ['MAIL', '550 5.7.1 Helo command rejected: Access denied'],
    ['RCPT', '504 5.5.2 <[127.0.0.1]>: Helo command rejected: need fully-qualified hostname'],
    ['RCPT', '450 4.7.1 <x>: Helo command rejected: Host not found'],
  ])('at %s: the error says that it is about the name: %s', async (command, answer) => {
    await start((line) => (line.startsWith(command) ? answer : agreeable(line)));
    await expect(send()).rejects.toMatchObject({ ...refused, code: 'SEND_REFUSED' });
  });

  it('the name can be set', async () => {
    await start(
      (line) => (line.startsWith('EHLO') && line !== 'EHLO n8n.example.com' ? '550 no' : agreeable(line)),
      { clientName: 'n8n.example.com' },
    );
    await send();
    expect(lines('EHLO')).toEqual(['EHLO n8n.example.com']);
  });

  it('the default is the name of the machine, or the address of the connection', async () => {
    await start((line) => agreeable(line));
    await send();
    expect(lines('EHLO')[0]).toMatch(/^EHLO (?:\[(?:127\.0\.0\.1|IPv6:::1)\]|[\w-]+(?:\.[\w-]+)+)$/);
  });
});

describe('13. A relay that offers no AUTH', () => {
  const relay = (line: string) => agreeable(line, ['SIZE 10000000', '8BITMIME']);

  it('accepts mail without a login when the credential says so', async () => {
    await start(relay, { withoutLogin: true });
    expect(await send()).toMatchObject({ accepted: ['bob@example.test'] });
    expect(lines('AUTH')).toEqual([]);
  });

  it('gets no login even when it offers one', async () => {
    await start((line) => agreeable(line), { withoutLogin: true });
    await send();
    expect(lines('AUTH')).toEqual([]);
  });

  it('is refused when a login is wanted, with both ways to fix it', async () => {
    await start(relay);
    await expect(send()).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      description: expect.stringMatching(/encrypted connections only.*SMTP Authentication/) as string,
    });
  });
});

describe('14. Very long words', () => {
  it.each([
    ['letters', 'x'.repeat(1200)],
    ['letters among others', `Re: ${'y'.repeat(1500)} end`],
    ['letters beyond ASCII', 'ü😀'.repeat(500)],
  ])('a subject of %s without a space is folded, and read back', async (_, subject) => {
    await start((line) => agreeable(line));
    const { content } = await send({ subject });
    expect(Math.max(...lab.server.lines.map((line) => line.length))).toBeLessThanOrEqual(998);
    expect((await PostalMime.parse(content!)).subject).toBe(subject);
  });

  it('a name or a header that cannot be folded is refused, by its name', async () => {
    await start((line) => agreeable(line));
    const long = 'z'.repeat(1200);
    await expect(send({ to: `${long} <bob@example.test>` })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/^To: /) as string,
    });
    await expect(send({ headers: [{ name: 'X-A', value: long }] })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('a name or type of a file is cut to what fits a line', async () => {
    await start((line) => agreeable(line));
    const content = Buffer.from('x');
    const long = 'f'.repeat(1200);
    const attachments = [
      { fileName: `${long}.pdf`, mimeType: 'application/pdf', content },
      { fileName: 'a.txt', mimeType: `text/plain; x=${long}`, content },
    ];
    await send({ attachments });
    expect(Math.max(...lab.server.lines.map((line) => line.length))).toBeLessThanOrEqual(998);
    const inline = { fileName: 'a.png', mimeType: 'image/png', content, contentId: long };
    await expect(send({ html: 'x', attachments: [inline] })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('an id that is longer than a line is left out, and the reply is sent', async () => {
    await start((line) => agreeable(line));
    const long = `<${'i'.repeat(1200)}@example.test>`;
    await send({ inReplyTo: long, references: ['<a@example.test>', long] });
    expect(Math.max(...lab.server.lines.map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(lines('References')).toEqual(['References: <a@example.test>']);
  });
});

describe('15. A quoted local part', () => {
  it.each([
    ['"john."@docomo.example', '"john."@docomo.example'],
    ['John <"john."@docomo.example>', '"john."@docomo.example'],
    ['john.@docomo.example', '"john."@docomo.example'],
    ['"a..b"@example.test', '"a..b"@example.test'],
    ['"a b"@example.test', '"a b"@example.test'],
    ['"a,b"@example.test, Cleo <cleo@example.test>', '"a,b"@example.test'],
    ['"a@b"@example.test', '"a@b"@example.test'],
    ['"quo\\"te"@example.test', '"quo\\"te"@example.test'],
  ])('%s is sent to with its quotes, and keeps them in the message', async (to, address) => {
    for (const field of ['to', 'cc', 'replyTo'] as const) {
      await start((line) => agreeable(line));
      await send({ [field]: to });
      if (field !== 'replyTo') expect(lines('RCPT')).toContain(`RCPT TO:<${address}>`);
      const header = lab.server.lines.find(
        (line) => /^(?:To|Cc|Reply-To): .*(?:docomo|example\.test)/.test(line) && line.includes(address),
      );
      expect(header).toBeDefined();
      await lab.submission.close();
      await lab.server.stop();
    }
  });
});

describe('16. An empty group', () => {
  it.each([
    ['undisclosed-recipients:;', ['bob@example.test']],
    ['', ['bob@example.test']],
    [
      'Team: ada@example.test, "C." <cleo@example.test>;',
      ['ada@example.test', 'cleo@example.test', 'bob@example.test'],
    ],
    ['Nobody:;, dan@example.test', ['dan@example.test', 'bob@example.test']],
  ])('in To, %j gives exactly its members as recipients', async (to, expected) => {
    await start((line) => agreeable(line));
    expect((await send({ to, cc: 'bob@example.test' })).accepted).toEqual(expected);
  });
});

describe('what a refusal means', () => {
  it.each([
    ['MAIL', '451 4.7.0 <ada@x.test>: Sender address rejected: Not now'],
    ['RCPT', '451 4.7.1 Greylisting in action'],
  ])('at %s: %s is temporary', async (command, answer) => {
    await start((line) => (line.startsWith(command) ? answer : agreeable(line)));
    await expect(send()).rejects.toMatchObject({
      code: 'SEND_REFUSED',
      description: expect.stringMatching(/temporary/) as string,
    });
  });

  it.each([
    ['* OK IMAP4rev1 ready', /an IMAP server answered/],
    ['+OK POP3 ready', /a POP3 server answered/],
  ])('the error names the protocol that answered: %s', async (greeting, message) => {
    await start(() => undefined, {}, greeting);
    await expect(send()).rejects.toMatchObject({
      code: 'NOT_A_MAIL_SERVER',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('a 452 for too many recipients', () => {
  const people = Array.from({ length: 7 }, (_, i) => `p${i}@example.test`);
  const limited =
    (most: number, answer: string) =>
    (line: string): string | undefined => {
      const since = lab.server.lines.slice(
        lab.server.lines.map((one) => one.startsWith('MAIL')).lastIndexOf(true),
      );
      const count = since.filter((one) => one.startsWith('RCPT')).length;
      return line.startsWith('RCPT') && count > most ? answer : agreeable(line);
    };

  it.each(['452 4.5.3 Error: too many recipients', '452 Too many recipients', '552 too many recipients'])(
    '%s: the others get the message in another transaction',
    async (answer) => {
      await start(limited(3, answer));
      const { accepted, rejected } = await send({ to: people.join(', ') });
      expect([accepted, rejected]).toEqual([people, []]);
      expect(lines('MAIL')).toHaveLength(3);
      expect(lines('RCPT')).toHaveLength(7 + 4 + 1);
    },
  );

  it('a recipient that is refused for another reason is reported, and not tried again', async () => {
    await start((line) =>
      line === 'RCPT TO:<p3@example.test>' ? '452 4.2.2 Mailbox full' : agreeable(line),
    );
    const { accepted, rejected } = await send({ to: people.join(', ') });
    expect(accepted).toHaveLength(6);
    expect(rejected).toMatchObject([{ address: 'p3@example.test' }]);
    expect(lines('MAIL')).toHaveLength(1);
  });

  it('recipients stay accepted when a later transaction fails', async () => {
    let transactions = 0;
    await start((line) => {
      if (line.startsWith('MAIL') && ++transactions === 2) return '451 4.3.0 later';
      return limited(3, '452 4.5.3 Too many recipients')(line);
    });
    const { accepted, rejected } = await send({ to: people.join(', ') });
    expect(accepted).toEqual(people.slice(0, 3));
    expect(rejected.map(({ address }) => address)).toEqual(people.slice(3));
  });
});

describe('8-bit content', () => {
  const stored = (isEightBit: boolean) => ({
    ...compose({ from: ALICE, to: 'bob@example.test' }),
    isEightBit,
    open: () => Readable.from([Buffer.from('Subject: x\r\n\r\nGr\u00fc\u00dfe\r\n')]),
  });

  it('is sent to a server with 8BITMIME, with BODY=8BITMIME', async () => {
    await start((line) => agreeable(line, ['AUTH PLAIN', '8BITMIME']));
    await lab.submission.send(stored(true), { keepContent: false });
    expect(lines('MAIL')[0]).toMatch(/BODY=8BITMIME$/);
  });

  it('is refused with a clear error for a server without it', async () => {
    await start((line) => agreeable(line));
    await expect(lab.submission.send(stored(true), { keepContent: false })).rejects.toMatchObject({
      code: 'SEND_REFUSED',
      message: expect.stringContaining('8BITMIME') as string,
    });
    expect(lines('MAIL')).toEqual([]);
  });
});

describe('a greeting that is a refusal', () => {
  it.each([
    [
      '554 5.7.1 Your address is blocked',
      /does not take connections from here \(554 5\.7\.1/,
      /ask its administrator/,
    ],
    ['450 4.3.2 Busy', /does not take connections now \(450 4\.3\.2/, /later/],
  ])('%s', async (greeting, message, description) => {
    await start((line) => agreeable(line), {}, greeting);
    await expect(send()).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      message: expect.stringMatching(message) as string,
      description: expect.stringMatching(description) as string,
    });
  });
});

describe('a server that offers AUTH PLAIN and does not know it', () => {
  /** @param answer to AUTH PLAIN */
  const knowingLogin = (answer: string) => {
    const steps = ['334 VXNlcm5hbWU6', '334 UGFzc3dvcmQ6', '235 welcome'];
    let left: string[] = [];
    return (line: string) => {
      if (line.startsWith('AUTH PLAIN')) return answer;
      if (line.startsWith('AUTH LOGIN')) left = [...steps];
      return left.shift() ?? agreeable(line, ['AUTH PLAIN LOGIN']);
    };
  };

  it.each(['502 5.5.1 Invalid input', '504 5.5.4 Unrecognized authentication type', '500 What?'])(
    '%s: LOGIN is tried',
    async (answer) => {
      await start(knowingLogin(answer));
      expect(await send()).toMatchObject({ accepted: ['bob@example.test'] });
      expect(lines('AUTH').map((line) => line.split(' ')[1])).toEqual(['PLAIN', 'LOGIN']);
    },
  );

  it('a refused password is not tried a second time', async () => {
    await start(knowingLogin('535 5.7.8 Wrong'));
    await expect(send()).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    expect(lines('AUTH')).toHaveLength(1);
  });
});
