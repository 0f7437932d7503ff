import type { ImapFlow } from 'imapflow';

import { MailError } from '../errors';
import { redact } from '../net/network-errors';
import { prefixHint } from './namespace';
import type { Refusal } from './refusal';

/** A reason for a refusal: by code (RFC 5530, RFC 9208), or by text if the server sends no code. */
interface Reason {
  codes: readonly string[];
  words: RegExp;
  remedy: (path: string) => string;
}

const REASONS: readonly Reason[] = [
  {
    codes: ['OVERQUOTA'],
    words: /quota|mailbox (?:is )?full|no space/i,
    remedy: () => 'The mailbox is full. Delete messages in it, empty the trash, or have its quota raised.',
  },
  {
    codes: ['NOPERM', 'NOTPERMITTED'],
    words: /permission|denied|not allowed|not permitted|access right|read-?only/i,
    remedy: (path) => `This account may not do it in the folder "${path}". Look at its rights there.`,
  },
];

/** The next two only of a command that names a folder. */
const NOT_THERE: Reason = {
  codes: ['CANNOT'],
  words: /\bcannot append\b|virtual (?:mailbox|folder)/i,
  remedy: (path) =>
    `The server does this for nobody in the folder "${path}", which it may fill itself. Use another folder.`,
};

const BAD_NAME: Reason = {
  codes: [],
  words: /(?:invalid|illegal|bad) (?:mailbox|folder)|(?:mailbox|folder) name/i,
  remedy: () => 'Use another name, without signs that the server keeps for itself.',
};

const OTHER =
  'The server gives its reason in the brackets. Try again later; if it always happens, ask its administrator.';

/** The error for a refused command about messages of a folder. It names the folder and says what to do. */
export const refusedInFolder = (path: string, refusal: Refusal): MailError =>
  refusedFor(path, refusal, reasonFor(refusal, REASONS));

/** The same for a command that names the folder, such as SELECT or CREATE. */
export async function folderRefused(flow: ImapFlow, path: string, refusal: Refusal): Promise<MailError> {
  const reason = reasonFor(refusal, [...REASONS, NOT_THERE, BAD_NAME]);
  return refusedFor(path, refusal, reason, reason === BAD_NAME ? await prefixHint(flow, path) : '');
}

const reasonFor = ({ code, words }: Refusal, reasons: readonly Reason[]): Reason | undefined =>
  reasons.find(({ codes }) => code !== undefined && codes.includes(code)) ??
  reasons.find(({ words: form }) => form.test(words));

function refusedFor(
  path: string,
  { words, isTemporary }: Refusal,
  reason: Reason | undefined,
  hint = '',
): MailError {
  const remedy = isTemporary
    ? 'Try again later: the server says that this is temporary.'
    : (reason?.remedy(path) ?? OTHER);
  return new MailError(
    'SERVER_REFUSED',
    `The server refused the command in the folder "${path}" (${redact(words, [])})`,
    remedy + hint,
  );
}
