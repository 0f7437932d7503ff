import { setTimeout as sleep } from 'node:timers/promises';

import { beforeEach, expect, it } from 'vitest';

import { MailError, type MailErrorCode } from '../../../mail/errors';
import type { MailClient } from '../../../mail/model/client';
import type { Session } from '../../../mail/session/session';
import { AfterRun, type Action } from '../../../n8n/trigger/after-run';
import { waitFor } from '../../servers/wait';

// What is done to the messages of runs, whenever the runs end, and whatever the server says.

const READ: Action = { do: 'mark', marks: { isRead: true } };
const refused = new MailError('AUTHENTICATION_FAILED', 'The server refused the login', 'Check the password.');

/** The messages that were marked, with the account in which they were. */
let marked: string[];
let logins: string[];
let failed: string[];
/** What happens when a session is closed. */
let closing: () => Promise<void>;
let login: (account: string) => void;
/** Errors for single messages, each given once. */
let refusals: Map<string, MailError>;

beforeEach(() => {
  [marked, logins, failed] = [[], [], []];
  closing = async () => await Promise.resolve();
  login = () => {};
  refusals = new Map();
});

function sessionOf(account: string): Session {
  const change = async (ids: readonly string[]) => {
    const results = ids.map((id) => [id, refusals.get(id) ?? (true as const)] as const);
    marked.push(...ids.filter((id) => !refusals.delete(id)).map((id) => `${account} ${id}`));
    return await Promise.resolve(new Map(results));
  };
  const client = { markMessages: change, moveMessages: change } as unknown as MailClient;
  return {
    use: async (work: (client: MailClient) => Promise<unknown>) => {
      logins.push(account);
      login(account);
      return await work(client);
    },
    close: async () => await closing(),
  } as unknown as Session;
}

const afterRun = () =>
  new AfterRun(
    async (account) => await Promise.resolve(sessionOf(account)),
    (_, ids) => void failed.push(...ids),
  );

it('is done for a run that ends while the session of the runs before is closed', async () => {
  const after = afterRun();
  let close = () => {};
  const closed = new Promise<void>((resolve) => (close = resolve));
  let isClosing = false;
  closing = async () => {
    isClosing = true;
    await closed;
  };
  after.add(READ, ['1'], 'ada');
  await waitFor('the close', () => isClosing);
  after.add(READ, ['2'], 'ada');
  close();
  await waitFor('both marks', () => marked.length === 2, 1_000);
  expect(marked).toEqual(['ada 1', 'ada 2']);
});

it('does not try a refused login again for each run, so that the account is not locked', async () => {
  const after = afterRun();
  login = () => {
    throw refused;
  };
  for (let run = 1; run <= 5; run++) {
    after.add(READ, [String(run)], 'ada');
    await waitFor('the failure', () => failed.length === run);
  }
  expect(logins).toHaveLength(1);
});

it('finds the messages of each account in that account only', async () => {
  const after = afterRun();
  after.add(READ, ['1'], 'ada');
  after.add(READ, ['1', '2'], 'bob');
  await waitFor('all marks', () => marked.length === 3);
  await sleep(10);
  expect(marked).toEqual(['ada 1', 'bob 1', 'bob 2']);
});

it('goes on with the messages that a lost connection has left over, and tells what is refused', async () => {
  const after = afterRun();
  const error = (code: MailErrorCode) => new MailError(code, code, 'Try again.');
  refusals.set('2', error('CONNECTION_LOST'));
  refusals.set('3', error('CHANGE_UNCERTAIN'));
  refusals.set('4', error('SERVER_REFUSED'));
  refusals.set('5', error('MESSAGE_NOT_FOUND'));
  after.add(READ, ['1', '2', '3', '4', '5'], 'ada');
  await waitFor('the other marks', () => marked.length > 1, 3_000);
  await sleep(50);
  expect([marked, failed]).toEqual([['ada 1', 'ada 2', 'ada 3'], ['4']]);
});

it('does not repeat a move that may have been done', async () => {
  const after = afterRun();
  refusals.set('1', new MailError('CHANGE_UNCERTAIN', 'The connection ended', 'Look for it.'));
  after.add({ do: 'move', folder: 'Done' }, ['1'], 'ada');
  await waitFor('the failure', () => failed.length > 0);
  await sleep(1_200);
  expect([marked, failed, logins]).toEqual([[], ['1'], ['ada']]);
});
