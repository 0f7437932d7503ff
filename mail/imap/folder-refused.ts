import type { ImapFlow } from 'imapflow';

import { MailError } from '../errors';
import { redact } from '../net/network-errors';
import { prefixHint } from './namespace';
import type { Refusal } from './refusal';

/** The reasons for a refusal: by code (RFC 5530, RFC 9208), or by text if the server sends no code. */
const REASONS: ReadonlyArray<{ codes: string[]; words: RegExp; remedy: (path: string) => string }> = [
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
  {
    codes: ['CANNOT'],
    words: /(?:invalid|illegal|bad) (?:mailbox|folder)|(?:mailbox|folder) name/i,
    remedy: () => 'Use another name, without signs that the server keeps for itself.',
  },
];

const OTHER =
  'The server gives its reason in the brackets. Try again later; if it always happens, ask its administrator.';

/** The error for a refused command. It names the folder and says what to do. */
export async function folderRefused(
  flow: ImapFlow,
  path: string,
  { words, code, isTemporary }: Refusal,
): Promise<MailError> {
  const reason =
    REASONS.find(({ codes }) => code !== undefined && codes.includes(code)) ??
    REASONS.find(({ words: form }) => form.test(words));
  const remedy = isTemporary
    ? 'Try again later: the server says that this is temporary.'
    : (reason?.remedy(path) ?? OTHER);
  const hint = reason?.codes.includes('CANNOT') ? await prefixHint(flow, path) : '';
  return new MailError(
    'SERVER_REFUSED',
    `The server refused the command in the folder "${path}" (${redact(words, [])})`,
    remedy + hint,
  );
}
