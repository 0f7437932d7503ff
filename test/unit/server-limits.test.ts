import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { COURIER_LIMITS } from '../servers/debian/courier';
import { CYRUS_LIMITS, DEBIAN_CYRUS_LIMITS } from '../servers/debian/cyrus';
import { EXIM_LIMITS } from '../servers/debian/exim';
import { LIMITS, SMTP_LIMITS } from '../servers/debian/limits';
import { MAILUTILS_LIMITS } from '../servers/debian/mailutils';
import { OPENSMTPD_LIMITS } from '../servers/debian/opensmtpd';
import { POSTFIX_LIMITS } from '../servers/debian/postfix';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'servers.md'), 'utf8');

/** The rows of the table that stands below a mark, as lists of their cells. */
const tableBelow = (mark: string): string[][] =>
  (page.split(`<!-- ${mark} -->`)[1]?.trim().split('\n\n')[0] ?? '')
    .split('\n')
    .filter((line) => !/^[-| ]+$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

/** The same from the servers' own lists. */
const tableOf = (words: Record<string, string>, servers: Record<string, readonly string[]>): string[][] => [
  ['What it cannot do', ...Object.keys(servers)],
  ...Object.entries(words).map(([limit, says]) => [
    says,
    ...Object.values(servers).map((limits) => (limits.includes(limit) ? '✗' : '')),
  ]),
];

it.each([
  [
    'imap',
    LIMITS,
    {
      Cyrus: CYRUS_LIMITS,
      "Debian's Cyrus": DEBIAN_CYRUS_LIMITS,
      Courier: COURIER_LIMITS,
      'GNU Mailutils': MAILUTILS_LIMITS,
    },
  ],
  ['smtp', SMTP_LIMITS, { Postfix: POSTFIX_LIMITS, Exim: EXIM_LIMITS, OpenSMTPD: OPENSMTPD_LIMITS }],
] as const)('docs/servers.md lists what each %s server cannot do', (mark, words, servers) => {
  expect(tableBelow(mark)).toEqual(tableOf(words, servers));
});
