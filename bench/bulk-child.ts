// Does one piece of work in one way, in its own process, so that its memory can be measured.
import { runNodes } from './bulk-nodes';
import { runBare, runOurs, WORKS, type WorkName } from './bulk-works';
import type { Account } from './lab';

export type WayName = 'bare' | 'client' | 'node' | 'peer';

export interface Order {
  work: WorkName;
  way: WayName;
  account: Account;
  folder: string;
  n8nDir: string;
  peerDir?: string;
}

export interface Result {
  /** Milliseconds. */
  time: number;
  /** Bytes above what the process had before. */
  memory: number;
  result?: number;
}

const SAMPLE_EVERY = 10;

process.once('message', (order: Order) => {
  measure(order).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: Error) => process.send?.({ error: error.stack }, () => process.exit(1)),
  );
});

async function measure(order: Order): Promise<Result> {
  globalThis.gc?.();
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_EVERY);
  const started = performance.now();
  const result = await run(order);
  const time = performance.now() - started;
  clearInterval(sampler);
  return { time, memory: Math.max(peak, process.memoryUsage.rss()) - idle, result };
}

async function run({ work, way, account, folder, n8nDir, peerDir }: Order): Promise<number | undefined> {
  if (way === 'bare') return await runBare(account, WORKS[work], folder);
  if (way === 'client') return await runOurs(account, WORKS[work], folder);
  return await runNodes(account, work, folder, { n8nDir, peerDir: way === 'peer' ? peerDir : undefined });
}
