// Does one thing after the other, each with one hostile server or mail, and says how it ended and what it cost.
import { BasicAuthenticator } from '../../../mail/auth/basic';
import { isMailError } from '../../../mail/errors';
import type { MailClient } from '../../../mail/model/client';
import type { SessionSettings } from '../../../mail/account/session-settings';
import { openClient } from '../../../mail/session/open-client';
import { isRead } from './mails';
import type { HostileResult, Task } from './task';
import { firstError, WORKS } from './works';

/** Milliseconds. */
const TIMEOUTS = { connect: 5000, command: 3000, idle: 60_000 };

function settings({
  protocol,
  url,
  ca,
  user = 'ada@example.test',
  password = 'secret',
}: Task): SessionSettings {
  const { hostname: host, port, pathname } = new URL(url);
  const timeouts = TIMEOUTS;
  const server = { host, port: Number(port), security: 'tls', caCertificate: ca };
  const authenticator = new BasicAuthenticator(user, password);
  if (protocol === 'ews') {
    return {
      ...{ provider: 'exchange', protocol, authentication: 'basic', server, authenticator, timeouts },
      ews: { url: new URL(pathname, url), version: 'Exchange2016' },
    } as SessionSettings;
  }
  if (protocol === 'graph') {
    return {
      ...{ provider: 'outlook', protocol, authentication: 'oAuth2', server, timeouts },
      authenticator: {
        ...{ account: user, fingerprint: user },
        login: async () => await Promise.resolve({ user, accessToken: user }),
      },
      graph: { url: new URL(pathname, url), permanentDelete: true },
    } as SessionSettings;
  }
  return {
    ...{ provider: 'other', protocol, authentication: 'basic', authenticator, timeouts },
    server: { ...server, security: 'none' },
  } as SessionSettings;
}

/** How it ended, and whether what was given holds half a character, which no database takes. */
function endingOf(result: unknown): string {
  const failed = firstError(result);
  if (failed) return failed.code;
  const given = JSON.stringify(result instanceof Map ? [...result.values()] : result) ?? '';
  return /\\ud[89a-f]/i.test(given) ? 'half a character' : 'done';
}

async function end(task: Task, client: MailClient): Promise<string> {
  return task.mail === undefined
    ? endingOf(await WORKS[task.work].run(client))
    : await isRead(client, task.mail);
}

let uncaught = '';
process.on('uncaughtException', (error) => (uncaught = shown(error)));
process.on('unhandledRejection', (error) => (uncaught = shown(error)));

async function tried(task: Task): Promise<HostileResult> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const look = () => (most = Math.max(most, process.memoryUsage().rss));
  const watch = setInterval(look, 10);
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  let client: MailClient | undefined;
  const ending = await (async () => {
    client = await openClient(settings(task));
    return await end(task, client);
  })().catch((error: unknown) => (isMailError(error) ? error.code : `no MailError: ${shown(error)}`));
  const took = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  await client?.close();
  look();
  clearInterval(watch);
  // What is thrown when nobody waits for it any more is thrown now.
  await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    ...{ ending, uncaught },
    megabytes: Math.round((most - before) / 1024 / 1024),
    took: Math.round(took),
    cpu: Math.round((user + system) / 1000),
  };
}

function shown(error: unknown): string {
  const lines = (error as Error).stack?.split('\n').slice(0, 3) ?? [String(error)];
  return lines.map((line) => line.trim().replace(/\(.*\/(?=mail\/)/, '(')).join(' ');
}

process.on('message', (task: Task) => void tried(task).then((result) => process.send?.(result)));
// What the sources themselves take is not the server's doing.
void Promise.all([
  import('../../../mail/imap/client.js'),
  import('../../../mail/pop3/client.js'),
  import('../../../mail/ews/client.js'),
  import('../../../mail/graph/client.js'),
]).then(() => process.send?.('ready'));
