import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadProcessLibrary, newOwner, restClient, type N8nProcess, type RestClient } from '../n8n';
import { startPostgresql, type Postgresql } from './postgresql';
import { startRedis, type Redis } from './redis';

/** n8n in queue mode: a main, workers, PostgreSQL and Redis. */
export interface Cluster {
  /** Signed in as the owner. */
  rest: RestClient;
  main: N8nProcess;
  workers: Worker[];
  postgresql: Postgresql;
  redis: Redis;
  /** Starts another worker. */
  addWorker(): Promise<Worker>;
  /** All that n8n's processes have printed, and PostgreSQL and Redis were given. */
  traces(): Record<string, string>;
  stop(): Promise<void>;
}

export interface Worker extends N8nProcess {
  name: string;
  /** Whether it has worked on this execution. */
  ran(executionId: string): boolean;
}

/** A killed worker's runs are given up after some seconds, and not after a minute. */
const QUICK = {
  QUEUE_WORKER_LOCK_DURATION: '6000',
  QUEUE_WORKER_LOCK_RENEW_TIME: '1000',
  QUEUE_WORKER_STALLED_INTERVAL: '2000',
};

interface ClusterOptions {
  /** What `npm pack` wrote. */
  tarball: string;
  workers?: number;
  /** How many runs each worker takes at the same time; n8n's default is 10. */
  concurrency?: number;
  env?: Record<string, string>;
}

/** Whatever fails on the way, nothing is left running. */
export async function startCluster({
  tarball,
  workers = 2,
  concurrency = 10,
  env = {},
}: ClusterOptions): Promise<Cluster> {
  const { installPackage, startN8n } = await loadProcessLibrary();
  const folder = mkdtempSync(join(tmpdir(), 'n8n-queue-'));
  const started: Array<{ stop(): Promise<void> }> = [];
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', removeFolder);
  const stop = async () => {
    const ended = await Promise.allSettled(started.reverse().map(async (one) => await one.stop()));
    removeFolder();
    process.off('exit', removeFolder);
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  };
  const keep = <T extends { stop(): Promise<void> }>(one: T): T => {
    started.push(one);
    return one;
  };

  let isReady = false;
  try {
    const [postgresql, redis] = await allOf([
      startPostgresql().then(keep),
      startRedis().then(keep),
      installPackage(tarball, folder),
    ]);
    const logFile = (name: string) => join(folder, `${name}.log`);
    // Each on a machine of its own, as it were: n8n thinks that it has crashed where it finds another's folder.
    const start = async (name: string, worker: boolean, more: Record<string, string> = {}) => {
      const userFolder = join(folder, name);
      cpSync(join(folder, '.n8n'), join(userFolder, '.n8n'), { recursive: true });
      return keep(
        await startN8n({
          ...{ userFolder, worker, logFile: logFile(name) },
          env: {
            EXECUTIONS_MODE: 'queue',
            OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
            N8N_ENCRYPTION_KEY: encryptionKey,
            N8N_LOG_LEVEL: 'debug',
            ...{ ...QUICK, ...postgresql.env, ...redis.env, ...more, ...env },
          },
        }),
      );
    };
    const encryptionKey = randomBytes(24).toString('hex');
    const main = await start('main', false);
    const rest = await restClient(main.url);
    await rest.setUpOwner(newOwner());
    // A worker has to be told the address of main, or it gives a waiting run a URL of its own.
    const all: Worker[] = [];
    const names: string[] = [];
    const addWorker = async (): Promise<Worker> => {
      const name = `worker ${names.length + 1}`;
      names.push(name);
      const one = await start(name, true, {
        WEBHOOK_URL: main.url,
        N8N_CONCURRENCY_PRODUCTION_LIMIT: String(concurrency),
      });
      const worker = {
        ...one,
        name,
        ran: (id: string) => one.logs().includes(`Worker started execution ${id} `),
      };
      all.push(worker);
      return worker;
    };
    await allOf(Array.from({ length: workers }, addWorker));
    isReady = true;
    return {
      ...{ rest, main, workers: all, postgresql, redis, addWorker, stop },
      traces: () => ({
        ...Object.fromEntries(['main', ...names].map((name) => [name, readFileSync(logFile(name), 'utf8')])),
        PostgreSQL: postgresql.dump(),
        Redis: redis.commands(),
      }),
    };
  } finally {
    if (!isReady) await stop();
  }
}

/** `Promise.all`, but none is still at work when one has failed. */
async function allOf<T extends readonly unknown[]>(
  promises: readonly [...{ [Index in keyof T]: Promise<T[Index]> }],
): Promise<T> {
  await Promise.allSettled(promises);
  return (await Promise.all(promises)) as unknown as T;
}
