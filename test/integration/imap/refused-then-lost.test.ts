import { afterEach, describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import type { MailClient } from '../../../mail/model/client';
import type { Session } from '../../../mail/session/session';
import { hangUp, type ImapAnswers } from '../../servers/scripted-imap';
import { sessionOf } from '../fixture';
import { cleanUp, scripted, scriptedSettings } from './scripted-lab';

// A server that shuts down refuses a command, and then ends the connection. The next one works.

cleanUp();
const sessions: Session[] = [];
afterEach(async () => {
  await Promise.all(sessions.splice(0).map(async (session) => await session.close()));
});

const MESSAGES = [{ uid: 1 }, { uid: 2 }];
const ID = (uid: number) => `/Work;UIDVALIDITY=7/;UID=${uid}`;
const FOLDERS = '* LIST () "/" INBOX\r\n* LIST () "/" Work\r\n';

/** @param commands the first of these is refused, and then nothing is answered on this connection */
async function shuttingDown(commands: RegExp) {
  let state: 'open' | 'refusing' | 'new' = 'open';
  const answers: ImapAnswers = (command) => {
    if (state === 'refusing') {
      state = 'new';
      return hangUp;
    }
    if (state === 'open' && commands.test(command)) {
      state = 'refusing';
      return 'NO [UNAVAILABLE] Server shutting down';
    }
    return /^LIST/.test(command) && !command.endsWith('""') ? FOLDERS : undefined;
  };
  const server = await scripted(answers, MESSAGES);
  const session = sessionOf(scriptedSettings(server.port));
  sessions.push(session);
  return async <T>(work: (client: MailClient) => Promise<T>) => await session.use(work, { repeatable: true });
}

const wanted = { content: false };

describe('a refusal after which the connection ends is no failure of the folder', () => {
  it('of messages by ids', async () => {
    const use = await shuttingDown(/^SELECT Work/);
    const read = await use(async (client) => await client.getMessages([ID(1), ID(2)], wanted));
    expect([...read.values()].filter((one) => isMailError(one))).toEqual([]);
  });

  it('of the last folder of a search', async () => {
    const use = await shuttingDown(/^SELECT Work/);
    const found = await use(
      async (client) =>
        await client.searchMessages(
          { where: ['INBOX', 'Work'], query: {}, wanted, limit: 9, sort: 'newest' },
          undefined,
          new Map(),
        ),
    );
    expect(found).toHaveLength(4);
  });

  it('of messages that are matched', async () => {
    const use = await shuttingDown(/^UID SEARCH/);
    const matched = await use(async (client) => await client.matchMessages([ID(1)], { isRead: false }));
    expect([...matched.values()]).toEqual([true]);
  });

  it('of whole messages', async () => {
    const use = await shuttingDown(/^SELECT Work/);
    const opened = await use(async (client) => {
      const all = [];
      for await (const [, message] of client.openMessages([ID(1), ID(2)])) all.push(message);
      return all;
    });
    expect(opened.filter((one) => isMailError(one))).toEqual([]);
  });
});
