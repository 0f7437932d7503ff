import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { MAIL_ERROR_CODES, MailError, isMailError, type MailErrorCode } from '../../mail/errors';

const ROOT = join(__dirname, '..', '..');

it('docs/errors.md shows the current table of codes', () => {
  const page = readFileSync(join(ROOT, 'docs', 'errors.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` +\| (.+?) +\| (\w+) +\|$/gm)].map(
    ([, code, meaning, retry]) => ({ code, meaning, retry }),
  );
  expect(rows).toEqual(Object.entries(MAIL_ERROR_CODES).map(([code, row]) => ({ code, ...row })));
});

it('every code is used somewhere', () => {
  const sources = ['mail', 'n8n', 'nodes', 'cli'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && join(folder, name) !== join('mail', 'errors.ts'))
      .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
  );
  const text = sources.join('\n');
  // INVALID_INPUT is given by `invalidInput`.
  const codes = Object.keys(MAIL_ERROR_CODES).filter((code) => code !== 'INVALID_INPUT');
  expect(codes.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
});

it('a MailError is recognized by its name, so that a second copy of the class counts too', () => {
  const code: MailErrorCode = 'FOLDER_NOT_FOUND';
  const copy = Object.assign(new Error('There is none'), { name: 'MailError', code });
  expect(isMailError(copy, code)).toBe(true);
  expect(isMailError(copy, 'FOLDER_EXISTS')).toBe(false);
  expect(isMailError(new MailError(code, 'There is none', 'Make one.'))).toBe(true);
  expect(isMailError(new Error('There is none'))).toBe(false);
});
