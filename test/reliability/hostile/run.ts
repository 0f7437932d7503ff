import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { HostileResult, Task } from './task';

/** What anything hostile may cost: milliseconds of the processor, and megabytes above what the process had. */
export const MOST_CPU = 3000;
export const MOST_MEMORY = 250;
/** Some timeouts, the work, and a machine that has other things to do. Milliseconds. */
export const MOST_TIME = 60_000;

/** Megabytes after which a process is not used again: memory that it keeps would hide what the next case takes. */
const KEPT = 30;

const LOADER = join(__dirname, '..', 'typescript.cjs');
const CHILD = join(__dirname, 'child.ts');

/** Processes that try one case after another, each alone. One that fails is ended, and the case named. */
export class Children {
  private readonly idle: ChildProcess[] = [];
  private readonly all = new Set<ChildProcess>();
  // Compiled once, or each process would spend its time on that.
  private readonly compiled = mkdtempSync(join(tmpdir(), 'hostile-'));

  async start(): Promise<void> {
    this.idle.push(await this.started());
  }

  async try(task: Task): Promise<HostileResult> {
    const child = this.idle.pop() ?? (await this.started());
    const result = await this.answerOf<HostileResult>(child, task);
    if (typeof result === 'string') return ended(result);
    if (result.uncaught !== '' || result.megabytes > KEPT) child.kill('SIGKILL');
    else this.idle.push(child);
    return result;
  }

  stop(): void {
    this.all.forEach((child) => child.kill('SIGKILL'));
    rmSync(this.compiled, { recursive: true, force: true });
  }

  private async started(): Promise<ChildProcess> {
    const child = fork(CHILD, {
      execArgv: ['--expose-gc', '--max-old-space-size=1024', '--require', LOADER],
      env: { ...process.env, COMPILED: this.compiled },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.all.add(child);
    child.once('exit', () => this.all.delete(child));
    await this.answerOf(child, undefined);
    return child;
  }

  /** Its answer, or why it ended. */
  private async answerOf<T>(child: ChildProcess, task: Task | undefined): Promise<T | string> {
    return await new Promise((resolve) => {
      let errors = '';
      const onError = (chunk: Buffer) => (errors += chunk.toString());
      const onMessage = (answer: T) => end(answer);
      const onExit = () => end(errors.split('\n').find((line) => /FATAL|Error/.test(line)) ?? 'it exited');
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        end('it did not end');
      }, 2 * MOST_TIME);
      const end = (answer: T | string) => {
        clearTimeout(late);
        child.stderr?.off('data', onError);
        child.off('message', onMessage).off('exit', onExit);
        resolve(answer);
      };
      child.stderr?.on('data', onError);
      child.on('message', onMessage).on('exit', onExit);
      if (task) child.send(task);
    });
  }
}

const ended = (reason: string): HostileResult => ({
  ...{ ending: 'the process ended', uncaught: reason },
  ...{ megabytes: Infinity, took: Infinity, cpu: Infinity },
});
