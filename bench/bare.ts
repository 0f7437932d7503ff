import { ImapFlow, type FetchMessageObject } from 'imapflow';
import { BasicAuthenticator } from '../mail/auth/basic';
import { SUMMARY_FIELDS } from '../mail/imap/convert';
import { summarize } from '../mail/model/summary';
import { openClient } from '../mail/session/open-client';
import { ConnectionLimit } from '../mail/async/connection-limit';
import { Session } from '../mail/session/session';
import type { Account } from './lab';
import { LIMIT, LISTINGS } from './workflows';

async function openFlow({ host, port, user, password, ca }: Account): Promise<ImapFlow> {
  const auth = { user, pass: password };
  const flow = new ImapFlow({
    host,
    port,
    secure: true,
    auth,
    tls: { ca },
    logger: false,
    disableAutoIdle: true,
  });
  await flow.connect();
  return flow;
}

/**
 * The floor: the same listings written by hand. It selects the folder once, never checks for new mail, and does not
 * convert the answers.
 *
 * @returns for each listing the UIDs, newest first
 */
export async function bareImapflow(account: Account): Promise<number[][]> {
  const flow = await openFlow(account);
  const { exists } = await flow.mailboxOpen('INBOX');
  const lists: FetchMessageObject[][] = [];
  for (let i = 0; i < LISTINGS; i++) {
    lists.push(await flow.fetchAll(`${exists - LIMIT + 1}:${exists}`, SUMMARY_FIELDS));
  }
  await flow.logout();
  return lists.map((messages) => messages.map(({ uid }) => uid).reverse());
}

/** Our session used from a script: its cost above the floor, without n8n. */
export async function sessionWithoutEngine(account: Account): Promise<number[][]> {
  const { host, port, user, password, ca } = account;
  const session = new Session(
    'Default',
    {
      provider: 'other',
      protocol: 'imap',
      authentication: 'basic',
      server: { host, port, security: 'tls', caCertificate: ca },
      authenticator: new BasicAuthenticator(user, password),
      timeouts: { connect: 30_000, command: 60_000, idle: 300_000 },
    },
    openClient,
    new ConnectionLimit(),
  );
  await session.open();
  const lists: number[][] = [];
  for (let i = 0; i < LISTINGS; i++) {
    const messages = await session.use(
      async (client) => await client.listMessages('INBOX', {}, { content: false }, LIMIT),
      { repeatable: true },
    );
    lists.push(messages.map((message) => uidOf(summarize(message).id)));
  }
  await session.close();
  return lists;
}

/** The id of a message ends with its UID. */
export const uidOf = (id: unknown): number => Number(/;UID=(\d+)$/.exec(String(id))?.[1]);

/** The cost of a round trip here, in milliseconds: the median time of the shortest command. */
export async function roundTrip(account: Account): Promise<number> {
  const flow = await openFlow(account);
  const times: number[] = [];
  for (let i = 0; i < 21; i++) {
    const started = performance.now();
    await flow.noop();
    times.push(performance.now() - started);
  }
  await flow.logout();
  return times.sort((a, b) => a - b)[10]!;
}
