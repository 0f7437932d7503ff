import { setTimeout as sleep } from 'node:timers/promises';

import type { ITriggerFunctions } from 'n8n-workflow';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { summarize } from '../../../mail/model/summary';
import type { ListenerSettings } from '../../../n8n/trigger/listener-settings';
import { manualTest } from '../../../n8n/trigger/manual-test';
import { waitFor } from '../../servers/wait';
import { useTriggerLab } from './lab';

// "Execute step" in the editor, with a real mail server.

const lab = useTriggerLab();

const unhandled: unknown[] = [];
const note = (error: unknown) => void unhandled.push(error);
let others: Array<(...args: unknown[]) => void>;
beforeEach(() => {
  unhandled.length = 0;
  others = process.listeners('unhandledRejection') as typeof others;
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
  for (const other of others) process.on('unhandledRejection', other);
});

function begin(opening: Promise<void> = Promise.resolve()) {
  const { context } = lab().n8n.activate();
  const emitted: unknown[] = [];
  const failed: Error[] = [];
  Object.assign(context, {
    getMode: () => 'manual',
    emit: ([items]: Array<Array<{ json: { subject: unknown } }>>) =>
      void emitted.push(items![0]!.json.subject),
    emitError: (error: Error) => void failed.push(error),
  } satisfies Partial<Record<keyof ITriggerFunctions, unknown>>);
  const settings: ListenerSettings = {
    ...{ sessionName: 'Default', folder: 'INBOX', query: {}, wanted: { content: false } },
    ...{ start: 'new', checkEvery: 1_000, oneRunPer: 'message', mostRuns: 10 },
    sessionSettings: async () => await opening.then(() => lab().settings()),
    toJson: (message) => ({ ...summarize(message) }),
  };
  const { closeFunction, manualTriggerFunction } = manualTest(context, settings);
  return { emitted, failed, run: manualTriggerFunction!, close: closeFunction! };
}

it('gives a message that arrives while it waits, once', async () => {
  const { run, emitted, failed } = begin();
  await run();
  const subjects = lab().deliver();
  await waitFor('the message', () => emitted.length > 0);
  await sleep(100);
  expect([emitted, failed]).toEqual([subjects, []]);
});

it('can be stopped at any time while it waits', async () => {
  for (let delay = 0; delay <= 20; delay++) {
    const { run, close, failed } = begin();
    await run();
    await sleep(delay);
    await close();
    await sleep(20);
    expect([failed, unhandled]).toEqual([[], []]);
  }
});

it('opens nothing if it is stopped before, and ends quietly while it looks', async () => {
  let open = () => {};
  const early = begin(new Promise((resolve) => (open = resolve)));
  const running = early.run();
  await early.close();
  open();
  await running;
  await sleep(200);
  expect(lab().wire.commands).toEqual([]);
  const late = begin();
  const looking = late.run();
  await waitFor('a command', () => lab().wire.commands.length > 0);
  await late.close();
  await looking;
  expect([early.failed, late.failed, unhandled]).toEqual([[], [], []]);
});
