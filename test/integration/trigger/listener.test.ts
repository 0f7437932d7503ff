import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { MAX_CONNECTIONS } from '../../../mail/async/max-connections';
import type { MailClient } from '../../../mail/model/client';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import { openClient } from '../../../mail/session/open-client';
import { registry } from '../../../n8n/run/registry';
import type { TriggeredRun } from '../../servers/n8n-trigger';
import { waitFor } from '../../servers/wait';
import { SPEED, useTriggerLab } from './lab';

// A trigger with a real mail server, and with what stands for n8n: its executions, its database and its end.

const lab = useTriggerLab();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use, with the buffers outside of the heap. */
function memory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The messages of the inbox, by their subjects. */
async function inbox(folder = 'INBOX') {
  const client = await openClient(lab().settings());
  try {
    const messages = await client.listMessages(folder, {}, { content: false }, 1000);
    return new Map(messages.map((message) => [message.subject, message]));
  } finally {
    await client.close();
  }
}

describe('mail', () => {
  it('that arrives starts a run with the message and the name tag of the session', async () => {
    await lab().trigger();
    const subjects = lab().deliver();
    await lab().expectRuns(subjects);
    expect(lab().n8n.runs[0]!.items[0]!.json).toMatchObject({
      ...{ subject: subjects[0], folder: 'INBOX', isRead: false },
      session: { name: 'Default', provider: 'other', protocol: 'imap', account: lab().user },
    });
    expect(JSON.stringify(lab().n8n.runs[0]!.items)).not.toContain('secret');
    expect(lab().n8n.log).toContain('Email session logged in');
  });

  it('that was there before starts no run, and stays as it is', async () => {
    const before = lab().deliver(3);
    await lab().trigger();
    await lab().expectRuns(lab().deliver(2));
    expect((await inbox()).get(before[0]!)?.isRead).toBe(false);
  });

  it('that was there before starts runs too, if they are wanted', async () => {
    const before = lab().deliver(3);
    await lab().trigger({ start: 'unread' });
    await lab().expectRuns(before);
  });

  it('starts runs of its batch', async () => {
    const before = lab().deliver(5);
    await lab().trigger({ start: 'unread', oneRunPer: 'batch' });
    await lab().expectRuns(before);
    expect(lab().n8n.runs).toHaveLength(1);
  });

  it('waits in the mailbox while there are as many runs as there may be', async () => {
    const open: TriggeredRun[] = [];
    lab().n8n.onRun = (run) => void open.push(run);
    await lab().trigger({ mostRuns: 2 });
    const subjects = lab().deliver(5);
    await waitFor('two runs', () => open.length === 2);
    await sleep(300);
    expect(open).toHaveLength(2);
    open[0]!.end('success');
    await waitFor('a third run', () => open.length === 3);
    lab().n8n.onRun = (run) => run.end('success');
    for (const run of open) run.end('success');
    await lab().expectRuns(subjects);
  });
});

describe('the connections of an account', () => {
  it('stay with the triggers that listen, whatever the runs need', async () => {
    await lab().trigger();
    const end: Array<() => void> = [];
    const runs = Array.from({ length: 7 }, (_, index) =>
      registry.detached(`run ${index}`, lab().settings(), { keepsConnection: false }),
    );
    const busy = runs.map((session) =>
      session.use(async () => await new Promise<void>((resolve) => end.push(resolve)), { repeatable: false }),
    );
    await waitFor('seven runs', () => end.length === 7);
    const hasty = { ...lab().settings(), timeouts: { connect: 8_000, command: 1_000, idle: 1_000 } };
    const more = registry.detached('one more', hasty, { keepsConnection: false });
    await expect(more.open()).rejects.toMatchObject({ code: 'CONNECTION_LIMIT' });
    await lab().expectRuns(lab().deliver());
    end.forEach((work) => work());
    await Promise.all([...busy, ...runs.map((session) => session.close()), more.close()]);
    expect(lab().wire.opened).toBe(8);
  });

  it('are free for the runs too, if there may be only one', async () => {
    process.env[MAX_CONNECTIONS] = '1';
    try {
      await lab().trigger();
      const hasty = { ...lab().settings(), timeouts: { connect: 20_000, command: 10_000, idle: 1_000 } };
      const run = registry.detached('run', hasty, { keepsConnection: false });
      await run.open();
      await run.close();
      await lab().expectRuns(lab().deliver());
      expect(lab().n8n.failures).toEqual([]);
    } finally {
      delete process.env[MAX_CONNECTIONS];
    }
  });

  it('are not all taken by triggers', async () => {
    for (let index = 0; index < 6; index++) await lab().trigger({}, { name: `Trigger ${index}` });
    await lab().trigger({}, { name: 'Too many' });
    await waitFor('the refusal', () =>
      lab().n8n.log.some((line) => line.includes('6 other triggers listen')),
    );
    expect(lab().wire.open).toBe(6);
  });

  it('go to one of the triggers that had none, when another ends', async () => {
    const working = [];
    for (let index = 0; index < 6; index++) {
      working.push(await lab().trigger({}, { name: `Trigger ${index}` }));
    }
    for (const name of ['Seventh', 'Eighth']) await lab().trigger({}, { name });
    await waitFor(
      'the refusals',
      () => lab().n8n.log.filter((line) => line.includes('6 other triggers listen')).length >= 2,
    );
    await working[0]!.listener.close();
    const listening = () => lab().n8n.log.filter((line) => line.includes('listens to')).length;
    await waitFor('another one', () => listening() === 7, 5_000);
  });
});

describe('one connection', () => {
  it('is all that a trigger needs, and it ends with the trigger', async () => {
    const { listener } = await lab().trigger();
    await lab().expectRuns(lab().deliver(3));
    expect([lab().wire.open, lab().wire.opened]).toEqual([1, 1]);
    const start = Date.now();
    await Promise.all([listener.close(), listener.close()]);
    expect(Date.now() - start).toBeLessThan(3_000);
    await waitFor('the connection to end', () => lab().wire.open === 0, 2_000);
  });

  it('and less than a megabyte of memory is what each of twenty triggers takes at rest', async () => {
    const accounts = Object.entries(lab().dovecot.users).slice(0, 21);
    const listen = async ([user, password]: [string, string]) =>
      await lab().trigger(
        {
          sessionSettings: async () =>
            await Promise.resolve({
              ...lab().settings(),
              authenticator: new BasicAuthenticator(user, password),
            }),
        },
        { name: user },
      );
    await listen(accounts.pop()!);
    const before = memory();
    for (const account of accounts) await listen(account);
    await waitFor('all to listen', () => lab().wire.open === 21);
    const each = (memory() - before) / accounts.length;
    expect(each).toBeLessThan(1024 * 1024);
    await sleep(300);
    expect([lab().wire.open, lab().wire.opened]).toEqual([21, 21]);
  });

  it('is closed in time though the server says nothing', async () => {
    const { listener } = await lab().trigger();
    lab().wire.stall();
    try {
      const start = Date.now();
      await listener.close();
      expect(Date.now() - start).toBeLessThan(3_000);
    } finally {
      lab().wire.resume();
    }
  });
});

describe('two triggers for one node', () => {
  it('do not both listen: the newest takes over, and the older starts nothing more', async () => {
    const older = await lab().trigger();
    await lab().expectRuns(lab().deliver());
    await lab().trigger();
    await waitFor('the older one to end', () => lab().wire.open === 1, 3_000);
    const before = lab().n8n.runs.length;
    lab().deliver(3);
    await waitFor('the runs', () => lab().n8n.runs.length === before + 3);
    await sleep(500);
    expect([lab().n8n.runs.length, lab().wire.open]).toEqual([before + 3, 1]);
    await older.listener.close();
  });

  it('do not start a run twice that began before', async () => {
    const open: TriggeredRun[] = [];
    lab().n8n.onRun = (run) => void open.push(run);
    await lab().trigger();
    const subjects = lab().deliver(2);
    await waitFor('two runs', () => open.length === 2);
    await lab().trigger();
    await sleep(500);
    for (const run of open) run.end('success');
    await lab().expectRuns(subjects);
  });
});

describe('n8n', () => {
  it('that is killed and started again loses nothing and starts nothing twice', async () => {
    lab().n8n.onRun = () => {};
    let working = await lab().trigger({}, { mode: 'activate' });
    const subjects: string[] = [];
    for (let round = 0; round < 4; round++) {
      subjects.push(...lab().deliver(3));
      await waitFor('a run', () => lab().n8n.runs.length > round * 3);
      await lab().kill(working);
      // Mail arrives while n8n is away.
      subjects.push(...lab().deliver(2));
      working = await lab().trigger({}, { mode: 'init' });
    }
    await lab().expectRuns(subjects);
  });

  it('that was killed before its first run still finds the mail that came in between', async () => {
    const working = await lab().trigger();
    await lab().kill(working);
    const subjects = lab().deliver(2);
    await lab().trigger({}, { mode: 'init' });
    await lab().expectRuns(subjects);
  });

  it('that keeps no runs starts nothing twice either', async () => {
    lab().n8n.settings = { saveDataSuccessExecution: 'none' };
    lab().n8n.forgetsRuns = true;
    const working = await lab().trigger();
    const subjects = lab().deliver(4);
    await lab().expectRuns(subjects);
    await sleep(200);
    await lab().kill(working);
    await lab().trigger({}, { mode: 'init' });
    subjects.push(...lab().deliver());
    await lab().expectRuns(subjects);
  });

  it('that cannot start runs gets them later', async () => {
    lab().n8n.refuses = new Error('Published version not found for workflow');
    await lab().trigger();
    const subjects = lab().deliver(2);
    await sleep(1_000);
    expect(lab().n8n.runs).toEqual([]);
    lab().n8n.refuses = undefined;
    await lab().expectRuns(subjects);
  });

  it('that fails while a run is started gets the run later', async () => {
    const { activated } = await lab().trigger({ mostRuns: 1 });
    const { getWorkflowStaticData } = activated.context;
    let failures = 3;
    activated.context.getWorkflowStaticData = (type) => {
      if (failures-- > 0) throw new Error('the database is locked');
      return getWorkflowStaticData(type);
    };
    const subjects = lab().deliver(2);
    await lab().expectRuns(subjects, 20_000);
  });

  it('gets the memory of all triggers of a workflow, whichever starts a run', async () => {
    lab().n8n.settings = { saveDataSuccessExecution: 'none' };
    lab().n8n.forgetsRuns = true;
    const both = async (mode: 'activate' | 'init') => [
      await lab().trigger({}, { name: 'One', mode }),
      await lab().trigger({}, { name: 'Two', mode }),
    ];
    const working = await both('activate');
    const subjects = lab().deliver(3);
    await lab().expectRuns([...subjects, ...subjects]);
    await sleep(200);
    await Promise.all(working.map(async (one) => await lab().kill(one)));
    subjects.push(...lab().deliver(2));
    await both('init');
    await lab().expectRuns([...subjects, ...subjects]);
  });
});

describe('the connection', () => {
  it('that is lost is opened again, and mail that arrived meanwhile starts its runs', async () => {
    await lab().trigger();
    const subjects: string[] = [];
    for (let round = 0; round < 3; round++) {
      subjects.push(...lab().deliver());
      lab().wire.resetAll();
      subjects.push(...lab().deliver());
      await lab().expectRuns(subjects);
    }
    expect(lab().n8n.failures).toEqual([]);
  });

  it('that is refused for a wrong password is told, and made when the password is right', async () => {
    lab().password = 'wrong-one';
    await lab().trigger();
    const [failure] = lab().n8n.failures;
    expect(failure?.message).toMatch(/refused/i);
    expect(JSON.stringify([failure?.message, failure])).not.toContain('wrong-one');
    lab().password = undefined;
    await waitFor('the connection', () => lab().n8n.log.some((line) => line.includes('listens to')));
    await lab().expectRuns(lab().deliver());
  });

  it('that is away for an hour is found again without a hand, and the next run says since when', async () => {
    await lab().trigger();
    lab().wire.goAway();
    const subjects = lab().deliver();
    await sleep((60 * 60_000) / SPEED);
    expect(lab().n8n.runs).toEqual([]);
    expect(lab().n8n.failures).toHaveLength(1);
    lab().wire.comeBack();
    await lab().expectRuns(subjects);
    const { trigger } = lab().n8n.runs[0]!.items[0]!.json as { trigger: Record<string, string> };
    const gap = Date.parse(trigger.listeningAgain!) - Date.parse(trigger.missedSince!);
    expect(gap).toBeGreaterThan(59 * 60_000);
    subjects.push(...lab().deliver());
    await lab().expectRuns(subjects);
    expect(lab().n8n.runs[1]!.items[0]!.json).not.toHaveProperty('trigger');
  });

  it('is made with the credential as it is then', async () => {
    await lab().trigger();
    lab().password = lab().dovecot.users[lab().user];
    lab().wire.dropAll();
    await lab().expectRuns(lab().deliver());
  });
});

describe('the folder', () => {
  const other = async (work: (client: MailClient) => Promise<unknown>) => {
    const client = await openClient(lab().settings());
    await work(client).finally(async () => await client.close());
  };

  it.each([
    ['deleted', async (client: MailClient) => await client.deleteFolder('Orders')],
    ['renamed', async (client: MailClient) => await client.renameFolder('Orders', 'Old orders')],
  ])('that is %s and made anew is heard again, and nothing starts twice', async (_, away) => {
    await other(async (client) => await client.createFolder('Orders'));
    const before = lab().deliver(2, 'Orders');
    await lab().trigger({ folder: 'Orders', start: 'unread' });
    await lab().expectRuns(before);
    await other(async (client) => {
      await away(client);
      await client.createFolder('Orders');
    });
    const after = lab().deliver(2, 'Orders');
    // Dovecot says nothing of it to who listens to the old folder. Then it is noticed after two minutes.
    lab().wire.resetAll();
    await lab().expectRuns([...before, ...after], 30_000);
  });

  it('that is away is told once, and heard again when it is back', async () => {
    await other(async (client) => await client.createFolder('Orders'));
    await lab().trigger({ folder: 'Orders' });
    await other(async (client) => await client.renameFolder('Orders', 'Elsewhere'));
    lab().wire.resetAll();
    await waitFor('the report', () => lab().n8n.failures.length > 0, 30_000);
    await other(async (client) => await client.renameFolder('Elsewhere', 'Orders'));
    await lab().expectRuns(lab().deliver(1, 'Orders'), 30_000);
    expect(lab().n8n.failures).toMatchObject([{ message: expect.stringContaining('Orders') as string }]);
  });
});

describe('after the run', () => {
  it('that succeeded, the message is marked; after one that failed, it is moved', async () => {
    lab().n8n.onRun = (run) => run.end(lab().n8n.runs.length === 1 ? 'error' : 'success');
    await lab().trigger({
      onSuccess: { do: 'mark', marks: { isRead: true, addKeywords: ['Done'] } },
      onFailure: { do: 'move', folder: 'Archive' },
    });
    // The folder has to be there.
    const client = await openClient(lab().settings());
    await client.createFolder('Archive');
    await client.close();
    const subjects = lab().deliver(4);
    const [failing] = subjects;
    await lab().expectRuns(subjects);
    await waitFor('the marks', async () => {
      const messages = await inbox();
      return messages.size === 3 && [...messages.values()].every(({ isRead }) => isRead);
    });
    expect([...(await inbox()).values()].every(({ keywords }) => keywords.includes('Done'))).toBe(true);
    expect([...(await inbox('Archive')).keys()]).toEqual([failing]);
    await waitFor('the second connection to end', () => lab().wire.open === 1, 3_000);
  });

  it('what cannot be done is told once', async () => {
    await lab().trigger({ onSuccess: { do: 'move', folder: 'Nowhere' } });
    await lab().expectRuns(lab().deliver(2));
    await waitFor('the report', () => lab().n8n.failures.length > 0);
    await sleep(300);
    expect(lab().n8n.failures).toMatchObject([
      { message: expect.stringContaining('could not be marked, moved or deleted') },
    ]);
  });

  it.each([
    [1, 'message'],
    [2, 'messages'],
  ])(
    'that ends when the credential opens another account, nothing is done to the mail there: %i %s',
    async (count, messages) => {
      const open: TriggeredRun[] = [];
      lab().n8n.onRun = (run) => void open.push(run);
      await lab().trigger({ onSuccess: { do: 'mark', marks: { isRead: true } } });
      lab().deliver(count);
      await waitFor('the runs', () => open.length === count);
      lab().user = 'user0@example.test';
      const logins = lab().wire.opened;
      for (const run of open) run.end('success');
      await waitFor('the report', () => lab().n8n.failures.length > 0);
      expect(lab().n8n.failures).toMatchObject([
        {
          message: expect.stringMatching(
            new RegExp(
              `^${count} ${messages}, such as INBOX;.*, could not be marked.*the credential opens another account now$`,
            ),
          ) as string,
          description: expect.stringMatching(/^Check "When the Run Succeeds"/) as string,
        },
      ]);
      expect(lab().wire.opened).toBe(logins);
    },
  );

  it('that ends after the trigger, it is still done', async () => {
    const open: TriggeredRun[] = [];
    lab().n8n.onRun = (run) => void open.push(run);
    const { listener } = await lab().trigger({ onSuccess: { do: 'mark', marks: { isFlagged: true } } });
    const [subject = ''] = lab().deliver();
    await waitFor('the run', () => open.length === 1);
    await listener.close();
    open[0]!.end('success');
    await waitFor('the flag', async () => (await inbox()).get(subject)?.isFlagged);
  });
});

describe('the mailbox that remembers', () => {
  it('marks what was started, and a trigger that has forgotten everything starts it no more', async () => {
    const settings = { keyword: 'n8n', start: 'unread' } as const;
    const subjects = lab().deliver(3);
    const working = await lab().trigger(settings);
    await lab().expectRuns(subjects);
    await waitFor('the marks', async () =>
      [...(await inbox()).values()].every(({ keywords }) => keywords.includes('n8n')),
    );
    await lab().kill(working);
    lab().n8n.saved = {};
    await lab().trigger(settings, { id: 'another node', mode: 'init' });
    subjects.push(...lab().deliver());
    await lab().expectRuns(subjects);
  });
});
