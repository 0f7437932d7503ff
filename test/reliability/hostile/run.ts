import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { HostileCase } from './cases';
import { startHostile } from './server';

/** What it may cost: a timeout and a bit, and megabytes above what the process had. */
export const MOST_TIME = 20_000;
export const MOST_MEMORY = 400;

export interface HostileResult {
  ending: string;
  uncaught: string;
  megabytes: number;
  /** Milliseconds. */
  took: number;
}

const LOADER = join(__dirname, '..', 'typescript.cjs');
const CHILD = join(__dirname, 'child.ts');

/** Tries one, in a process that is ended where it does not end. */
export async function tryHostile(one: HostileCase): Promise<HostileResult> {
  const server = await startHostile(one);
  try {
    const args = ['--max-old-space-size=1024', '--require', LOADER, CHILD];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...args, one.protocol, String(server.port), one.work],
      { timeout: MOST_TIME + 10_000, killSignal: 'SIGKILL' },
    ).catch((error: { stdout?: string; message: string }) => ({
      stdout: error.stdout || JSON.stringify(killed(error.message)),
    }));
    return JSON.parse(stdout) as HostileResult;
  } finally {
    await server.stop();
  }
}

const killed = (message: string): HostileResult => ({
  ...{ ending: 'the process ended', uncaught: message.split('\n')[0] ?? '' },
  ...{ megabytes: Infinity, took: Infinity },
});
