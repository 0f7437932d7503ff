import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Authenticator, Login, LoginRequest } from '../../../mail/auth/authenticator';
import type { OutgoingMessage } from '../../../mail/model/outgoing';
import { openClient } from '../../../mail/session/open-client';
import type { ServerSettings } from '../../../mail/net/server-settings';
import type { MailServerSessionSettings } from '../../../mail/account/session-settings';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { startIdentity, type Identity } from '../../servers/identity';
import { userTokens } from '../../servers/identity-client';
import { startRelay, type Relay } from '../../servers/relay';
import { waitFor } from '../../servers/wait';
import { ALICE, BOB, settingsFor } from '../fixture';

const LETTER: OutgoingMessage = { from: ALICE, to: BOB, subject: 'Grüße', text: 'Hello\n.\n' };

describe('sending through a real submission server', () => {
  let identity: Identity;
  let relay: Relay;
  let dovecot: Dovecot;

  const settings = (
    server: Partial<ServerSettings> = {},
    authenticator?: Authenticator,
  ): MailServerSessionSettings => {
    const basic = settingsFor(dovecot);
    const { submission: port } = dovecot.ports;
    return {
      ...basic,
      submission: { host: 'localhost', port, security: 'starttls', caCertificate: dovecot.ca, ...server },
      authenticator: authenticator ?? basic.authenticator,
    };
  };
  const sendWith = async (
    session: MailServerSessionSettings,
    messages: Array<Partial<OutgoingMessage>> = [{}],
  ) => {
    const client = await openClient(session);
    try {
      const sent = [];
      for (const message of messages) {
        sent.push(await client.send({ ...LETTER, ...message }, { saveToSent: 'automatic' }));
      }
      return sent;
    } finally {
      await client.close();
    }
  };

  beforeAll(async () => {
    [identity, relay] = await Promise.all([startIdentity(), startRelay()]);
    dovecot = await startDovecot({
      certificate: identity.certificate,
      oauth: identity.introspection,
      submission: { relayPort: relay.port },
    });
    relay.deliverTo(dovecot);
  });
  afterAll(async () => {
    await dovecot?.stop();
    await Promise.all([relay?.stop(), identity?.stop()]);
  });

  it.each(['starttls', 'tls'] as const)(
    'sends with a password over %s, and the recipient reads it',
    async (security) => {
      const port = security === 'tls' ? dovecot.ports.submissions : dovecot.ports.submission;
      const [sent] = await sendWith(settings({ security, port }));
      const bob = await openClient(settingsFor(dovecot, { user: BOB }));
      const [received] = await bob.listMessages('INBOX', {}, { content: true }, 1);
      await bob.close();
      expect(received).toMatchObject({ messageId: sent!.messageId, subject: 'Grüße', isRead: false });
      expect(received!.content?.text.replaceAll('\r', '')).toBe('Hello\n.\n');
    },
  );

  it('sends a hundred messages with one login to each server', async () => {
    const [imap, smtp, before] = [dovecot.logins(), dovecot.smtpLogins(), relay.messages.length];
    await sendWith(
      settings(),
      Array.from({ length: 100 }, (_, i) => ({ subject: `n ${i}` })),
    );
    expect([dovecot.logins() - imap, dovecot.smtpLogins() - smtp]).toEqual([1, 1]);
    const subjects = relay.messages
      .slice(before)
      .map(async ({ raw }) => (await PostalMime.parse(raw)).subject);
    expect(await Promise.all(subjects)).toEqual(Array.from({ length: 100 }, (_, i) => `n ${i}`));
    await waitFor('no connection', () => dovecot.connections() === 0, 2000);
  });

  // Of another mail program, which stores what is not complete yet.
  it.each([
    ['sender', 'To: bob@example.test'],
    ['recipient', 'From: alice@example.test'],
    ['address of "Bob"', 'From: alice@example.test\r\nTo: Bob <>'],
  ])('does not send a draft without %s, and keeps it', async (missing, header) => {
    const client = await openClient(settings());
    const content = Buffer.from(`${header}\r\nSubject: Not ready\r\n\r\nHello\r\n`);
    const { id = '' } = await client.appendMessage('\\Drafts', { content, marks: { isDraft: true } });
    await expect(client.sendDraft(id, { saveToSent: 'never' })).rejects.toMatchObject({
      ...{ code: 'INVALID_INPUT', message: `Draft ID: the draft has no ${missing}` },
    });
    expect((await client.getMessages([id], { content: false })).has(id)).toBe(true);
    await client.close();
  });

  it('reports which recipients were refused, and sends to the others', async () => {
    relay.faults.unknownRecipients.add('nobody@example.test');
    const [sent] = await sendWith(settings(), [{ cc: 'nobody@example.test' }]);
    relay.faults.unknownRecipients.clear();
    expect(sent).toMatchObject({
      accepted: [BOB],
      rejected: [
        { address: 'nobody@example.test', reason: expect.stringContaining('User unknown') as string },
      ],
    });
  });

  it('passes on the reason why the message was refused', async () => {
    relay.faults.refusal = '552 5.3.4 Message too big';
    await expect(sendWith(settings())).rejects.toMatchObject({
      code: 'SEND_REFUSED',
      message: expect.stringMatching(/too large .*Message too big/) as string,
    });
    relay.faults.refusal = undefined;
  });

  /** Alice's token, and a new one each time that one was refused. */
  class Tokens implements Authenticator {
    readonly account = ALICE;
    readonly fingerprint = 'tokens';
    asked = 0;
    private current?: string;
    async login({ refused }: LoginRequest = {}): Promise<Login> {
      if (!this.current || refused) {
        this.asked++;
        this.current = (await userTokens(identity, ALICE)).access_token;
      }
      return { user: ALICE, accessToken: this.current };
    }
  }

  it('sends with the same token as reading, and with a new one when that was revoked', async () => {
    const tokens = new Tokens();
    await sendWith(settings({}, tokens));
    expect(tokens.asked).toBe(1);
    const client = await openClient(settings({}, tokens));
    identity.revokeAccessTokens(ALICE);
    expect((await client.send(LETTER, { saveToSent: 'never' })).accepted).toEqual([BOB]);
    expect(tokens.asked).toBe(2);
    await client.close();
  });
});

describe('a real submission server that accepts only OAUTHBEARER tokens', () => {
  it('is logged in to', async () => {
    const [identity, relay] = await Promise.all([startIdentity(), startRelay()]);
    const dovecot = await startDovecot({
      certificate: identity.certificate,
      oauth: { ...identity.introspection, mechanisms: ['oauthbearer'] },
      submission: { relayPort: relay.port },
    });
    const { access_token: accessToken } = await userTokens(identity, ALICE);
    const client = await openClient({
      ...settingsFor(dovecot),
      submission: {
        host: 'localhost',
        port: dovecot.ports.submissions,
        security: 'tls',
        caCertificate: dovecot.ca,
      },
      authenticator: {
        account: ALICE,
        fingerprint: 'token',
        login: async () => ({ user: ALICE, accessToken }),
      },
    });
    try {
      await client.send(LETTER, { saveToSent: 'never' });
      expect(relay.messages).toHaveLength(1);
      expect(dovecot.log()).toMatch(/submission-login: Info: Login: .*method=OAUTHBEARER/);
    } finally {
      await client.close();
      await dovecot.stop();
      await Promise.all([relay.stop(), identity.stop()]);
    }
  });
});
