import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { waitFor } from '../servers/wait';

export interface Usage {
  /** Megabytes of objects and of buffers that are left after collecting garbage. */
  heap: number;
  /** Megabytes that the process takes of the machine. */
  resident: number;
  /** TCP connections of this process that it knows of. */
  sockets: number;
  /** Files and connections of this process that the kernel knows of. */
  descriptors: number;
}

export interface MemoryProbe {
  /** For n8n's processes. */
  env: Record<string, string>;
  usage(pid: number): Promise<Usage>;
  stop(): void;
}

const MEGABYTE = 1024 * 1024;

/** Looks into other Node processes, which were started with its environment. */
export function memoryProbe(): MemoryProbe {
  const folder = mkdtempSync(join(tmpdir(), 'memory-probe-'));
  const stop = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', stop);
  return {
    env: { MEMORY_PROBE: folder, NODE_OPTIONS: `--require ${join(__dirname, 'probe.cjs')}` },
    usage: async (pid) => {
      const file = `${pid}.json`;
      rmSync(join(folder, file), { force: true });
      process.kill(pid, 'SIGUSR2');
      await waitFor('the probe', () => readdirSync(folder).includes(file), 60_000, 50);
      const { heapUsed, external, rss, sockets } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
        [name: string]: number;
      };
      return {
        heap: ((heapUsed ?? 0) + (external ?? 0)) / MEGABYTE,
        resident: (rss ?? 0) / MEGABYTE,
        sockets: sockets ?? 0,
        descriptors: readdirSync(`/proc/${pid}/fd`).length,
      };
    },
    stop,
  };
}
