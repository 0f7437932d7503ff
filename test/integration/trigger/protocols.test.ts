import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { SessionSettings } from '../../../mail/account/session-settings';
import { subjectOf } from '../../../mail/auth/id-token';
import { ManagedLogin, type CredentialContext } from '../../../n8n/credential/managed-login';
import type { ListenerSettings } from '../../../n8n/trigger/listener-settings';
import { waitReference } from '../../../n8n/wait/wait-id';
import { MAIL_TAKEN } from '../../../n8n/wait/wake';
import { openClient } from '../../../mail/session/open-client';
import { ewsSettings, startEwsLab } from '../../contract/ews-lab';
import { graphSettings, startGraphLab, token } from '../../contract/graph-lab';
import { ADA } from '../../contract/exchange-lab';
import type { MailLab } from '../../contract/lab';
import { mail } from '../../servers/mailbox';
import { waitFor } from '../../servers/wait';
import { SIGNING, WAITING, WaitingN8n } from '../../servers/waiting-n8n';
import { useTriggerLab } from './lab';

// The trigger over the protocols that do not report new mail by themselves.

const lab = useTriggerLab();

const slowly = <T extends SessionSettings>(settings: T): T => ({
  ...settings,
  timeouts: { connect: 10_000, command: 10_000, idle: 60_000 },
});

const settingsFrom = (settings: () => SessionSettings): Partial<ListenerSettings> => ({
  sessionSettings: async () => await Promise.resolve(settings()),
  checkEvery: 300,
});

describe('over POP3', () => {
  const overPop = () =>
    settingsFrom(() => {
      const server = { ...lab().settings().server, port: lab().dovecot.ports.pop3 };
      return slowly({ ...lab().settings(), protocol: 'pop3', server } as SessionSettings);
    });

  it('each message starts a run, also after n8n was killed, and is deleted afterwards', async () => {
    const before = lab().deliver(2);
    const settings: Partial<ListenerSettings> = {
      ...overPop(),
      onSuccess: { do: 'delete', permanently: true },
    };
    const working = await lab().trigger(settings);
    const subjects = lab().deliver(2);
    await lab().expectRuns(subjects, 20_000);
    await lab().kill(working);
    subjects.push(...lab().deliver(2));
    await lab().trigger(settings, { mode: 'init' });
    await lab().expectRuns(subjects, 20_000);
    await waitFor(
      'the deletions',
      async () => {
        const client = await openClient(lab().settings());
        const messages = await client.listMessages('INBOX', {}, { content: false }, 100);
        await client.close();
        const left = messages.map(({ subject }) => subject).sort();
        return JSON.stringify(left) === JSON.stringify([...before].sort());
      },
      20_000,
      300,
    );
  });

  it('the mailbox is free between the checks, so that the runs can open it', async () => {
    await lab().trigger({ ...overPop(), checkEvery: 60_000 });
    await waitFor('the logout', () => lab().dovecot.connections() === 0, 5_000);
  });
});

describe.each([
  [
    'EWS',
    async () => {
      const ews = await startEwsLab();
      return {
        server: ews as MailLab,
        settings: () => slowly(ewsSettings(ews.server)),
        requests: () => ews.server.requests.length,
      };
    },
  ],
  [
    'Graph',
    async () => {
      const graph = await startGraphLab();
      const settings = () => slowly(graphSettings(graph.server, { permanentDelete: true }, token(ADA)));
      return { server: graph as MailLab, settings, requests: () => graph.server.requests.length };
    },
  ],
] as const)('over %s', (_, start) => {
  let exchange: { server: MailLab; settings: () => SessionSettings; requests: () => number };
  beforeAll(async () => {
    exchange = await start();
  });
  afterAll(async () => await exchange?.server.stop());

  let delivered = 0;
  const deliver = async (count: number): Promise<string[]> => {
    const subjects = Array.from({ length: count }, () => `Mail ${++delivered}`);
    await exchange.server.deliver(
      'INBOX',
      subjects.map((subject) => ({ raw: mail({ to: ADA, subject, text: subject }) })),
    );
    return subjects;
  };
  const inbox = async () => {
    const client = await openClient(exchange.settings());
    const messages = await client.listMessages('INBOX', {}, { content: false }, 100);
    await client.close();
    return new Map(messages.map((message) => [message.subject, message]));
  };

  it('each message starts a run, also after n8n was killed, and is marked afterwards', async () => {
    const before = await deliver(2);
    const settings: Partial<ListenerSettings> = {
      ...settingsFrom(exchange.settings),
      ...{ keyword: 'n8n', onSuccess: { do: 'mark', marks: { isRead: true } } },
    };
    const working = await lab().trigger(settings);
    const subjects = await deliver(2);
    await lab().expectRuns(subjects, 20_000);
    await lab().kill(working);
    subjects.push(...(await deliver(2)));
    await lab().trigger(settings, { mode: 'init' });
    await lab().expectRuns(subjects, 20_000);
    await waitFor('the marks', async () => {
      const messages = await inbox();
      return subjects.every((subject) => {
        const message = messages.get(subject);
        return message?.isRead && message.keywords.includes('n8n');
      });
    });
    const messages = await inbox();
    expect(before.map((subject) => messages.get(subject)?.isRead)).toEqual([false, false]);
  });

  it('an answer is found by References too: the server may have given the question another Message-ID', async () => {
    const waiting = new WaitingN8n();
    waiting.answers = [[200, MAIL_TAKEN]];
    await waiting.start();
    vi.stubEnv('N8N_PORT', String(waiting.port));
    vi.stubEnv('N8N_LISTEN_ADDRESS', '127.0.0.1');
    try {
      await lab().trigger({ ...settingsFrom(exchange.settings), wakesRuns: true }, { signs: SIGNING });
      const asked = waitReference(WAITING);
      const given = '<given-by-the-server@example.test>';
      const headers = { 'In-Reply-To': given, References: `${asked} ${given}` };
      const answer = mail({ from: 'bob@example.test', to: ADA, subject: 'Re: Ask', text: 'Yes', headers });
      const other = { 'In-Reply-To': given, References: given };
      const reply = mail({ to: ADA, subject: 'Re: Other', text: 'No answer', headers: other });
      await exchange.server.deliver('INBOX', [{ raw: answer }, { raw: reply }]);
      await waitFor('the answer', () => waiting.posts.length > 0, 20_000);
      expect(waiting.posts).toMatchObject([
        { body: { answer: { subject: 'Re: Ask', text: expect.stringMatching(/^Yes/) as string } } },
      ]);
      await lab().expectRuns(['Re: Other'], 20_000);
    } finally {
      vi.unstubAllEnvs();
      await waiting.stop();
    }
  });

  it('each check at rest is one request: with one every 30 seconds, 120 in an hour', async () => {
    await lab().trigger(settingsFrom(exchange.settings));
    await sleep(500);
    const before = exchange.requests();
    await sleep(3_000);
    const made = exchange.requests() - before;
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThanOrEqual(3_000 / 300 + 1);
  });

  it('a server that has forgotten what is new starts nothing twice, and nothing is missed', async () => {
    await deliver(3);
    await lab().trigger(settingsFrom(exchange.settings));
    const subjects = await deliver(2);
    await lab().expectRuns(subjects, 20_000);
    await exchange.server.loseMemory?.('INBOX');
    subjects.push(...(await deliver(2)));
    await lab().expectRuns(subjects, 20_000);
    await sleep(700);
    await lab().expectRuns(subjects);
    expect(lab().n8n.log.join('\n')).toContain('could not say what is new');
  });
});

describe('over Graph, with a token that n8n keeps', () => {
  let graph: Awaited<ReturnType<typeof startGraphLab>>;
  beforeAll(async () => {
    graph = await startGraphLab();
  });
  afterAll(async () => await graph?.server.stop());

  const deliver = async (subject: string) => {
    await graph.deliver('INBOX', [{ raw: mail({ to: ADA, subject, text: subject }) }]);
    return subject;
  };

  it('the trigger begins anew when its credential is connected to another account', async () => {
    let owner = ADA;
    const idToken = () => `x.${Buffer.from(JSON.stringify({ sub: owner })).toString('base64url')}.x`;
    const context = {
      getNode: () => ({ credentials: { mail: { id: '1', name: 'Mail' } } }),
      // For this server, the token of Ada is as good as another one.
      getCredentials: async () =>
        await Promise.resolve({ oauthTokenData: { access_token: ADA, id_token: idToken() } }),
    } as unknown as CredentialContext;
    const settings = () =>
      slowly(
        graphSettings(
          graph.server,
          {},
          new ManagedLogin(owner, context, 'mail', undefined, subjectOf(idToken())),
        ),
      );
    const { listener } = await lab().trigger(settingsFrom(settings));
    const first = await deliver('To Ada');
    await lab().expectRuns([first]);
    owner = 'bob@example.test';
    await waitFor('the other account', () => listener.account?.includes(owner), 20_000);
    await sleep(1_000);
    await lab().expectRuns([first]);
    const second = await deliver('To Bob');
    await lab().expectRuns([first, second]);
  });
});
