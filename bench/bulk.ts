// Started by scripts/bench.mjs as `npm run bench -- bulk`. See README.md.
import type { Order, WayName } from './bulk-child';
import { fill, fillChanged } from './bulk-mail';
import { WORKS, type WorkName } from './bulk-works';
import { runInChild, type Result } from './child';
import { startLab, USER, type Lab } from './lab';
import { median, tally } from './report';

const ROUNDS = Number(process.env.BENCH_ROUNDS) || 3;
const CHOSEN = (Object.keys(WORKS) as WorkName[]).filter(
  (work) => work !== 'warmUp' && (process.env.BENCH_WORKS?.split(',').includes(work) ?? true),
);
/** Each measurement needs a folder of its own. */
const CHANGING: readonly WorkName[] = ['move', 'mark'];
const { N8N_DIR: n8nDir = '', BENCH_PEER_DIR: peerDir } = process.env;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

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

async function main(): Promise<void> {
  const lab = await startLab();
  const account = await lab.accountAt(0);
  say('Filling the mailbox …');
  fill(lab.dovecot, USER);
  fillChanged(lab.dovecot, USER, 'Moved');
  const ways: WayName[] = ['bare', 'client', 'node', ...(peerDir ? (['peer', 'joined'] as const) : [])];
  // Dovecot indexes a folder when it first sees it. That time should not count for any way.
  for (const work of CHOSEN.filter((one) => !CHANGING.includes(one))) {
    await runOnce(lab, { work, way: 'bare', account, folder: '', n8nDir });
  }
  let folders = 0;
  for (const work of CHOSEN) {
    const measured = new Map<WayName, Measured>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const way of ways) {
        const folder = `ToMove${++folders}`;
        if (CHANGING.includes(work)) fillChanged(lab.dovecot, USER, folder);
        const one = await runOnce(lab, { work, way, account, folder, n8nDir, peerDir });
        if (!one) continue;
        const known = measured.get(way) ?? { times: [], memory: [], commands: one.commands };
        known.times.push(one.time);
        known.memory.push(one.memory);
        measured.set(way, known);
      }
    }
    const floor = measured.get('bare')!;
    say(`\n${WORKS[work].title}\n`);
    say('| way | ms | ÷ bare | commands | memory, MB |\n| --- | --: | --: | --: | --: |');
    for (const [way, { times, memory, commands }] of measured) {
      const ratio = (median(times) / median(floor.times)).toFixed(2);
      const mb = (Math.max(...memory) / 1e6).toFixed(0);
      say(`| ${way} | ${median(times).toFixed(0)} | ${ratio} | ${commands.length} | ${mb} |`);
    }
    for (const [way, { commands }] of measured) say(`${way}: ${tally(commands)}`);
  }
  await lab.stop();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
