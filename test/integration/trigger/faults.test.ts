import { setTimeout as sleep } from 'node:timers/promises';

import { expect, it } from 'vitest';

import { WHOLE, newSeed } from '../../reliability/seed';
import { renumber } from '../../servers/mailbox';
import { waitFor } from '../../servers/wait';
import { random } from '../../unit/random';
import { useTriggerLab, type TriggerLab, type Working } from './lab';

// Mail arrives while everything around the trigger fails. FAULT_SEED repeats a run; RELIABILITY=whole takes 500 messages.

const lab = useTriggerLab();
const SEED = newSeed();
const MESSAGES = WHOLE ? 500 : 100;

type Fault = (lab: TriggerLab, working: Working, next: () => number) => Promise<Working>;

/** Each gives the trigger that works afterwards. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'the connection is reset': async ({ wire }, working) => {
    wire.resetAll();
    return await Promise.resolve(working);
  },
  'the connection is half open': async ({ wire }, working) => {
    wire.stall();
    await sleep(300);
    wire.dropAll();
    wire.resume();
    return working;
  },
  'the server is away': async ({ wire }, working, next) => {
    wire.goAway();
    await sleep(next() * 500);
    wire.comeBack();
    return working;
  },
  'the server ends the connection': async ({ dovecot, user }, working) => {
    await dovecot.kick(user).catch(() => {});
    return working;
  },
  'the folder gets a new UIDVALIDITY': async ({ dovecot, user, wire }, working) => {
    wire.goAway();
    // Dovecot keeps the numbers of a folder that is selected, and takes new ones from the time in seconds.
    await waitFor('all connections to end', () => dovecot.connections() === 0);
    await sleep(1_000);
    renumber(dovecot, user, 'INBOX');
    wire.comeBack();
    return working;
  },
  'n8n is killed': async (it, working, next) => {
    await it.kill(working);
    it.deliver(Math.floor(next() * 3));
    return await it.trigger({}, { mode: 'init' });
  },
  'the workflow is published again': async (it) => await it.trigger(),
  'the workflow is off for a while': async (it, working) => {
    await working.listener.close();
    it.deliver(2);
    return await it.trigger();
  },
  'n8n cannot start runs': async ({ n8n }, working) => {
    n8n.refuses = new Error('SQLITE_BUSY: database is locked');
    await sleep(200);
    n8n.refuses = undefined;
    return working;
  },
};

it(
  `loses none of ${MESSAGES} messages, and starts none twice (seed ${SEED})`,
  async () => {
    const next = random(SEED);
    const { n8n } = lab();
    n8n.onRun = (run) => {
      const status = next() < 0.2 ? 'error' : 'success';
      setTimeout(() => run.end(status), next() * 60);
    };
    let working = await lab().trigger();
    const happened: string[] = [];
    while (lab().subjects.length < MESSAGES) {
      lab().deliver(1 + Math.floor(next() * 6));
      const [name, fault] = Object.entries(FAULTS)[Math.floor(next() * Object.keys(FAULTS).length)]!;
      happened.push(name);
      const failing = fault(lab(), working, next);
      // Mail arrives during the fault too.
      await sleep(next() * 30);
      lab().deliver(1);
      working = await failing;
      await sleep(next() * 150);
    }
    await lab()
      .expectRuns(lab().subjects, 60_000)
      .catch((error: Error) => {
        throw new Error(`${error.message}\nFAULT_SEED=${SEED}: ${happened.join(', ')}`);
      });
    expect(new Set(n8n.runs.map(({ key }) => key)).size).toBe(n8n.runs.length);
  },
  WHOLE ? 600_000 : 120_000,
);
