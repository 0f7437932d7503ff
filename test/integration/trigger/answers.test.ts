import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { waitIdLeft, waitReference } from '../../../n8n/wait/wait-id';
import { MAIL_REFUSED, MAIL_TAKEN } from '../../../n8n/wait/wake';
import { deliver, mail } from '../../servers/mailbox';
import { sleep, waitFor } from '../../servers/wait';
import { SIGNING, WAITING, WaitingN8n } from '../../servers/waiting-n8n';
import { useTriggerLab } from './lab';

// Answers by mail to runs that wait: each wakes its run once, and none is lost.

const lab = useTriggerLab();
const ID = `<${waitIdLeft(WAITING)}@example.test>`;

let waiting: WaitingN8n;
beforeEach(async () => {
  waiting = new WaitingN8n();
  await waiting.start();
  waiting.answers = [[200, MAIL_TAKEN]];
  vi.stubEnv('N8N_PORT', String(waiting.port));
  vi.stubEnv('N8N_LISTEN_ADDRESS', '127.0.0.1');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await waiting.stop();
});

const trigger = async (changes: Parameters<ReturnType<typeof lab>['trigger']>[0] = {}) =>
  await lab().trigger({ wakesRuns: true, ...changes }, { signs: SIGNING });

function reply(subject: string, headers: Record<string, string> = {}): void {
  const message = mail({
    ...{ from: 'Bob <bob@example.test>', to: lab().user, subject, text: `text of ${subject}` },
    headers: { 'In-Reply-To': ID, ...headers },
    attachments: [{ filename: 'a.txt', contentType: 'text/plain', content: Buffer.from('a') }],
  });
  deliver(lab().dovecot, lab().user, 'INBOX', [message]);
}

const woken = async (count = 1) =>
  await waitFor('the answer', () => waiting.posts.length >= count, 10_000).then(() => waiting.posts);

test('an answer goes to its run, whole, and starts none; other mail does', async () => {
  await trigger();
  reply('Re: Holiday?');
  const [post] = await woken();
  expect(post).toMatchObject({
    url: expect.stringMatching(
      /^\/webhook-waiting\/7\/node\?question=0123456789abcdef&by=mail&signature=[0-9a-f]{64}$/,
    ) as string,
    body: {
      answer: {
        ...{ text: expect.stringContaining('text of Re: Holiday?') as string, subject: 'Re: Holiday?' },
        from: [{ name: 'Bob', address: 'bob@example.test' }],
        id: expect.stringMatching(/^INBOX;/) as string,
        attachments: [{ fileName: 'a.txt', mimeType: 'text/plain' }],
      },
    },
  });
  await lab().expectRuns(lab().deliver());
  expect(waiting.posts).toHaveLength(1);
});

test('what a program has written is ordinary mail, and so is the answer of somebody else', async () => {
  await trigger();
  reply('I am away', { 'Auto-Submitted': 'auto-replied' });
  await lab().expectRuns(['I am away']);
  expect(waiting.posts).toEqual([]);
  // Made up by somebody who knows how they look.
  const made = { ...WAITING, question: 'aaaaaaaaaaaaaaaa' };
  reply('Made up', { 'In-Reply-To': `<${waitIdLeft(made)}@example.test>` });
  await lab().expectRuns(['I am away', 'Made up']);
  expect(waiting.posts).toEqual([]);
  waiting.answers = [[403, MAIL_REFUSED]];
  reply('Not me');
  await lab().expectRuns(['I am away', 'Made up', 'Not me']);
});

test('an answer is found by References too, if the headers are read', async () => {
  await trigger({ wanted: { content: false, headers: true } });
  const renamed = '<another@example.test>';
  const references = `${waitReference(WAITING)} ${renamed}`;
  reply('Re: Holiday?', { 'In-Reply-To': renamed, References: references });
  await woken();
  await lab().expectRuns([]);
  // A later mail of the same thread is no answer.
  reply('Re: Re:', { 'In-Reply-To': '<2@x>', References: `${references} <2@x>` });
  await lab().expectRuns(['Re: Re:']);
  expect(waiting.posts).toHaveLength(1);
});

test('an answer is kept while n8n cannot be told, and other mail goes on', async () => {
  const { activated } = await trigger();
  waiting.answers = [[404, 'Cannot POST']];
  reply('Kept');
  await woken(2);
  const others = lab().deliver(2);
  await lab().expectRuns(others);
  waiting.answers = [[200, MAIL_TAKEN]];
  const before = waiting.posts.length;
  await woken(before + 1);
  await sleep(500);
  expect(waiting.posts).toHaveLength(before + 1);
  await lab().expectRuns(others);
  expect(activated).toBeDefined();
});

test('n8n that is killed does not start a run for an answer that was handed over', async () => {
  const first = await trigger();
  reply('Once');
  await woken();
  await lab().kill(first);
  // The run has gone on.
  waiting.answers = [[200, '<html>No action required</html>']];
  await trigger();
  await lab().expectRuns(lab().deliver());
});

test('the option leaves answers as ordinary mail', async () => {
  await trigger({ wakesRuns: false });
  reply('Ordinary');
  await lab().expectRuns(['Ordinary']);
  expect(waiting.posts).toEqual([]);
});
