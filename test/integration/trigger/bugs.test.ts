import { afterEach, expect, test, vi } from 'vitest';

import { summarize } from '../../../mail/model/summary';
import { manualTest } from '../../../n8n/trigger/manual-test';
import { waitIdLeft } from '../../../n8n/wait/wait-id';
import { bugs, TEXT, thrown } from '../../contract/bugs';
import { deliver, mail } from '../../servers/mailbox';
import { waitFor } from '../../servers/wait';
import { SIGNING, WAITING, WaitingN8n } from '../../servers/waiting-n8n';
import { useTriggerLab } from './lab';

// A parser that throws at one message of several.
vi.mock('../../../mail/mime/content', async (importOriginal) => {
  const { stumblingContent } = await import('../../contract/bugs.js');
  return await stumblingContent(importOriginal);
});

const lab = useTriggerLab();
afterEach(() => bugs.clear());

const NAMED = /could not be read, so no run was started for it.*"Bad one".*a bug in this package/;

function deliverThree(): void {
  const { dovecot, user } = lab();
  const texts = { 'Mail A': 'fine', 'Bad one': TEXT, 'Mail B': 'fine' };
  const messages = Object.entries(texts).map(([subject, text]) => mail({ to: user, subject, text }));
  deliver(dovecot, user, 'INBOX', messages);
}

/** One of three messages is told of, once, and the others and later ones start runs. */
async function expectOthersToRun(): Promise<void> {
  deliverThree();
  await lab().expectRuns(['Mail A', 'Mail B']);
  await waitFor('the failure', () => lab().n8n.failures.length > 0, 5_000);
  expect(lab().n8n.failures.map(({ message }) => message)).toEqual([expect.stringMatching(NAMED)]);
  lab().deliver();
  await lab().expectRuns(['Mail A', 'Mail B', ...lab().subjects]);
  expect(lab().n8n.failures).toHaveLength(1);
}

test.each(['message', 'batch'] as const)(
  'one run for each %s: a bug in the reading of one message is told, and the others start runs',
  async (oneRunPer) => {
    bugs.set(TEXT, thrown);
    await lab().trigger({ oneRunPer, wanted: { content: true } });
    await expectOthersToRun();
  },
);

test.each(['message', 'batch'] as const)(
  'one run for each %s: the same for a bug in making the item of a message',
  async (oneRunPer) => {
    const toJson = ({ subject }: { subject: string }) => {
      if (subject === 'Bad one') throw new RangeError('Maximum call stack size exceeded');
      return { subject };
    };
    await lab().trigger({ oneRunPer, toJson });
    await expectOthersToRun();
  },
);

test('an answer that cannot be read is told, and arrives as ordinary mail', async () => {
  const waiting = new WaitingN8n();
  await waiting.start();
  vi.stubEnv('N8N_PORT', String(waiting.port));
  vi.stubEnv('N8N_LISTEN_ADDRESS', '127.0.0.1');
  try {
    bugs.set(TEXT, thrown);
    const { dovecot, user } = lab();
    await lab().trigger({ wakesRuns: true }, { signs: SIGNING });
    const headers = { 'In-Reply-To': `<${waitIdLeft(WAITING)}@example.test>` };
    deliver(dovecot, user, 'INBOX', [mail({ to: user, subject: 'Re: Holiday?', text: TEXT, headers })]);
    await lab().expectRuns(['Re: Holiday?']);
    expect(lab().n8n.failures.map(({ message }) => message)).toEqual([
      expect.stringMatching(/"Re: Holiday\?".*a bug in this package/),
    ]);
    expect(waiting.posts).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    await waiting.stop();
  }
});

test('a test in the editor ends with the error of a message that arrives and cannot be read', async () => {
  bugs.set(TEXT, thrown);
  const { context } = lab().n8n.activate();
  const failed: Error[] = [];
  Object.assign(context, { getMode: () => 'manual', emitError: (error: Error) => void failed.push(error) });
  const { manualTriggerFunction, closeFunction } = manualTest(context, {
    ...{ sessionName: 'Default', folder: 'INBOX', query: {}, wanted: { content: true } },
    ...{ start: 'new', checkEvery: 1_000, oneRunPer: 'message', mostRuns: 10 },
    sessionSettings: async () => await Promise.resolve(lab().settings()),
    toJson: (message) => ({ ...summarize(message) }),
  });
  await manualTriggerFunction!();
  const { dovecot, user } = lab();
  deliver(dovecot, user, 'INBOX', [mail({ to: user, subject: 'Bad one', text: TEXT })]);
  await waitFor('the error', () => failed.length > 0, 10_000);
  expect(failed.map(({ message }) => message)).toEqual([expect.stringContaining('"Bad one"')]);
  await closeFunction!();
});
