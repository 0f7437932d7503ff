// Does one thing with one hostile server, in a process of its own, and says how it ended and what it cost.
import { buffer } from 'node:stream/consumers';

import { BasicAuthenticator } from '../../../mail/auth/basic';
import { isMailError } from '../../../mail/errors';
import type { MailClient } from '../../../mail/model/client';
import type { SessionSettings } from '../../../mail/account/session-settings';
import { openClient } from '../../../mail/session/open-client';
import type { WorkName } from './work';

const WORKS: Record<WorkName, (client: MailClient) => Promise<unknown>> = {
  login: async () => await Promise.resolve(),
  listFolders: async (client) => await client.listFolders({ counts: false }),
  findMessages: async (client) => await client.findMessages('INBOX', {}, 10),
  listMessages: async (client) => await client.listMessages('INBOX', {}, { content: true }, 10),
  copyMessages: async (client) =>
    await client.copyMessages(await client.findMessages('INBOX', {}, 10), 'INBOX'),
  openMessage: async (client) => {
    const [id = ''] = await client.findMessages('INBOX', {}, 1);
    const { content } = await client.openMessage(id);
    return (await buffer(content)).length;
  },
};

async function main([protocol = '', port = '', work = '']: string[]): Promise<void> {
  let uncaught = '';
  process.on('uncaughtException', (error) => (uncaught = String(error)));
  process.on('unhandledRejection', (error) => (uncaught = String(error)));
  // What the sources themselves take is not the server's doing.
  await Promise.all([import('../../../mail/imap/client.js'), import('../../../mail/pop3/client.js')]);
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  const started = Date.now();
  const ending = await (async () => {
    const client = await openClient({
      ...{ provider: 'other', protocol, authentication: 'basic' },
      server: { host: 'localhost', port: Number(port), security: 'none' },
      authenticator: new BasicAuthenticator('ada', 'secret'),
      timeouts: { connect: 3000, command: 3000, idle: 60_000 },
    } as SessionSettings);
    try {
      const result = await WORKS[work as WorkName](client);
      const one = result instanceof Map ? [...result.values()].find((each) => isMailError(each)) : undefined;
      return isMailError(one) ? one.code : 'done';
    } finally {
      await client.close();
    }
  })().catch((error: unknown) => (isMailError(error) ? error.code : `no MailError: ${String(error)}`));
  clearInterval(watch);
  const megabytes = Math.round((Math.max(most, process.memoryUsage().rss) - before) / 1024 / 1024);
  console.log(JSON.stringify({ ending, uncaught, megabytes, took: Date.now() - started }));
  process.exit();
}

void main(process.argv.slice(2));
