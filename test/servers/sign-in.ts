import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitFor } from './wait';

export interface SignInOptions {
  env?: Record<string, string>;
  /** What is typed or piped. */
  input?: string;
  cwd?: string;
  /** Whether a person is at a terminal, rather than another program. */
  terminal?: boolean;
  /** The file that is run; else that of the build, which `npm test` makes first. */
  command?: string;
}

export interface SignInRun {
  /** The address that the user is told to open. */
  url(): Promise<string>;
  /** All that was printed so far. */
  output(): string;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
  type(text: string): void;
}

const BUILT = join(__dirname, '..', '..', 'dist', 'cli', 'index.js');

/** The command as a user starts it, in a process of its own. */
export function startSignIn(args: string[], options: SignInOptions = {}): SignInRun {
  const { env, input, cwd, terminal, command = BUILT } = options;
  const words = [process.execPath, command, 'sign-in', ...args];
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const line = terminal ? ['script', '-qefc', quoted, '/dev/null'] : words;
  // It ends with us, however we end. No display is among the environment: no browser is to open.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...line], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: 'pipe',
  });
  child.stdin.on('error', () => undefined);
  if (!terminal) child.stdin.end(input);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  let isOver = false;
  void ended.then(() => (isOver = true));
  return {
    url: () =>
      waitFor('the address to open', () => {
        if (isOver) throw new Error(`The command has ended:\n${output}`);
        return /^https:\/\/\S+(?=\r?$)/m.exec(output)?.[0];
      }),
    output: () => output,
    ended,
    kill: (signal) => child.kill(signal),
    type: (text) => child.stdin.write(text),
  };
}
