import { invalidInput } from '../mail/errors';
import { assertSingleLine } from '../mail/text';
import { usageError, type Values } from './arguments';
import { findProvider, type SignInProvider } from './providers';

/** The options for the sign-in and the credential. For the provider's cloud, see target.ts. */
export interface SignInOptions {
  provider: SignInProvider;
  clientId: string;
  /** The mailbox, if it is not that of the account that signs in. */
  user: string | undefined;
  name: string | undefined;
  id: string | undefined;
  out: string;
  force: boolean;
  port: number;
  /** Milliseconds. */
  timeout: number;
  browser: boolean;
}

const MAX_TIMEOUT = 3600;

/** @throws {MailError} INVALID_INPUT naming the option */
export function signInOptions(providerId: string | undefined, values: Values): SignInOptions {
  const provider = findProvider(providerId);
  const clientId = singleLine('--client-id', values['client-id']);
  if (!clientId) throw usageError('--client-id is missing: the ID of the application that you registered');
  return {
    provider,
    clientId,
    user: singleLine('--user', values.user),
    name: matching('--name', values.name, /^.{3,128}$/, 'it must have 3 to 128 characters'),
    id: matching('--id', values.id, /^[\w-]{1,36}$/, 'it must have only letters and digits'),
    out: values.out || `email-${provider.id}.json`,
    force: values.force,
    port: wholeNumber('--port', values.port, provider.port, 65535),
    timeout: wholeNumber('--timeout', values.timeout, 300, MAX_TIMEOUT) * 1000,
    browser: !values['no-browser'],
  };
}

const singleLine = (option: string, value = ''): string | undefined =>
  assertSingleLine(option, value.trim()) || undefined;

function matching(option: string, value: string | undefined, pattern: RegExp, rule: string) {
  const text = singleLine(option, value);
  if (text === undefined || pattern.test(text)) return text;
  throw invalidInput(option, `"${text}" cannot be used`, `Check it: ${rule}.`);
}

function wholeNumber(option: string, value: string | undefined, fallback: number, max: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= max) return number;
  throw invalidInput(option, `"${value}" cannot be used`, `Enter a whole number from 1 to ${max}.`);
}
