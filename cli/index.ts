#!/usr/bin/env node
import { MailError, isMailError } from '../mail/errors';
import { readArguments, usageError } from './arguments';
import { COMMANDS_HELP, SIGN_IN_HELP } from './help';
import { printable } from './printable';
import { signIn } from './sign-in';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(args: string[], signal: AbortSignal): Promise<void> {
  const [command, ...rest] = args;
  if (!command || ['help', '--help', '-h'].includes(command)) return say(COMMANDS_HELP);
  if (command !== 'sign-in') throw usageError('The only command is sign-in');
  const { provider, values } = readArguments(rest);
  if (values.help) return say(SIGN_IN_HELP);
  await signIn(provider, values, signal, say);
}

/** Ends the wait, so that everything is closed before the process ends. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      controller.abort(new MailError('SESSION_CLOSED', 'The sign-in was cancelled', 'Nothing was written.'));
    });
  }
  return controller.signal;
}

function tell(error: unknown): void {
  const lines = isMailError(error) ? [`${error.message}.`, error.description] : [String(error)];
  for (const line of lines) process.stderr.write(`${printable(line)}\n`);
}

main(process.argv.slice(2), interruption()).catch((error: unknown) => {
  tell(error);
  process.exitCode = 1;
});
