import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

import PostalMime from 'postal-mime';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import type { OutgoingMessage, SaveToSent } from '../../../mail/model/outgoing';
import { openClient } from '../../../mail/session/open-client';
import type { MailServerSessionSettings } from '../../../mail/account/session-settings';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { waitFor } from '../../servers/wait';
import { startWire } from '../../servers/wire';
import { ALICE, settingsFor } from '../fixture';
import { answer, startRelay, type Behaviour, type Relay } from './fixture';

const LETTER: OutgoingMessage = {
  from: `Alice <${ALICE}>`,
  to: 'bob@example.test',
  subject: 'Grüße',
  text: 'Hello\n.\nfrom Köln',
};

describe('sending through a session', () => {
  let dovecot: Dovecot;
  let relay: Relay;
  let client: MailClient;

  /** A session that reads from Dovecot and sends through a relay of its own. */
  async function start(
    behaviour: Behaviour = {},
    overrides: Partial<MailServerSessionSettings> = {},
  ): Promise<void> {
    relay = await startRelay({ passwords: dovecot.users, ...behaviour });
    client = await openClient({
      ...settingsFor(dovecot),
      submission: { host: 'localhost', port: relay.port, security: 'starttls', caCertificate: relay.ca },
      ...overrides,
    });
  }
  const send = async (message: Partial<OutgoingMessage> = {}, saveToSent: SaveToSent = 'automatic') =>
    await client.send({ ...LETTER, ...message }, { saveToSent });
  const sentMail = async () => await client.listMessages('Sent', {}, { content: true }, 1000);

  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterEach(async () => {
    await client.close();
    await waitFor('the connections to end', () => relay.open() === 0, 2000);
    await relay.stop();
  });
  afterAll(async () => await dovecot.stop());

  it('delivers a message as it was composed, and saves the same bytes as a read copy, with Bcc', async () => {
    await start();
    const content = randomBytes(200_000);
    const sent = await send({
      html: '<img src="cid:logo">',
      cc: 'Cleo <cleo@example.test>',
      bcc: 'Dora <dora@example.test>',
      importance: 'high',
      headers: [{ name: 'X-Ticket', value: '42' }],
      attachments: [
        { fileName: 'a.bin', mimeType: 'application/x-a', content: async () => Readable.from([content]) },
        { fileName: 'logo.png', mimeType: 'image/png', content, contentId: 'logo' },
      ],
    });
    expect(sent).toEqual({
      messageId: expect.stringMatching(/^<.+@example\.test>$/) as string,
      accepted: ['bob@example.test', 'cleo@example.test', 'dora@example.test'],
      rejected: [],
      sentCopy: { saved: true, folder: 'Sent' },
    });
    const [delivered] = relay.delivered;
    expect(delivered).toMatchObject({ from: ALICE, to: sent.accepted });
    const email = await PostalMime.parse(delivered!.raw);
    expect(email).toMatchObject({
      messageId: sent.messageId,
      subject: 'Grüße',
      text: 'Hello\n.\nfrom Köln\n',
    });
    expect(email.attachments.map((one) => Buffer.from(one.content as ArrayBuffer).equals(content))).toEqual([
      true,
      true,
    ]);
    expect(delivered!.raw.toString()).not.toMatch(/dora@|bcc:/i);
    const [copy, ...others] = await sentMail();
    expect(others).toEqual([]);
    expect(copy).toMatchObject({ messageId: sent.messageId, isRead: true });
    expect(copy!.bcc).toEqual([{ name: 'Dora', address: 'dora@example.test' }]);
    expect(copy!.size).toBe(delivered!.raw.length + 'Bcc: Dora <dora@example.test>\r\n'.length);
  });

  it('sends 100 messages in order with one login, and saves each once', async () => {
    const wire = await startWire(dovecot.ports.imap);
    await start({}, { server: { host: 'localhost', port: wire.port, security: 'none' } });
    for (let i = 0; i < 100; i++) await send({ subject: `n ${i}` });
    expect(relay).toMatchObject({ opened: 1, logins: 1, transactions: 100 });
    const sent = relay.delivered.map(async ({ raw }) => (await PostalMime.parse(raw)).subject);
    expect(await Promise.all(sent)).toEqual(Array.from({ length: 100 }, (_, i) => `n ${i}`));
    const saved = await client.listMessages('Sent', {}, { content: false }, 100);
    expect(saved.map(({ subject }) => subject).reverse()).toEqual(await Promise.all(sent));
    const commands = wire.commands.map((command) => command.split(' ')[0]);
    expect(commands.filter((command) => command === 'APPEND')).toHaveLength(100);
    // The server is asked once for the folder, and once more by the listing above.
    expect(commands.filter((command) => command === 'LIST').length).toBeLessThanOrEqual(2);
    await client.close();
    await wire.stop();
  });

  it('sends messages one after the other when they come at the same time', async () => {
    await start();
    await Promise.all(Array.from({ length: 20 }, async (_, i) => await send({ subject: `n ${i}` }, 'never')));
    expect(relay).toMatchObject({ opened: 1, logins: 1, transactions: 20 });
    expect(relay.delivered).toHaveLength(20);
  });

  it('logs in to the sending server only when something is sent', async () => {
    await start();
    await sentMail();
    expect(relay.opened).toBe(0);
  });

  it.each<[SaveToSent, boolean, boolean]>([
    ['automatic', false, true],
    ['automatic', true, false],
    ['always', true, true],
    ['never', false, false],
  ])('saves a copy when asked to: %s, provider does: %s', async (saveToSent, savesSentCopy, saved) => {
    await start({}, { savesSentCopy });
    const before = (await sentMail()).length;
    const { sentCopy } = await send({}, saveToSent);
    expect(sentCopy.saved).toBe(saved);
    if (!saved) expect(sentCopy.reason).toMatch(/\w+/);
    expect(sentCopy.failed).toBeUndefined();
    expect((await sentMail()).length - before).toBe(saved ? 1 : 0);
  });

  it("gives the server's reason for each refused recipient, and sends to the others", async () => {
    await start({
      onRcptTo: ({ address }, _, callback) =>
        callback(address.startsWith('no') ? answer(550, '5.1.1 no such user here') : null),
    });
    const sent = await send({ cc: 'no1@example.test', bcc: 'no2@example.test' });
    expect(sent).toMatchObject({
      accepted: ['bob@example.test'],
      rejected: [
        { address: 'no1@example.test', reason: '550 5.1.1 no such user here' },
        { address: 'no2@example.test', reason: '550 5.1.1 no such user here' },
      ],
    });
    expect(relay.delivered[0]?.to).toEqual(['bob@example.test']);
    await expect(send({ to: 'no1@example.test, no2@example.test' })).rejects.toMatchObject({
      code: 'SEND_REFUSED',
      message: expect.stringMatching(
        /accepted none of the recipients \(no1@.*no such user here; no2@/,
      ) as string,
    });
    expect((await send()).accepted).toEqual(['bob@example.test']);
    expect(relay).toMatchObject({ opened: 1, logins: 1 });
    expect(relay.delivered).toHaveLength(2);
  });

  it.each<[string, Behaviour, RegExp]>([
    [
      'the sender',
      {
        onMailFrom: (_, __, callback) =>
          callback(answer(550, '5.7.60 Client does not have permissions to send as this sender')),
      },
      /let this account send from that address/,
    ],
    [
      'the sender, at the recipients',
      {
        onRcptTo: (_, __, callback) =>
          callback(answer(553, '5.7.1 <x>: Sender address rejected: not owned by user')),
      },
      /let this account send from that address/,
    ],
    [
      'the sender, after the message',
      { take: () => Promise.reject(answer(554, '5.2.252 SendAsDenied; alice not allowed to send as bob')) },
      /let this account send from that address/,
    ],
    [
      'the message',
      { take: () => Promise.reject(answer(550, '5.7.1 looks like spam')) },
      /refused the message \(550 5.7.1 looks like spam\)/,
    ],
    [
      'the message for now',
      { take: () => Promise.reject(answer(451, '4.7.1 greylisted')) },
      /does not accept the message now \(451/,
    ],
    [
      'the recipients for now',
      { onRcptTo: (_, __, callback) => callback(answer(450, '4.2.1 busy')) },
      /does not accept the message now/,
    ],
    ['what is larger than it says that it takes', { size: 1000 }, /too large .*at most 1 KB/],
    ['what is larger than it takes', { size: 1000, hideSize: true }, /too large .*\(552/],
  ])(
    'gives a clear error when the server refuses %s, and continues with the next message',
    async (_, behaviour, expected) => {
      await start(behaviour);
      const large = randomBytes(2000).toString('hex');
      const error = await send({ text: large }).catch((reason: Error) => reason);
      expect(error).toMatchObject({
        code: 'SEND_REFUSED',
        message: expect.stringMatching(expected) as string,
      });
      expect(relay.delivered).toEqual([]);
      const before = relay.transactions;
      await send({ text: large }).catch(() => undefined);
      if (!behaviour.onMailFrom) expect(relay.transactions).toBe(before + 1);
    },
  );

  it('uses letters beyond ASCII in addresses only where the server accepts them', async () => {
    await start();
    await send({ to: 'zoë@bücher.example' }, 'never');
    expect(relay.delivered[0]?.to).toEqual(['zoë@bücher.example']);
    await client.close();
    await relay.stop();
    await start({ hideSMTPUTF8: true });
    await expect(send({ to: 'zoë@bücher.example' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('zoë@bücher.example') as string,
    });
    await send({ to: 'bob@bücher.example' });
    // The server shows its envelope decoded.
    expect(relay.delivered[0]?.raw.toString()).toContain('To: bob@xn--bcher-kva.example');
  });

  it('does not send to an address that no command can contain, and says so', async () => {
    await start();
    await expect(send({ to: '"a>b"@example.test' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('"a>b"@example.test') as string,
    });
    expect((await send()).accepted).toHaveLength(1);
    expect(relay.opened).toBe(1);
  });

  it('connects again to save the copy when the connection is gone, and saves it once', async () => {
    await start({ take: async () => await dovecot.kick(ALICE) });
    const subject = 'a copy over another connection';
    const { sentCopy, accepted } = await send({ subject });
    expect(accepted).toEqual(['bob@example.test']);
    expect(sentCopy).toEqual({ saved: true, folder: 'Sent' });
    await client.close();
    client = await openClient(settingsFor(dovecot));
    expect((await sentMail()).filter((one) => one.subject === subject)).toHaveLength(1);
    await waitFor('the other connection to end', async () => (await dovecot.connections()) <= 1, 5000);
  });

  it('counts a message as sent even when its copy could not be saved, and says so', async () => {
    const wire = await startWire(dovecot.ports.imap);
    await start(
      { take: async () => await wire.stop() },
      { server: { host: 'localhost', port: wire.port, security: 'none' } },
    );
    const { sentCopy, accepted } = await send();
    expect(accepted).toEqual(['bob@example.test']);
    expect(sentCopy).toMatchObject({
      saved: false,
      failed: true,
      reason: expect.stringMatching(/Nothing accepts connections/) as string,
    });
  });

  it('does not send a message that it could not read completely', async () => {
    await start();
    const broken = Readable.from(
      (async function* () {
        yield randomBytes(100_000);
        throw new Error('the store is gone');
      })(),
    );
    await expect(
      send({ attachments: [{ fileName: 'a.bin', mimeType: 'a/b', content: async () => broken }] }),
    ).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('the store is gone') as string,
    });
    expect((await send({ subject: 'next' })).accepted).toHaveLength(1);
    expect(relay.delivered).toHaveLength(1);
  });

  it('needs a server to send through', async () => {
    await start({}, { submission: undefined });
    await expect(send()).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/^SMTP Host: /) as string,
    });
  });
});
