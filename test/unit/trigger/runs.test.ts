import { createHook } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Message } from '../../../mail/model/message';
import type { Action, AfterRun } from '../../../n8n/trigger/after-run';
import type { Started } from '../../../n8n/trigger/memory';
import { TriggerProcess } from '../../../n8n/trigger/process';
import { Runs, type Host } from '../../../n8n/trigger/runs';
import { StandInN8n, type TriggeredRun } from '../../servers/n8n-trigger';

// Each message starts one run, whatever n8n says, and forgets, and when.

let n8n: StandInN8n;
let settled: string[];
let returned: string[];
let actions: [Action, readonly string[]][];

beforeEach(() => {
  n8n = new StandInN8n();
  [settled, returned, actions] = [[], [], []];
});
afterEach(() => vi.useRealTimers());

const message = (id: string): Message =>
  ({ id, messageId: `<${id}@example.test>`, subject: `subject of ${id}` }) as Message;

interface Given {
  started?: Started[];
  settings?: Partial<Host['settings']>;
  process?: TriggerProcess;
}

function runsOf({ started = [], settings, process = new TriggerProcess() }: Given = {}) {
  const { context } = n8n.activate();
  const remembered: Started[][] = [];
  const host: Host = {
    ...{ context, process },
    settings: { oneRunPer: 'message', ...settings },
    identity: () => 'account',
    account: () => 'account',
    remember: () => void remembered.push(structuredClone([...runs.started])),
    settle: (ids) => void settled.push(...ids),
    giveBack: (ids) => void returned.push(...ids),
  };
  const afterRun = {
    add: (action: Action, ids: readonly string[]) => void actions.push([action, ids]),
  } as unknown as AfterRun;
  const runs = new Runs(host, afterRun);
  runs.started = started;
  let slots = 0;
  const start = (...ids: string[]) =>
    runs.start(
      ids.map(message),
      (messages) => messages.map(({ id, subject }) => ({ json: { id, subject } })),
      () => {
        slots++;
        return () => void slots--;
      },
    );
  return { runs, start, remembered, process, slots: () => slots };
}

const idsOf = ({ items }: TriggeredRun) => items.map(({ json }) => json.id);
const started = () => n8n.runs.map(idsOf);
const soon = async () => await sleep(5);
/** What another process finds in the database. */
const stored = (runs: Runs): Started[] => structuredClone([...runs.started]);

describe('a batch that comes again in parts', () => {
  const batch = { settings: { oneRunPer: 'batch' } } as const;

  it('starts no other run while its run is under way', async () => {
    n8n.onRun = () => {};
    const { runs, start, process } = runsOf(batch);
    start('1', '2', '3');
    // Somebody chooses one run for each message.
    const newer = runsOf({ started: stored(runs), process });
    newer.start('1');
    newer.start('2', '3');
    await soon();
    expect(started()).toEqual([['1', '2', '3']]);
    settled = [];
    n8n.runs[0]!.end('success');
    await soon();
    expect([started().length, newer.runs.started]).toEqual([1, []]);
    expect(settled.sort()).toEqual(['1', '1', '2', '2', '3', '3']);
  });

  it('starts no other run after n8n was killed', async () => {
    n8n.onRun = () => {};
    const { runs, start } = runsOf(batch);
    start('1', '2', '3');
    n8n.crash();
    const { start: startAgain, runs: again } = runsOf({ started: stored(runs) });
    startAgain('1');
    await soon();
    startAgain('2');
    startAgain('3', '4');
    await soon();
    expect(started()).toEqual([['1', '2', '3'], ['4']]);
    expect(settled.sort()).toEqual(['1', '2', '3']);
    n8n.runs[1]!.end('success');
    await soon();
    expect(again.started).toEqual([]);
  });

  it('starts no other run if it was started too long ago to be sure', async () => {
    n8n.settings = { saveDataSuccessExecution: 'none' };
    n8n.onRun = () => {};
    const { runs, start } = runsOf(batch);
    start('1', '2');
    const { start: startAgain } = runsOf({ started: stored(runs) });
    startAgain('1');
    startAgain('2');
    await soon();
    expect([started(), settled]).toEqual([[['1', '2']], ['1', '2']]);
  });

  it('starts all its runs if n8n does not know the first one', async () => {
    n8n.onRun = () => {};
    const { runs, start } = runsOf(batch);
    start('1', '2', '3');
    n8n = new StandInN8n();
    n8n.onRun = () => {};
    const { start: startAgain } = runsOf({ started: stored(runs) });
    startAgain('1');
    startAgain('2');
    await soon();
    n8n.runs[0]!.end('success');
    await soon();
    expect([started(), settled, returned]).toEqual([[['1']], ['1'], ['2']]);
    startAgain('2');
    startAgain('3');
    expect(started()).toEqual([['1'], ['2'], ['3']]);
  });
});

describe('a batch whose run is started again without all its messages', () => {
  const batch = { settings: { oneRunPer: 'batch' } } as const;

  /** What is remembered of a run of three messages, in a new process of n8n. */
  function killedInBatch({ isStored }: { isStored: boolean }): Started[] {
    n8n.onRun = () => {};
    const { runs, start } = runsOf(batch);
    start('1', '2', '3');
    const inDatabase = stored(runs);
    if (isStored) n8n.crash();
    else n8n = new StandInN8n();
    n8n.onRun = () => {};
    [settled, returned] = [[], []];
    return inDatabase;
  }

  it('loses none if the workflow is activated again during that run', async () => {
    const { runs, start, process } = runsOf({ ...batch, started: killedInBatch({ isStored: false }) });
    start('1');
    const newer = runsOf({ ...batch, started: stored(runs), process });
    newer.start('1');
    newer.start('2', '3');
    await soon();
    n8n.runs[0]!.end('success');
    await soon();
    expect([started(), settled, returned]).toEqual([[['1']], ['1', '1'], ['2', '3']]);
    newer.start('2', '3');
    expect(started()).toEqual([['1'], ['2', '3']]);
    n8n.runs[1]!.end('success');
    await soon();
    expect([settled, newer.runs.started]).toEqual([['1', '1', '2', '3'], []]);
  });

  it('starts none twice if the workflow is activated again while n8n says that it had the run', async () => {
    const { runs, start, process } = runsOf({ ...batch, started: killedInBatch({ isStored: true }) });
    start('1');
    const newer = runsOf({ ...batch, started: stored(runs), process });
    newer.start('1');
    newer.start('2', '3');
    await soon();
    expect([started(), settled, returned]).toEqual([[['1', '2', '3']], ['1', '1', '2', '3'], []]);
    expect(newer.runs.started).toEqual([]);
  });

  it('loses none if n8n is killed again during that run', async () => {
    const { runs, start } = runsOf({ ...batch, started: killedInBatch({ isStored: false }) });
    start('1');
    n8n.crash();
    const later = runsOf({ ...batch, started: stored(runs) });
    later.start('1', '2', '3');
    await soon();
    expect([started(), settled]).toEqual([[['1'], ['2', '3']], ['1']]);
  });

  it('starts none twice if n8n had the run, and is killed again later', async () => {
    const { runs, start } = runsOf({ ...batch, started: killedInBatch({ isStored: true }) });
    start('1');
    await soon();
    start('2');
    // n8n stores what is remembered in that moment.
    const inDatabase = stored(runs);
    await soon();
    n8n.crash();
    runsOf({ ...batch, started: inDatabase }).start('3', '4');
    await soon();
    expect(started()).toEqual([['1', '2', '3'], ['4']]);
  });

  it('starts none twice if n8n could not be asked at first', async () => {
    const { runs, start, process } = runsOf({ ...batch, started: killedInBatch({ isStored: true }) });
    n8n.refuses = new Error('SQLITE_BUSY');
    start('1');
    start('2', '3');
    const newer = runsOf({ ...batch, started: stored(runs), process });
    newer.start('1');
    newer.start('2', '3');
    await soon();
    n8n.refuses = undefined;
    newer.start('2', '3');
    await soon();
    expect(started()).toEqual([['1', '2', '3']]);
  });

  it('starts the others soon, though that run takes hours', async () => {
    vi.useFakeTimers();
    const { start } = runsOf({ ...batch, started: killedInBatch({ isStored: false }) });
    start('1');
    start('2', '3');
    await vi.advanceTimersByTimeAsync(61_000);
    expect(returned).toEqual(['2', '3']);
    start('2', '3');
    expect(started()).toEqual([['1'], ['2', '3']]);
  });
});

describe('a message', () => {
  it('starts a run, and is settled when n8n says how it went', async () => {
    n8n.onRun = () => {};
    const { start, slots } = runsOf();
    start('1', '2');
    await soon();
    expect([started(), settled, slots()]).toEqual([[['1'], ['2']], [], 2]);
    n8n.runs[1]!.end('success');
    await soon();
    expect([settled, slots()]).toEqual([['2'], 1]);
  });

  it('leaves nothing that waits for its end, when it has ended', async () => {
    const timers = new Set<number>();
    const hook = createHook({
      init: (id, type) => void (type === 'Timeout' && timers.add(id)),
      destroy: (id) => void timers.delete(id),
    }).enable();
    runsOf().start('1', '2');
    await sleep(20);
    await new Promise((resolve) => setImmediate(resolve));
    hook.disable();
    expect([settled, timers.size]).toEqual([['1', '2'], 0]);
  });

  it('is remembered in the tick in which its run is started, when n8n stores it', () => {
    n8n.onRun = () => {};
    const { start, remembered } = runsOf();
    start('1');
    expect(remembered).toHaveLength(1);
    expect(remembered[0]).toMatchObject([{ key: n8n.runs[0]!.key }]);
  });

  it('is given back if n8n cannot start its run', async () => {
    n8n.refuses = new Error('Published version not found for workflow');
    const { start, runs, slots } = runsOf();
    start('1');
    await soon();
    expect([settled, returned, slots(), runs.started]).toEqual([[], ['1'], 0, []]);
    n8n.refuses = undefined;
    start('1');
    await soon();
    expect([started(), settled]).toEqual([[['1']], ['1']]);
  });

  it('is given back if no item can be made of it, and the others start', async () => {
    const { runs } = runsOf();
    let slots = 0;
    runs.start(
      [message('1'), message('2')],
      ([one]) => {
        if (one!.id === '1') throw new Error('no item');
        return [{ json: { id: one!.id } }];
      },
      () => {
        slots++;
        return () => void slots--;
      },
    );
    await soon();
    expect([settled, returned, slots, runs.started]).toEqual([['2'], ['1'], 0, []]);
  });

  it('is settled if its run is stopped by a person', async () => {
    n8n.onRun = (run) => run.stop();
    runsOf().start('1');
    await soon();
    expect([settled, returned]).toEqual([['1'], []]);
  });

  it('has a key of its own that every database takes', () => {
    n8n.onRun = () => {};
    runsOf().start('1', '2', 'x'.repeat(1000));
    const keys = n8n.runs.map(({ key }) => key!);
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) {
      expect(key.length).toBeLessThan(255);
      expect(key).toContain(n8n.workflowId);
    }
  });

  it('shares a run with those that arrived with it, if the trigger is to make batches', async () => {
    runsOf({ settings: { oneRunPer: 'batch' } }).start('1', '2', '3');
    await soon();
    expect([started(), settled]).toEqual([[['1', '2', '3']], ['1', '2', '3']]);
  });
});

describe('a process that follows another', () => {
  it('starts what n8n does not know, and not what it knows', async () => {
    n8n.onRun = () => {};
    const before = runsOf();
    before.start('1');
    const inDatabase = stored(before.runs);
    n8n.crash();
    // The second message was stored, and its run never was.
    const lost = {
      ...inDatabase[0]!,
      key: `${inDatabase[0]!.key}x`,
      messages: ['of another message'],
      identities: [''],
    };
    const after = runsOf({ started: [...inDatabase, lost] });
    after.start('1', '2');
    await soon();
    expect(started()).toEqual([['1'], ['2']]);
    expect(settled).toEqual(['1']);
  });

  it('keeps a batch together, so that it is known by its key', async () => {
    n8n.onRun = () => {};
    const before = runsOf({ settings: { oneRunPer: 'batch' } });
    before.start('1', '2');
    n8n.crash();
    const after = runsOf({ settings: { oneRunPer: 'batch' }, started: stored(before.runs) });
    after.start('1', '2', '3');
    await soon();
    expect(started()).toEqual([['1', '2'], ['3']]);
    expect(settled).toEqual(['1', '2']);
  });

  it.each([
    ['the workflow does not save its runs', { saveDataSuccessExecution: 'none' }, 0],
    ['it was two days ago', {}, 2 * 24 * 60 * 60_000],
  ])('takes a run for started if %s: n8n may have removed it', async (_, settings, ago) => {
    n8n.settings = settings;
    n8n.forgetsRuns = true;
    n8n.onRun = () => {};
    const before = runsOf();
    before.start('1');
    const inDatabase = stored(before.runs).map((one) => ({ ...one, at: one.at - ago }));
    n8n.runs[0]!.end('success');
    await soon();
    settled = [];
    runsOf({ started: inDatabase }).start('1');
    await soon();
    expect([started(), settled]).toEqual([[['1']], ['1']]);
  });
});

describe('a mailbox that remembers', () => {
  it('gives no message that was started, so that what it gives is started, whatever n8n keeps', async () => {
    n8n.settings = { saveDataSuccessExecution: 'none' };
    n8n.onRun = () => {};
    const settings = { keyword: 'n8n' };
    const before = runsOf({ settings });
    before.start('1');
    // It was stored, and its run never was.
    const lost = stored(before.runs).map((one) => ({ ...one, key: `${one.key}x` }));
    runsOf({ settings, started: lost }).start('1');
    await soon();
    expect(started()).toEqual([['1'], ['1']]);
  });
});

describe('messages that get new ids while their runs go on', () => {
  const renamed = (id: string, messageId: string): Message => ({ ...message(id), messageId });

  it('are not started again, and one with the same Message-ID is not taken for them', async () => {
    n8n.onRun = () => {};
    const before = runsOf();
    before.start('1');
    const { runs } = runsOf({ process: before.process, started: stored(before.runs) });
    runs.idsChangedAt = Date.now();
    const twins = ['new 1', 'new 2'].map((id) => renamed(id, '<1@example.test>'));
    runs.start(
      twins,
      (messages) => messages.map(({ id }) => ({ json: { id } })),
      () => () => {},
    );
    await soon();
    expect(started()).toEqual([['1'], ['new 2']]);
  });

  it('are not started again though they get new ids a second time', async () => {
    n8n.onRun = () => {};
    const before = runsOf({ settings: { oneRunPer: 'batch' } });
    before.start('1', '2');
    const { process } = before;
    let known = stored(before.runs);
    for (const nth of ['second', 'third']) {
      const { runs } = runsOf({ process, started: known });
      runs.idsChangedAt = Date.now();
      for (const id of ['1', '2'])
        runs.start(
          [renamed(`${nth} ${id}`, `<${id}@example.test>`)],
          (messages) => messages.map((one) => ({ json: { id: one.id } })),
          () => () => {},
        );
      known = stored(runs);
    }
    await soon();
    expect(started()).toEqual([['1', '2']]);
  });

  it('are not started again though n8n could not be asked at first', async () => {
    n8n.onRun = () => {};
    const before = runsOf();
    before.start('1');
    n8n.crash();
    const { start, runs } = runsOf({ started: stored(before.runs) });
    n8n.refuses = new Error('SQLITE_BUSY');
    start('1');
    await soon();
    n8n.refuses = undefined;
    runs.idsChangedAt = Date.now();
    runs.start(
      [renamed('new 1', '<1@example.test>')],
      (messages) => messages.map(({ id }) => ({ json: { id } })),
      () => () => {},
    );
    await soon();
    expect(started()).toEqual([['1']]);
  });

  it('are started if they only have the Message-ID of an earlier one', async () => {
    n8n.onRun = () => {};
    const { start, runs } = runsOf();
    start('1');
    runs.start(
      [renamed('2', '<1@example.test>')],
      (messages) => messages.map(({ id }) => ({ json: { id } })),
      () => () => {},
    );
    await soon();
    expect(started()).toEqual([['1'], ['2']]);
  });
});

describe('a listener that follows another in the same process', () => {
  it('waits for its runs and does not start them again, though n8n would', async () => {
    n8n.onRun = () => {};
    const process = new TriggerProcess();
    const before = runsOf({ process, settings: { onSuccess: { do: 'delete', permanently: false } } });
    before.start('1');
    const after = runsOf({ process, started: stored(before.runs) });
    after.start('1');
    await soon();
    expect([started(), settled]).toEqual([[['1']], []]);
    n8n.runs[0]!.end('success');
    await soon();
    expect(settled).toEqual(['1', '1']);
    expect(actions).toHaveLength(1);
    expect(process.running.size).toBe(0);
  });
});

describe('after a run', () => {
  const settings: Partial<Host['settings']> = {
    onSuccess: { do: 'mark', marks: { isRead: true } },
    onFailure: { do: 'move', folder: 'Failed' },
  };

  it.each([
    ['success', 'mark'],
    ['error', 'move'],
    ['waiting', undefined],
  ] as const)('that ended with %s, it does what it is to do', async (status, action) => {
    n8n.onRun = (run) => run.end(status);
    runsOf({ settings }).start('1');
    await soon();
    expect(actions.map(([{ do: what }, ids]) => [what, ids])).toEqual(action ? [[action, ['1']]] : []);
    expect(settled).toEqual(['1']);
  });

  it('that a person stopped, it does what it is to do after a failure', async () => {
    n8n.onRun = (run) => run.stop();
    runsOf({ settings }).start('1');
    await soon();
    expect(actions).toEqual([[settings.onFailure, ['1']]]);
  });

  it('that was started before n8n ended, it does nothing', async () => {
    n8n.onRun = () => {};
    const before = runsOf({ settings });
    before.start('1');
    n8n.crash();
    runsOf({ settings, started: stored(before.runs) }).start('1');
    await soon();
    expect([settled, actions]).toEqual([['1'], []]);
  });
});

describe('the mark in the mailbox', () => {
  const settings = { keyword: 'n8n' };

  it('is set soon after the start, though the run goes on', async () => {
    vi.useFakeTimers();
    n8n.onRun = () => {};
    runsOf({ settings }).start('1');
    await vi.advanceTimersByTimeAsync(1_100);
    expect(actions).toEqual([[{ do: 'mark', marks: { addKeywords: ['n8n'] } }, ['1']]]);
  });

  it('is not set if n8n cannot start the run', async () => {
    vi.useFakeTimers();
    n8n.refuses = new Error('no');
    runsOf({ settings }).start('1');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(actions).toEqual([]);
  });

  it('is set before the message is moved', async () => {
    runsOf({ settings: { ...settings, onSuccess: { do: 'move', folder: 'Done' } } }).start('1');
    await soon();
    expect(actions.map(([{ do: what }]) => what)).toEqual(['mark', 'move']);
  });
});
