import { parseArgs } from 'node:util';

import { MailError } from '../mail/errors';

const TEXT = { type: 'string' } as const;
const SWITCH = { type: 'boolean', default: false } as const;

const OPTIONS = {
  'client-id': TEXT,
  'client-secret': SWITCH,
  access: TEXT,
  tenant: TEXT,
  cloud: TEXT,
  user: TEXT,
  name: TEXT,
  id: TEXT,
  out: TEXT,
  force: SWITCH,
  'no-browser': SWITCH,
  port: TEXT,
  timeout: TEXT,
  authority: TEXT,
  'auth-url': TEXT,
  'token-url': TEXT,
  scope: TEXT,
  host: TEXT,
  'smtp-host': TEXT,
  ca: TEXT,
  help: { ...SWITCH, short: 'h' },
} as const;

export type Values = ReturnType<typeof parse>['values'];

const parse = (args: string[]) => parseArgs({ args, options: OPTIONS, allowPositionals: true });

export const usageError = (message: string): MailError =>
  new MailError('INVALID_INPUT', message, 'See "sign-in --help".');

/**
 * Reads the words after `sign-in`.
 *
 * @throws {MailError} INVALID_INPUT, which never repeats a word that may be a secret in the wrong place
 */
export function readArguments(args: string[]): { provider: string | undefined; values: Values } {
  const { values, positionals } = parsed(args);
  if (positionals.length > 1) {
    throw usageError(
      'Too many words (no option takes a secret, because other users of this computer could see it)',
    );
  }
  return { provider: positionals[0], values };
}

function parsed(args: string[]) {
  try {
    return parse(args);
  } catch (error) {
    throw usageError((error as Error).message.split('. ')[0] ?? '');
  }
}
