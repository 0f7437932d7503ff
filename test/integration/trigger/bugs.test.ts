import { expect, test, vi } from 'vitest';

import { bugs, TEXT } from '../../contract/bugs';
import { deliver, mail } from '../../servers/mailbox';
import { waitFor } from '../../servers/wait';
import { useTriggerLab } from './lab';

// A parser that throws at one message of several.
vi.mock('../../../mail/mime/content', async (importOriginal) => {
  const { stumble } = await import('../../contract/bugs.js');
  const real = await importOriginal<typeof import('../../../mail/mime/content')>();
  const contentOf: typeof real.contentOf = (segments, truncated) => {
    stumble(segments);
    return real.contentOf(segments, truncated);
  };
  return { ...real, contentOf };
});

const lab = useTriggerLab();

const NAMED = /could not be read, so no run was started for it.*"Bad one".*a bug in this package/;

function deliverThree(): void {
  const { dovecot, user } = lab();
  const texts = { 'Mail A': 'fine', 'Bad one': TEXT, 'Mail B': 'fine' };
  const messages = Object.entries(texts).map(([subject, text]) => mail({ to: user, subject, text }));
  deliver(dovecot, user, 'INBOX', messages);
}

test.each(['message', 'batch'] as const)(
  'one run for each %s: a bug in the reading of one message is told, and the others start runs',
  async (oneRunPer) => {
    bugs.set(TEXT, () => new TypeError('parser.next is not a function'));
    await lab().trigger({ oneRunPer, wanted: { content: true } });
    deliverThree();
    await lab().expectRuns(['Mail A', 'Mail B']);
    await waitFor('the failure', () => lab().n8n.failures.length > 0, 5_000);
    expect(lab().n8n.failures.map(({ message }) => message)).toEqual([expect.stringMatching(NAMED)]);
    lab().deliver();
    await lab().expectRuns(['Mail A', 'Mail B', ...lab().subjects]);
    expect(lab().n8n.failures).toHaveLength(1);
    bugs.clear();
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
    deliverThree();
    await lab().expectRuns(['Mail A', 'Mail B']);
    await waitFor('the failure', () => lab().n8n.failures.length > 0, 5_000);
    expect(lab().n8n.failures.map(({ message }) => message)).toEqual([expect.stringMatching(NAMED)]);
    lab().deliver();
    await lab().expectRuns(['Mail A', 'Mail B', ...lab().subjects]);
    expect(lab().n8n.failures).toHaveLength(1);
  },
);
