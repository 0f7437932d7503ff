import { afterEach } from 'vitest';

import type { SessionSettings } from '../../../mail/account/session-settings';
import type { MailClient } from '../../../mail/model/client';
import { openClient } from '../../../mail/session/open-client';
import {
  startScriptedImap,
  type ImapAnswers,
  type ScriptedImap,
  type ScriptedMessage,
} from '../../servers/scripted-imap';
import { settingsFor } from '../fixture';

const clients: MailClient[] = [];
const servers: ScriptedImap[] = [];

/** Closes after each test what it has opened. */
export function cleanUp(): void {
  afterEach(async () => {
    await Promise.all(clients.splice(0).map(async (client) => await client.close()));
    await Promise.all(servers.splice(0).map(async (server) => await server.stop()));
  });
}

/** @param command how long the server may be silent, in milliseconds */
export const scriptedSettings = (port: number, command = 1000): SessionSettings => ({
  ...settingsFor({ host: 'localhost', ports: {}, users: {} } as never, {
    port,
    security: 'none',
    password: 'canary',
  }),
  timeouts: { connect: 2000, command, idle: 5000 },
});

export async function scripted(
  answers: ImapAnswers,
  messages: readonly ScriptedMessage[] = [],
  greeting?: string,
): Promise<ScriptedImap> {
  const server = await startScriptedImap(answers, { messages, greeting });
  servers.push(server);
  return server;
}

export async function opened(
  answers: ImapAnswers,
  messages: readonly ScriptedMessage[] = [],
  command?: number,
) {
  const server = await scripted(answers, messages);
  const client = await openClient(scriptedSettings(server.port, command));
  clients.push(client);
  return { client, server };
}
