import { setTimeout as sleep } from 'node:timers/promises';

import { expect, it, vi } from 'vitest';

import { BasicAuthenticator } from '../../../mail/auth/basic';
import { MailError } from '../../../mail/errors';
import type { Message } from '../../../mail/model/message';
import type { Arrival } from '../../../mail/session/folder-watch';
import { MailListener } from '../../../n8n/trigger/listener';
import { TriggerProcess } from '../../../n8n/trigger/process';
import { StandInN8n } from '../../servers/n8n-trigger';

const settled: string[] = [];
const arrivals: Arrival[][] = [];

// No server gives such messages at will, so the watch is a script.
vi.mock('../../../mail/session/folder-watch', () => ({
  FolderWatch: class {
    readonly state = undefined;
    begin = async () => await Promise.resolve();
    next = async ({ signal }: { signal: AbortSignal }) => {
      const next = arrivals.shift();
      if (next) return await Promise.resolve(next);
      return await new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(new Error('closed'))),
      );
    };
    settle = (id: string) => void settled.push(id);
    giveBack = () => {};
  },
}));

const refused = new MailError('SERVER_REFUSED', 'The server refused: [SERVERBUG]', 'Ask its operator.');
const gone = new MailError('MESSAGE_NOT_FOUND', 'There is no such message', 'It was deleted.');
const message = { id: '3', messageId: '<3@example.test>', subject: 'Fine', from: [] as unknown } as Message;

it('a message that cannot be read is told, one that is gone is not, and neither stops the others', async () => {
  arrivals.push([
    { id: '1', message: refused },
    { id: '2', message: gone },
    { id: '3', message },
  ]);
  const n8n = new StandInN8n();
  const { context } = n8n.activate();
  const listener = new MailListener(
    context,
    {
      ...{ sessionName: 'Default', folder: 'INBOX', query: {}, wanted: { content: false } },
      ...{ start: 'new', checkEvery: 1_000, oneRunPer: 'message', mostRuns: 1 },
      sessionSettings: async () =>
        await Promise.resolve({
          ...{ provider: 'other', protocol: 'imap', authentication: 'basic' },
          server: { host: 'localhost', port: 1, security: 'tls' },
          authenticator: new BasicAuthenticator('ada', 'secret'),
          timeouts: { connect: 1, command: 1, idle: 1 },
        }),
      toJson: ({ subject }) => ({ subject }),
    },
    true,
    { process: new TriggerProcess() },
  );
  await listener.begin(1_000);
  await sleep(20);
  expect(n8n.subjects).toEqual(['Fine']);
  expect(n8n.failures).toHaveLength(1);
  expect(n8n.failures[0]?.message).toMatch(/message 1 could not be read.*SERVERBUG/);
  expect(settled.sort()).toEqual(['1', '2', '3']);
  await listener.close();
});
