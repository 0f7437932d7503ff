import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What one piece of work took, in a process of its own. */
export interface Result {
  /** Milliseconds. */
  time: number;
  /** Bytes above what the process had before, with the garbage. */
  memory: number;
  /** Bytes of heap and external memory above those before, after a collection; undefined if it was not asked for. */
  inUse?: number;
  /** A number that must be the same in all ways; undefined if this way does not do the work. */
  result?: number;
}

/** What a child answers: that it is ready, then the result or the error. */
type Answer = 'ready' | Result | { error: string };

/**
 * Runs a compiled program of this folder, which answers with `answerOrder`, in a process of its own, so that its memory
 * can be measured.
 *
 * @param atStart called when the program has loaded everything, just before the work
 * @throws what the program threw
 */
export async function runInChild<Order extends object>(
  program: string,
  order: Order,
  atStart: () => void,
  env: Record<string, string> = {},
): Promise<Result> {
  const child = fork(join(__dirname, `${program}.js`), {
    execArgv: ['--expose-gc'],
    env: { ...process.env, ...env },
    // Some nodes log every command to the console.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return await new Promise<Result>((resolve, reject) => {
    child.on('message', (answer: Answer) => {
      if (answer === 'ready') {
        atStart();
        child.send('start');
      } else if ('error' in answer)
        reject(new Error(`${JSON.stringify(order).slice(0, 200)}: ${answer.error}`));
      else resolve(answer);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The process ended with ${code}`)));
    child.send(order);
  });
}

/** Milliseconds. */
const SAMPLE_EVERY = 10;
const COLLECT_EVERY = 50;

export type Work = () => Promise<number | undefined>;

/**
 * In the child: waits for the order and prepares the work, which is not measured; then does it once, answers, and exits.
 */
export function answerOrder<Order extends object>(prepare: (order: Order) => Promise<Work>): void {
  const answer = (result: Answer, exitCode: number) =>
    void process.send?.(result, () => process.exit(exitCode));
  process.once('message', (order: Order) => {
    prepare(order)
      .then(async (work) => {
        const started = once(process, 'message');
        process.send?.('ready' satisfies Answer);
        await started;
        return await measured(work, 'collects' in order && order.collects === true);
      })
      .then(
        (result) => answer(result, 0),
        (error: Error) => answer({ error: error.stack ?? error.message }, 1),
      );
  });
}

/** @param collects whether the memory in use is measured too. The many collections make the work slower. */
async function measured(work: Work, collects: boolean): Promise<Result> {
  globalThis.gc?.();
  const resident = new Peak(() => process.memoryUsage.rss(), SAMPLE_EVERY);
  const inUse = collects ? new Peak(collected, COLLECT_EVERY) : undefined;
  const started = performance.now();
  const result = await work();
  const time = performance.now() - started;
  return { time, memory: resident.end(), inUse: inUse?.end(), result };
}

function collected(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The highest value above the first one. */
class Peak {
  private readonly first: number;
  private readonly sampler: NodeJS.Timeout;
  private highest: number;

  constructor(
    private readonly measure: () => number,
    every: number,
  ) {
    this.first = this.highest = measure();
    this.sampler = setInterval(() => this.sample(), every);
  }

  end(): number {
    clearInterval(this.sampler);
    this.sample();
    return this.highest - this.first;
  }

  private sample(): void {
    this.highest = Math.max(this.highest, this.measure());
  }
}
