import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

import PostalMime from 'postal-mime';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import type { OutgoingMessage, SentMessage } from '../../../mail/model/outgoing';
import { openClient } from '../../../mail/session/open-client';
import type { ServerSettings } from '../../../mail/net/server-settings';
import type { SmtpLimit } from '../../servers/debian/limits';
import {
  address,
  RECIPIENT_LIMIT,
  RECIPIENTS,
  SENDER,
  SIZE_LIMIT,
  type SmtpPort,
  type SmtpServer,
} from '../../servers/debian/smtp-server';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { waitFor } from '../../servers/wait';
import { BOB, settingsFor } from '../fixture';
import { offersOf } from './ehlo';
import { TIMEOUTS } from './lab';

const SECURITY = { starttls: 'starttls', tls: 'tls', clear: 'none', old: 'none' } as const;

interface Sending {
  server(): SmtpServer;
  /** A session that reads from Dovecot and sends through that port. It is closed when the test ends. */
  open(port?: SmtpPort, changes?: Partial<ServerSettings> & { user?: string }): Promise<MailClient>;
  /** Sends a message, by default from alice to bob. */
  send(client: MailClient, message?: Partial<OutgoingMessage>): Promise<SentMessage>;
  /** Waits until a message with the subject has been delivered. */
  arrived(recipient: string, subject: string): Promise<Buffer>;
}

/** Starts an SMTP server for a test file, with a Dovecot for the mailbox that a session has too. */
export function withSmtp(start: () => Promise<SmtpServer>): Sending {
  let server: SmtpServer;
  let dovecot: Dovecot;
  const opened: MailClient[] = [];
  beforeAll(async () => {
    [server, dovecot] = await Promise.all([start(), startDovecot()]);
  });
  afterEach(async () => void (await Promise.all(opened.splice(0).map(async (one) => await one.close()))));
  afterAll(async () => void (await Promise.all([server?.stop(), dovecot?.stop()])));
  return {
    server: () => server,
    open: async (port = 'tls', { user, ...changes } = {}) => {
      const { host, ca } = server;
      const client = await openClient({
        ...settingsFor(dovecot, { user, timeouts: TIMEOUTS }),
        submission: {
          ...{ host, port: server.ports[port] ?? 0, security: SECURITY[port], caCertificate: ca },
          ...changes,
        },
      });
      opened.push(client);
      return client;
    },
    send: async (client, message = {}) =>
      await client.send(
        { from: SENDER, to: address('bob'), subject: 'Hello', text: 'Hello', ...message },
        { saveToSent: 'never' },
      ),
    arrived: async (recipient, subject) =>
      await waitFor(`"${subject}" for ${recipient}`, async () => {
        for (const raw of server.delivered(recipient))
          if ((await PostalMime.parse(raw)).subject === subject) return raw;
        return undefined;
      }),
  };
}

interface Expected {
  ports: readonly SmtpPort[];
  limits: readonly SmtpLimit[];
  /** Whether it lets a login send from its own addresses only. */
  ownsAddresses?: boolean;
}

/** What sending does on every SMTP server. */
export function sendsMail(
  { server, open, send, arrived }: Sending,
  { ports, limits, ownsAddresses = true }: Expected,
): void {
  it('has exactly the limits that the documentation names', async () => {
    const offers = await offersOf(server().ports.clear ?? 0);
    expect(!offers.includes('SMTPUTF8')).toBe(limits.includes('utf8'));
    expect(!('starttls' in server().ports)).toBe(limits.includes('tls'));
  });

  it.each(ports)('sends over %s', async (port) => {
    await send(await open(port), { subject: `over ${port}` });
    await arrived('bob', `over ${port}`);
  });

  it('delivers what was composed, to blind recipients too', async () => {
    const content = randomBytes(100_000);
    const subject = 'Composed — Größe 🎉 '.padEnd(150, 'x');
    const text = `.\n..\n.dot\nÄöü € 🎉\nFrom here\n${'long '.repeat(500)}`;
    const file = async () => await Promise.resolve(Readable.from([content]));
    const sent = await send(await open(), {
      ...{ subject, text, html: '<p>ü</p>', cc: 'Käte <alice@example.test>', bcc: address('carol') },
      attachments: [{ fileName: 'Übersicht.bin', mimeType: 'application/x-a', content: file }],
    });
    expect(sent).toMatchObject({ accepted: ['bob', 'alice', 'carol'].map(address), rejected: [] });
    for (const recipient of ['bob', 'alice', 'carol']) {
      const raw = await arrived(recipient, subject);
      // Whatever a server on the way can take.
      expect(raw.every((byte) => byte < 0x80)).toBe(true);
      expect(raw.toString()).not.toMatch(/^bcc:/im);
      const { text: got, attachments, messageId } = await PostalMime.parse(raw);
      expect(got?.trimEnd()).toBe(text.trimEnd());
      expect(messageId).toBe(sent.messageId);
      expect(attachments).toMatchObject([{ filename: 'Übersicht.bin' }]);
      expect(Buffer.from(attachments[0]!.content as ArrayBuffer).equals(content)).toBe(true);
    }
  });

  it('names the refused recipients, and sends to the others', async () => {
    const refused = ['unknown', 'grey', 'full'].map(address);
    const sent = await send(await open(), { subject: 'some refused', cc: refused.join(', ') });
    expect(sent.accepted).toEqual([address('bob')]);
    expect(sent.rejected.map((one) => one.address)).toEqual(refused);
    expect(sent.rejected[1]?.reason).toContain('Greylisted');
    await arrived('bob', 'some refused');
  });

  describe('says why a message is refused, and sends the next one', () => {
    type Case = [what: string, message: Partial<OutgoingMessage>, words: RegExp, advice: RegExp];
    const FOR_NOW = /temporary/;
    const CASES: Case[] = [
      ['to nobody there', { to: address('unknown') }, /none of the recipients/, /Check the addresses/],
      ['to a full mailbox', { to: address('full') }, /Mailbox full/, /was not sent/],
      ['to a recipient that is not taken now', { to: address('grey') }, /Greylisted/, FOR_NOW],
      ['from a sender that is banned', { from: address('banned') }, /Banned sender/, /was not sent|From/],
      ['with content that is refused', { from: address('spam') }, /Refused after DATA/, /was not sent|From/],
    ];
    const DEFERRALS: Case[] = [
      ['from a sender that is not taken now', { from: address('delayed') }, /Not now/, FOR_NOW],
      ['with content that is not taken now', { from: address('later') }, /Come later/, FOR_NOW],
    ];
    const refuses = async (
      what: string,
      message: Partial<OutgoingMessage>,
      words: RegExp,
      advice: RegExp,
    ) => {
      const client = await open();
      await expect(send(client, message)).rejects.toMatchObject({
        code: 'SEND_REFUSED',
        message: expect.stringMatching(words) as string,
        description: expect.stringMatching(advice) as string,
      });
      await send(client, { subject: `next after ${what}` });
      await arrived('bob', `next after ${what}`);
    };
    it.each(CASES)('%s', refuses);
    it.each(DEFERRALS)('%s', refuses);

    if (!ownsAddresses) return;
    it("from somebody else's address", async () => {
      await expect(send(await open(), { from: address('bob') })).rejects.toMatchObject({
        code: 'SEND_REFUSED',
        message: expect.stringMatching(/does not let this account send from that address/) as string,
      });
    });
  });

  it('refuses an address with letters beyond ASCII when the server accepts none', async () => {
    const sending = send(await open(), { to: 'jürgen@example.test' });
    const code = limits.includes('utf8') ? 'INVALID_INPUT' : 'SEND_REFUSED';
    await expect(sending).rejects.toMatchObject({
      code,
      message: expect.stringContaining('jürgen') as string,
    });
  });

  it('sends up to the maximum size of the server, and refuses more', async () => {
    const file = (size: number) => [
      { fileName: 'a', mimeType: 'application/x-a', content: randomBytes(size) },
    ];
    const client = await open();
    await expect(send(client, { attachments: file(SIZE_LIMIT) })).rejects.toMatchObject({
      code: 'SEND_REFUSED',
      message: expect.stringMatching(/too large/) as string,
    });
    // Base64 with its line ends is 1.37 times as long.
    await send(client, { subject: 'fits', attachments: file(Math.floor((SIZE_LIMIT - 3000) / 1.37)) });
    await arrived('bob', 'fits');
  });

  it('sends to as many recipients as the server accepts at once', async () => {
    const some = RECIPIENTS.slice(-RECIPIENT_LIMIT);
    const sent = await send(await open(), { subject: 'to five', to: some.map(address).join(', ') });
    expect(sent.rejected).toEqual([]);
    for (const one of some) await arrived(one, 'to five');
  });

  // RFC 5321 section 4.5.3.1.10: the others go in a transaction of their own.
  it('sends to more recipients than the server accepts at once', async () => {
    const sent = await send(await open(), { subject: 'to all', to: RECIPIENTS.map(address).join(', ') });
    expect(sent).toMatchObject({ accepted: RECIPIENTS.map(address), rejected: [] });
    for (const one of RECIPIENTS) await arrived(one, 'to all');
  });

  it('says that the login is refused', async () => {
    await expect(send(await open('tls', { user: BOB }))).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    });
  });

  it.each<[string, SmtpPort, Partial<ServerSettings>, string]>([
    ['a certificate that is not known', 'tls', { caCertificate: undefined }, 'CERTIFICATE_UNTRUSTED'],
    ['no STARTTLS', 'clear', { security: 'starttls' }, 'STARTTLS_UNAVAILABLE'],
    ['TLS where there is none', 'clear', { security: 'tls' }, 'TLS_FAILED'],
  ])('sends nothing where there is %s', async (_, port, changes, code) => {
    await expect(send(await open(port, changes))).rejects.toMatchObject({ code });
  });

  it('sends again after the server was restarted', async () => {
    const client = await open();
    await send(client, { subject: 'before' });
    await arrived('bob', 'before');
    await server().restart();
    await send(client, { subject: 'after' });
    await arrived('bob', 'after');
  });
}
