// Started by scripts/bench.mjs as `npm run bench -- bulk`. See README.md.
import type { Order, WayName } from './bulk-child';
import { fill, fillChanged, WAITING } from './bulk-mail';
import { WORKS, type WorkName } from './bulk-works';
import { runInChild, type Result } from './child';
import { startLab, USER, type Lab } from './lab';
import { runProgram, say } from './program';
import { writeSection } from './readme';
import { markdownTable, median, ms, tally } from './report';

const ROUNDS = Number(process.env.BENCH_ROUNDS) || 3;
const CHOSEN = (Object.keys(WORKS) as WorkName[]).filter(
  (work) => work !== 'warmUp' && (process.env.BENCH_WORKS?.split(',').includes(work) ?? true),
);
/** Each measurement needs a folder of its own. */
const CHANGING: Partial<Record<WorkName, number>> = { move: 1000, mark: 1000, arrived: WAITING };
const { N8N_DIR: n8nDir = '', BENCH_PEER_DIR: peerDir } = process.env;

/** The nodes that send commands for each message take minutes, so that one round is enough. */
const roundsOf = (way: WayName): number => (way === 'peer' || way === 'joined' ? 1 : ROUNDS);

/** In the order of the tables. */
const TITLES: Readonly<Record<WayName, string>> = {
  bare: 'bare',
  client: 'client',
  node: 'node',
  trigger: 'n8n trigger',
  peer: 'peer',
  joined: 'peer, joined',
};
const WAYS = (Object.keys(TITLES) as WayName[]).filter((way) => peerDir || !['peer', 'joined'].includes(way));

interface Measured {
  times: number[];
  memory: number[];
  commands: string[];
}

/** Runs one way in its own process. Returns undefined if that way does not do this work. */
async function runOnce(lab: Lab, order: Order): Promise<(Result & { commands: string[] }) | undefined> {
  let before = 0;
  const result = await runInChild('bulk-child', order, () => (before = lab.wire.commands.length));
  return result.result === undefined ? undefined : { ...result, commands: lab.wire.commands.slice(before) };
}

/** All rounds of one piece of work, by all ways in turn. */
async function measure(lab: Lab, order: Omit<Order, 'way'>): Promise<Map<WayName, Measured>> {
  const measured = new Map<WayName, Measured>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of WAYS.filter((one) => round < roundsOf(one))) {
      const folder = `${order.work} ${way} ${round}`;
      const messages = CHANGING[order.work];
      if (messages) fillChanged(lab.dovecot, USER, folder, messages);
      const one = await runOnce(lab, { ...order, way, folder });
      if (!one) continue;
      const known = measured.get(way) ?? { times: [], memory: [], commands: one.commands };
      known.times.push(one.time);
      known.memory.push(one.memory);
      measured.set(way, known);
    }
  }
  return measured;
}

/** The memory in use while 500 MB are streamed, in MB, by bare imapflow and by our client. */
async function inUse(lab: Lab, order: Omit<Order, 'way' | 'work'>): Promise<string> {
  const megabytes: string[] = [];
  for (const way of ['bare', 'client'] as const) {
    const one = await runOnce(lab, { ...order, work: 'stream', way, collects: true });
    megabytes.push(`${TITLES[way]} ${mb(one?.inUse ?? NaN)} MB`);
  }
  return `Heap and external memory in use after a collection, at most, while 500 MB are streamed: ${megabytes.join(', ')}.`;
}

const mb = (bytes: number): string => (bytes / 1e6).toFixed(0);

async function main(): Promise<void> {
  const lab = await startLab();
  const account = await lab.accountAt(0);
  say('Filling the mailbox …');
  fill(lab.dovecot, USER, [...CHOSEN, 'warmUp']);
  fillChanged(lab.dovecot, USER, 'Moved', 1000);
  const order = { account, folder: '', n8nDir, peerDir };
  // Dovecot indexes a folder when it first sees it. That time should not count for any way.
  for (const work of CHOSEN.filter((one) => !CHANGING[one]))
    await runOnce(lab, { ...order, work, way: 'bare' });
  const times: string[][] = [];
  const commands: string[][] = [];
  const memory: string[][] = [];
  for (const work of CHOSEN) {
    const measured = await measure(lab, { ...order, work });
    const floor = measured.get('bare')!;
    const { title } = WORKS[work];
    const row = (value: (one: Measured, way: WayName) => string) => [
      title,
      ...WAYS.map((way) => (measured.has(way) ? value(measured.get(way)!, way) : '–')),
    ];
    times.push(
      row((one, way) => {
        const time = median(one.times);
        return way === 'bare' ? `${ms(time)} ms` : (time / median(floor.times)).toFixed(2);
      }),
    );
    commands.push(row((one) => `${one.commands.length}`));
    memory.push(row((one) => mb(median(one.memory))));
    say(`\n${title}`);
    for (const [way, one] of measured) {
      say(`  ${TITLES[way]}: ${median(one.times).toFixed(0)} ms, ${tally(one.commands)}`);
    }
  }
  const table = (name: string, rows: string[][]) =>
    markdownTable([name, ...WAYS.map((way) => TITLES[way])], rows);
  const parts = [
    table('time ÷ bare', times),
    table('commands', commands),
    table('memory, MB', memory),
    ...(CHOSEN.includes('stream') ? [await inUse(lab, order)] : []),
  ];
  say(`\n${parts.join('\n\n')}`);
  writeSection('bulk', parts.join('\n\n'));
  await lab.stop();
}

runProgram(main);
