import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';

import type { IExecuteFunctions } from 'n8n-workflow';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { emailSession, isMailError, type MailClient } from '../../../index';
import type { SessionSettings } from '../../../mail/account/session-settings';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import { registry } from '../../../n8n/run/registry';
import { ewsSettings } from '../../contract/ews-lab';
import { graphSettings, token } from '../../contract/graph-lab';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { startEws, type EwsServer } from '../../servers/exchange/ews';
import { startGraph, type GraphServer } from '../../servers/graph/graph';
import { deliver, mail } from '../../servers/mailbox';
import { startRelay, type Relay } from '../smtp/fixture';
import { ALICE, settingsFor } from '../fixture';
import { loginsIn, reach } from './reach';

// Another package's node is given a session, and with it nothing that opens the account without the session.

const ADA = 'ada@example.test';
const SECRET = `canary-${randomBytes(12).toString('hex')}`;
const RUN = 'door';

/** Of a node of the run. */
const context = {
  getExecutionId: () => RUN,
  getExecutionCancelSignal: () => undefined,
  onExecutionCancellation: () => undefined,
  getExecutionContext: () => undefined,
  getNode: () => ({ name: 'Node of another package' }),
} as unknown as IExecuteFunctions;

/** A login as it is sent: alone, with its user in Basic, and in SASL PLAIN. */
const secretsOf = (user: string, secret: string): string[] => [
  secret,
  ...[`${user}:${secret}`, `\0${user}\0${secret}`, secret].map((text) =>
    Buffer.from(text).toString('base64').replace(/=+$/, ''),
  ),
];

const MAIL = mail({
  ...{ subject: 'for all', text: 'x'.repeat(100_000) },
  attachments: [{ filename: 'a.bin', content: Buffer.alloc(300_000) }],
});

let dovecot: Dovecot;
let relay: Relay;
let exchange: EwsServer;
let graph: GraphServer;

beforeAll(async () => {
  dovecot = await startDovecot();
  deliver(dovecot, ALICE, 'INBOX', [MAIL]);
  relay = await startRelay({ passwords: dovecot.users });
  exchange = await startEws({ accounts: [{ user: 'ada', domain: '', password: SECRET }] });
  graph = await startGraph({
    introspect: async (asked) => await Promise.resolve(asked === SECRET ? { address: ADA } : undefined),
  });
  for (const server of [exchange, graph]) await server.mailbox(ADA).deliver('Inbox', [{ mime: MAIL }]);
});
afterEach(async () => await registry.closeRun(RUN));
afterAll(
  async () => await Promise.all([dovecot, relay, exchange, graph].map(async (one) => await one?.stop())),
);

function settingsOver(protocol: string): { settings: SessionSettings; secrets: string[] } {
  switch (protocol) {
    case 'ews by NTLM':
    case 'ews': {
      const settings = ewsSettings(exchange, protocol === 'ews' ? 'basic' : 'ntlm');
      const authenticator = new BasicAuthenticator('ada', SECRET);
      return { settings: { ...settings, authenticator }, secrets: secretsOf('ada', SECRET) };
    }
    case 'graph':
      return { settings: graphSettings(graph, {}, token(SECRET, ADA)), secrets: secretsOf(ADA, SECRET) };
    default: {
      const isImap = protocol === 'imap';
      const settings = settingsFor(dovecot, { port: dovecot.ports[isImap ? 'imaps' : 'pop3s'] });
      const submission = { host: 'localhost', port: relay.port, security: 'starttls' as const };
      return {
        settings: {
          ...{ ...settings, protocol: isImap ? 'imap' : 'pop3' },
          submission: { ...submission, caCertificate: relay.ca },
        },
        secrets: secretsOf(ALICE, dovecot.users[ALICE] ?? ''),
      };
    }
  }
}

/** All that a node may be given by a client: what its methods answer, streams that are being read, and an error. */
async function takeAll(client: MailClient, look: (value: unknown, name: string) => void): Promise<void> {
  look(client, 'client');
  const [message] = await client.listMessages(
    'INBOX',
    {},
    { content: true, attachments: true, headers: true },
    1,
  );
  look(message, 'message');
  const id = message!.id;
  const source = await client.openMessage(id);
  look(source, 'source');
  await buffer(source.content);
  const attachment = await client.openAttachment(id, message!.attachments[0]!.part);
  look(attachment, 'attachment');
  await buffer(attachment.content);
  const downloads = client.openMessages([id]);
  look(downloads, 'downloads');
  for await (const [, download] of downloads) {
    look(download, 'download');
    if (!isMailError(download)) await buffer(download.content);
  }
  look(await client.listFolders({ counts: true }), 'folders');
  const outgoing = { from: ALICE, to: ALICE, subject: 'sent', text: 'x' };
  look(await client.send(outgoing, { saveToSent: 'never' }), 'sent');
  look(await client.getMessages(['nonsense'], { content: false }).catch((error: unknown) => error), 'error');
  // Again: now all its connections are open.
  look(client, 'client');
}

describe.each(['imap', 'pop3', 'ews', 'ews by NTLM', 'graph'])('a session over %s', (protocol) => {
  it('gives its name, and lets work use its client, but nothing that holds a login', async () => {
    const { settings, secrets } = settingsOver(protocol);
    await registry.open(RUN, 'Default', settings, 'reuse');
    const session = await emailSession(context);
    expect(Reflect.ownKeys(session)).toEqual(['name', 'use']);
    expect(Object.isFrozen(session)).toBe(true);
    expect(loginsIn(reach(session, 'session'), secrets)).toEqual([]);
    const found: string[] = [];
    const looked = new Map<string, number>();
    await session.use(
      async (client) =>
        await takeAll(client, (value, name) => {
          const reached = reach(value, name);
          looked.set(name, reached.length);
          found.push(...loginsIn(reached, secrets));
        }),
      { repeatable: false },
    );
    expect(found).toEqual([]);
    // The methods and the prototype of a client are many more than this.
    expect(looked.get('client')).toBeGreaterThan(30);
    expect(looked.get('source')).toBeGreaterThan(30);
  });
});

describe('the search', () => {
  const hidden = 'canary-hidden';
  class Compiled {
    private readonly settings = { password: hidden };
    get url(): string {
      return `https://ada:${this.settings.password}@example.test`;
    }
  }
  class Closed {
    readonly #password = hidden;
    proves(password: string): boolean {
      return password === this.#password;
    }
  }

  it.each<[string, unknown]>([
    ['a field that is private to the compiler only', new Compiled()],
    ['a getter of a prototype', Object.create({ get pass() { return hidden; } })], // prettier-ignore
    ['a symbol', { [Symbol('auth')]: { pass: hidden } }],
    ['a property that is not listed', Object.defineProperty({}, 'pass', { value: hidden })],
    ['a map', new Map([['auth', [hidden]]])],
    ['a property of a function', Object.assign(() => undefined, { settings: { pass: hidden } })],
    ['bytes', { head: Buffer.from(`AUTH PLAIN ${hidden}`) }],
    ['an error that keeps its cause', new Error('x', { cause: { auth: hidden } })],
    ['something that logs in', { settings: { authenticator: { login: () => undefined } } }],
  ])('finds a login in %s', (_, value) => {
    expect(loginsIn(reach(value, 'x'), [hidden])).not.toEqual([]);
  });

  it('finds none in a #private field', () => {
    expect(loginsIn(reach(new Closed(), 'x'), [hidden])).toEqual([]);
  });

  it('finds the login in the full session, which the door does not give out', async () => {
    const { settings, secrets } = settingsOver('imap');
    const session = await registry.open(RUN, 'Default', settings, 'reuse');
    expect(loginsIn(reach(session, 'session'), secrets)).toContain('session.settings.authenticator');
  });
});
