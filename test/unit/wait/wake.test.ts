import type { ITriggerFunctions } from 'n8n-workflow';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { htmlOf, messagePage } from '../../../nodes/EmailMailbox/actions/message/send-and-wait/page';
import { addressesOf, canWake, MAIL_REFUSED, MAIL_TAKEN, wake } from '../../../n8n/wait/wake';
import { SIGNING, WaitingN8n, type Said } from '../../servers/waiting-n8n';

// What n8n may say to an answer by mail, and what becomes of the answer.

const WAITING = { runId: '12', nodeId: 'a node', question: '0123456789abcdef', proof: '' };
const RUNNING: Said = [409, '{"code":409,"message":"The execution \\"12\\" is running already."}'];
const UNKNOWN: Said = [404, '{"code":404,"message":"The execution \\"12\\" does not exist."}'];

let n8n: WaitingN8n;
beforeEach(async () => {
  n8n = new WaitingN8n();
  await n8n.start();
  vi.stubEnv('N8N_PORT', String(n8n.port));
  vi.stubEnv('N8N_LISTEN_ADDRESS', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await n8n.stop();
});

const context = { ...SIGNING, getNode: () => ({ id: 'trigger' }) } as unknown as ITriggerFunctions;
const attempt = async (...answers: Said[]) => {
  n8n.answers = answers;
  return await wake(context, WAITING, { answer: { text: 'Yes' } });
};

it('posts to the waiting node, signed for it', async () => {
  expect(canWake(context)).toBe(true);
  expect(await attempt([200, MAIL_TAKEN])).toBe('woken');
  const url = /^\/webhook-waiting\/12\/a%20node\?question=0123456789abcdef&by=mail&signature=[0-9a-f]{64}$/;
  expect(n8n.posts).toEqual([
    { url: expect.stringMatching(url) as string, body: { answer: { text: 'Yes' } } },
  ]);
});

it.each<[string, Said, string]>([
  ['the page of a run that has ended', [200, '<html>No action required</html>'], 'gone'],
  ['that there is no such run', UNKNOWN, 'gone'],
  ['that the run has failed', [409, '{"message":"The execution \\"12\\" has finished with error."}'], 'gone'],
  ['that the run waits for a form now', [307, '', { location: '/form-waiting/12/a%20node' }], 'gone'],
  ['that the question is another one', [410, htmlOf(messagePage('No longer asked', ''))], 'gone'],
  ['that the run is at work', RUNNING, 'busy'],
  ['that the sender may not answer', [403, MAIL_REFUSED], 'refused'],
])('if n8n says %s', async (_, said, expected) => {
  expect(await attempt(said)).toBe(expected);
  expect(n8n.posts).toHaveLength(1);
});

it.each<[string, Said]>([
  ['n8n that starts', [200, 'n8n is starting up. Please wait']],
  ['n8n without its database', [503, '{"code":503,"message":"Database is not ready!"}']],
  ['n8n that fails', [500, '{"code":0,"message":"Error in workflow"}']],
  ['a proxy that wants a login', [302, '', { location: 'https://login.example.com/' }]],
  ['a proxy that allows nobody', [403, 'Forbidden']],
  ['a proxy without n8n', [502, 'Bad Gateway']],
  ['a proxy that knows nothing', [404, 'This page does not exist']],
  ['a page of a proxy', [200, '<html>Please log in</html>']],
  ['a server that has something else gone', [410, 'Gone']],
])('does not take %s for the answer that nobody waits', async (_, said) => {
  vi.stubEnv('N8N_DISABLE_PRODUCTION_MAIN_PROCESS', 'true');
  const { additionalData } = SIGNING;
  const here = { webhookWaitingBaseUrl: `http://127.0.0.1:${n8n.port}/webhook-waiting` };
  const publicly = {
    ...context,
    additionalData: { ...additionalData, ...here },
  } as unknown as typeof context;
  n8n.answers = [said];
  await expect(wake(publicly, WAITING, {})).rejects.toThrow(`n8n could not be told: it answered ${said[0]}`);
});

it('tells if n8n does not know its own signature', async () => {
  vi.stubEnv('N8N_DISABLE_PRODUCTION_MAIN_PROCESS', 'true');
  const here = { webhookWaitingBaseUrl: `http://127.0.0.1:${n8n.port}/webhook-waiting` };
  n8n.answers = [[401, '{"error":"Invalid token"}']];
  const publicly = { ...context, additionalData: here } as unknown as typeof context;
  expect(await wake(publicly, WAITING, {})).toBe('unsigned');
});

it('says so if n8n cannot be reached', async () => {
  await n8n.stop();
  await expect(attempt()).rejects.toThrow(/n8n could not be told: it cannot be reached \(E[A-Z_]+\)/);
});

it('keeps the answer where this process takes no webhooks, and nobody else does', async () => {
  await expect(attempt([404, 'Cannot POST /webhook-waiting/12'])).rejects.toThrow(/n8n could not be told/);
});

it('does not try where n8n cannot sign for a trigger', () => {
  expect(canWake({} as ITriggerFunctions)).toBe(false);
});

const SIGNED = 'https://n8n.example.com/webhook-waiting/1/2?signature=s';
it.each<[NodeJS.ProcessEnv, string[]]>([
  [{}, ['http://127.0.0.1:5678/webhook-waiting/1/2?signature=s', SIGNED]],
  [
    { N8N_LISTEN_ADDRESS: '::1', N8N_PORT: '80' },
    ['http://[::1]:80/webhook-waiting/1/2?signature=s', SIGNED],
  ],
  [{ N8N_PROTOCOL: 'https' }, [SIGNED]],
  [{ N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true' }, [SIGNED]],
])('with %j it is posted to the right process', (env, expected) => {
  expect(addressesOf(SIGNED, env)).toEqual(expected);
});
