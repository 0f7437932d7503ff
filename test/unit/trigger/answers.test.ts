import type { ITriggerFunctions } from 'n8n-workflow';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { MailError } from '../../../mail/errors';
import type { Message } from '../../../mail/model/message';
import type { Session } from '../../../mail/session/session';
import { Answers } from '../../../n8n/trigger/answers';
import { referringOf } from '../../../n8n/trigger/referring';
import { waitIdLeft, waitReference } from '../../../n8n/wait/wait-id';
import { MAIL_TAKEN } from '../../../n8n/wait/wake';
import { waitFor } from '../../servers/wait';
import { SIGNING, WAITING, WaitingN8n, type Said } from '../../servers/waiting-n8n';

// What becomes of answers by mail that cannot be handed over at once.

const ID = `<${waitIdLeft(WAITING)}@example.test>`;
const BUSY: Said = [409, 'The execution "7" is running already.'];
const DAY = 24 * 60 * 60_000;

let n8n: WaitingN8n;
const stopping = () => new AbortController();
let closing = stopping();
beforeEach(async () => {
  closing = stopping();
  n8n = new WaitingN8n();
  await n8n.start();
  vi.stubEnv('N8N_PORT', String(n8n.port));
  vi.stubEnv('N8N_LISTEN_ADDRESS', '127.0.0.1');
});
afterEach(async () => {
  closing.abort();
  vi.unstubAllEnvs();
  await n8n.stop();
});

const logged: string[] = [];
const context = {
  ...SIGNING,
  logger: { warn: (line: string) => logged.push(line) },
  getNode: () => ({ id: 'trigger', name: 'Trigger' }),
  getWorkflow: () => ({ name: 'Workflow' }),
} as unknown as ITriggerFunctions;

const message = (id: string, more: Partial<Message> = {}): Message =>
  ({ id, inReplyTo: ID, subject: id, from: [], attachments: [], ...more }) as unknown as Message;

/** A session whose server gives these messages, or says why not. */
const sessionWith = (given: (id: string) => Message | MailError): Session => {
  const getMessages = async (ids: string[]) =>
    await Promise.resolve(new Map(ids.map((id) => [id, given(id)])));
  return {
    use: async (work: (client: object) => Promise<unknown>) => await work({ getMessages }),
  } as unknown as Session;
};

function answers(given = (id: string): Message | MailError => message(id), now?: () => number) {
  const handled: [string, string][] = [];
  const failed = vi.fn(() => 20);
  const session = sessionWith(given);
  const host = { context, session: () => session, signal: closing.signal, failed };
  const all = new Answers({ ...host, handled: ({ id }, outcome) => void handled.push([id, outcome]) }, now);
  const add = (...ids: string[]) => all.add(ids.map((id) => ({ message: message(id), waiting: WAITING })));
  const until = async (count: number) => await waitFor('the outcome', () => handled.length >= count, 10_000);
  return { all, add, handled, failed, until };
}

it('is kept while n8n starts or has no database', async () => {
  const starting: Said[] = [
    [200, 'n8n is starting up. Please wait'],
    [503, 'Database is not ready!'],
  ];
  n8n.answers = [...starting, [200, MAIL_TAKEN]];
  const { add, handled, failed, until } = answers();
  add('a');
  await until(1);
  expect(handled).toEqual([['a', 'woken']]);
  expect(failed).toHaveBeenCalledTimes(2);
});

it('does not wait for one that n8n does not take', async () => {
  n8n.answers = [
    [500, '{}'],
    [200, MAIL_TAKEN],
  ];
  const { add, handled, until } = answers();
  add('a', 'b');
  await until(2);
  expect(handled).toEqual([
    ['b', 'woken'],
    ['a', 'woken'],
  ]);
});

it('is handed over at once while another waits for its time', async () => {
  n8n.answers = [BUSY, BUSY, BUSY, [200, MAIL_TAKEN]];
  const { add, handled, until } = answers();
  add('a');
  await waitFor('three attempts', () => n8n.posts.length === 3, 10_000);
  add('b');
  await until(1);
  expect(handled).toEqual([['b', 'woken']]);
});

it('is told to be too late if its run is at work for minutes', async () => {
  let now = 0;
  n8n.answers = [BUSY];
  const { add, handled, until } = answers(undefined, () => now);
  add('a');
  await waitFor('an attempt', () => n8n.posts.length === 1, 10_000);
  expect(handled).toEqual([]);
  now = 6 * 60_000;
  await until(1);
  expect(handled).toEqual([['a', 'gone']]);
});

it('is ordinary mail after a day in which n8n did not take it', async () => {
  let now = 0;
  n8n.answers = [[500, '{}']];
  const { add, handled, until } = answers(undefined, () => now);
  add('a');
  await waitFor('an attempt', () => n8n.posts.length === 1, 10_000);
  now = DAY + 1;
  await until(1);
  expect(handled).toEqual([['a', 'ordinary']]);
});

it('is tried again if the server does not give it at the moment, and ordinary if it is gone', async () => {
  n8n.answers = [[200, MAIL_TAKEN]];
  let asked = 0;
  const { add, handled, until } = answers((id) => {
    if (id === 'gone') return new MailError('MESSAGE_NOT_FOUND', 'gone', '');
    return asked++ === 0 ? new MailError('SERVER_REFUSED', 'too many requests', '', 0) : message(id);
  });
  add('a', 'gone');
  await until(2);
  expect(handled).toEqual([
    ['gone', 'ordinary'],
    ['a', 'woken'],
  ]);
});

it('is ordinary mail if n8n refuses its own signature, and the log says so', async () => {
  n8n.answers = [[401, 'Invalid token']];
  vi.stubEnv('N8N_PROTOCOL', 'https');
  const here = { webhookWaitingBaseUrl: `http://127.0.0.1:${n8n.port}/webhook-waiting` };
  const original = SIGNING.additionalData;
  Object.assign(context, { additionalData: here });
  const { add, handled, until } = answers();
  add('a');
  await until(1);
  Object.assign(context, { additionalData: original });
  expect(handled).toEqual([['a', 'ordinary']]);
  expect(logged.join()).toContain('n8n refused the link that it has signed itself');
});

const REFERENCES = { headers: [{ name: 'References', value: waitReference(WAITING) }] };
const own = (one: Partial<Message>) => message('x', { inReplyTo: undefined, ...one });

it.each<[string, Message, boolean]>([
  ['that replies to it', own({ inReplyTo: ID }), true],
  ['that replies to it under another id', own({ inReplyTo: '<1@x>', ...REFERENCES }), true],
  ['that is the question itself, in a mailbox of its own', own({ messageId: ID, ...REFERENCES }), false],
  ['that replies to something else', own({ inReplyTo: '<1@x>', headers: [] }), false],
])('a message %s', async (_, one, isReferring) => {
  const { referring, others } = await referringOf(context, [one]);
  expect([referring.length, others.length]).toEqual(isReferring ? [1, 0] : [0, 1]);
});

it('a message whose headers cannot be read at the moment is looked at again', async () => {
  let asked = 0;
  n8n.answers = [[200, MAIL_TAKEN]];
  const given = (id: string) =>
    asked++ === 0
      ? new MailError('SERVER_REFUSED', 'too many requests', '', 0)
      : message(id, { inReplyTo: '<1@x>', ...(id === 'a' ? REFERENCES : { headers: [] }) });
  const { referring, others } = await referringOf(
    context,
    [message('a', { inReplyTo: '<1@x>' })],
    sessionWith(given),
  );
  expect([referring.length, others.length]).toEqual([1, 0]);
  const { all, handled, until } = answers(given);
  all.add([...referring, { message: message('b') }]);
  await until(2);
  expect(handled).toEqual([
    ['a', 'woken'],
    ['b', 'ordinary'],
  ]);
});
