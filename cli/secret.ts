import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

const VARIABLE = 'EMAIL_SIGN_IN_CLIENT_SECRET';

/**
 * The application's secret: from the environment, else typed without echo, else from standard input. Never from
 * the command line, which every user of the computer can read.
 *
 * @param isWanted whether to read it from standard input; at a terminal, the command always asks if the application usually
 *   has a secret
 */
export async function clientSecret(
  isWanted: boolean,
  isUsual: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { [VARIABLE]: given } = process.env;
  // The browser that is started next must not get it.
  delete process.env[VARIABLE];
  if (given) return given;
  const isTerminal = process.stdin.isTTY;
  if (!isWanted && !(isUsual && isTerminal)) return undefined;
  const line = await firstLine(isTerminal ? 'Client secret (not shown; Enter for none): ' : '', signal);
  signal.throwIfAborted();
  return line.trim() || undefined;
}

async function firstLine(question: string, signal: AbortSignal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: !!question, signal });
  // At a terminal, Ctrl-C arrives here as a key and not as a signal.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  // Asks only now, when the terminal no longer shows what is typed.
  process.stderr.write(question);
  try {
    return await new Promise((resolve) => lines.once('line', resolve).once('close', () => resolve('')));
  } finally {
    lines.close();
    if (question) process.stderr.write('\n');
  }
}
