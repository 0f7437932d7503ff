import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startDovecot, type Dovecot } from '../servers/dovecot';
import { deliver } from '../servers/mailbox';
import { CASES, endings, type HostileCase } from './hostile/cases';
import { ALL_OF_THEM, HARMLESS, MAILS } from './hostile/mails';
import { Children, MOST_CPU, MOST_MEMORY, MOST_TIME } from './hostile/run';
import { startHostile } from './hostile/server';
import type { HostileResult } from './hostile/task';
import { startWebLab, type WebLab } from './hostile/web-server';
import { table, writeSection } from './report';
import { chosen, newSeed, WHOLE, WHOLE_MINUTES } from './seed';

/** Of each protocol. */
const SAMPLE = 8;
const PROTOCOLS = ['imap', 'pop3', 'ews', 'graph'] as const;

const seed = newSeed();

const children = new Children();

beforeAll(async () => await children.start(), 2 * MOST_TIME);
afterAll(() => children.stop());

describe.each(PROTOCOLS)(`a hostile server over %s (FAULT_SEED=${seed})`, (protocol) => {
  const isWeb = protocol === 'ews' || protocol === 'graph';
  const all = CASES.filter((one) => one.protocol === protocol);
  const tried: Array<[HostileCase, HostileResult]> = [];
  let lab: WebLab | undefined;
  let end = Infinity;

  beforeAll(async () => {
    if (isWeb) lab = await startWebLab();
    if (WHOLE) end = Date.now() + WHOLE_MINUTES * 60_000;
  });
  afterAll(async () => {
    await lab?.stop();
    if (WHOLE && isWeb) writeSection(`Hostile servers: ${protocol.toUpperCase()}`, byName(tried, all.length));
    else if (WHOLE) writeSection(`Hostile servers: ${protocol.toUpperCase()}`, each(tried));
  });

  it.concurrent.each(chosen(all, WHOLE ? Infinity : SAMPLE, seed))(
    'with $name at $work costs little',
    { timeout: 3 * MOST_TIME },
    async (one) => {
      if (Date.now() > end) return;
      const server = await (one.web ? lab!.attacked(one.web) : startHostile(one.mail!));
      const { url, ca, user } = server;
      const result = await children
        .try({ protocol, url, ca, user, work: one.work })
        .finally(() => server.stop());
      tried.push([one, result]);
      costsLittle(result, one);
      expect(result.ending).toMatch(endings(one));
    },
  );
});

describe.each(['imap', 'pop3'] as const)('hostile mail over %s', (protocol) => {
  const user = 'ada@example.test';
  const tried: Array<[string, HostileResult]> = [];
  let dovecot: Dovecot;

  beforeAll(async () => {
    dovecot = await startDovecot({ users: { [user]: 'secret' } });
    for (const { raw } of MAILS) deliver(dovecot, user, 'INBOX', [raw()]);
    deliver(dovecot, user, 'INBOX', [HARMLESS]);
  }, 120_000);
  afterAll(async () => {
    await dovecot?.stop();
    if (!WHOLE) return;
    const head = ['Mail', 'Ended in', 'Processor (ms)', 'Memory (MB)'];
    const rows = tried.map(([name, { ending, cpu, megabytes }]) => [name, ending, `${cpu}`, `${megabytes}`]);
    writeSection(`Hostile mail: ${protocol.toUpperCase()}`, `${EACH}\n\n${table(head, rows)}`);
  });

  it.concurrent.each([...MAILS.map(({ name }) => name), ALL_OF_THEM])(
    '%s costs little, and is read',
    { timeout: 2 * MOST_TIME },
    async (name) => {
      const url = `${protocol}://localhost:${dovecot.ports[protocol]}`;
      const result = await leastOf(() =>
        children.try({ protocol, url, user, work: 'getMessages', mail: name }),
      );
      tried.push([name, result]);
      costsLittle(result);
      expect(result.ending).toBe('done');
    },
  );
});

/** How much garbage a process leaves lying varies, so one that took too much memory tries again. */
async function leastOf(attempt: () => Promise<HostileResult>): Promise<HostileResult> {
  const first = await attempt();
  if (first.megabytes < MOST_MEMORY || first.uncaught !== '') return first;
  const second = await attempt();
  return second.megabytes < first.megabytes ? second : first;
}

function costsLittle(
  { uncaught, ending, took, cpu, megabytes }: HostileResult,
  { isLong = false }: Pick<HostileCase, 'isLong'> = {},
): void {
  expect(uncaught, ending).toBe('');
  if (!isLong) expect(took, 'milliseconds').toBeLessThan(MOST_TIME);
  if (!isLong) expect(cpu, 'milliseconds of the processor').toBeLessThan(MOST_CPU);
  expect(megabytes, 'megabytes').toBeLessThan(MOST_MEMORY);
}

const EACH = `In processes of their own. Each case may use ${MOST_CPU / 1000} s of the processor and ${MOST_MEMORY} MB.`;

function each(tried: ReadonlyArray<[HostileCase, HostileResult]>): string {
  const head = ['What it says', 'Ended in', 'Time (ms)', 'Processor (ms)', 'Memory (MB)'];
  const rows = tried.map(([{ name }, { ending, took, cpu, megabytes }]) => [
    ...[name, ending, `${took}`, `${cpu}`, `${megabytes}`],
  ]);
  return `${EACH}\n\n${table(head, rows)}`;
}

/** For what is said to many requests: how many ended how, and the most that one of them cost. */
function byName(tried: ReadonlyArray<[HostileCase, HostileResult]>, all: number): string {
  const head = ['What it says', 'Tried with', 'Ended in', 'Processor (ms)', 'Memory (MB)'];
  const rows = [...new Set(tried.map(([{ name }]) => name))].sort().map((name) => {
    const results = tried.filter(([one]) => one.name === name).map(([, result]) => result);
    const most = (number: (result: HostileResult) => number) => `${Math.max(...results.map(number))}`;
    const ends = [...new Set(results.map(({ ending }) => ending))].sort().map((ending) => {
      return `${ending} ${results.filter((one) => one.ending === ending).length}`;
    });
    return [
      ...[name, `${results.length}`, ends.join(', ')],
      most(({ cpu }) => cpu),
      most(({ megabytes }) => megabytes),
    ];
  });
  return `${EACH} ${tried.length} of ${all} cases were tried: each reply to each of what is done.\n\n${table(head, rows)}`;
}
