import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { errorTexts } from '../../scripts/docs/error-texts';
import { lineOf, recordedFiles, unreached } from '../errors/records';

// After the quick tests, which write down the errors that they bring about.

const ROOT = join(__dirname, '..');
const quickFiles = ['unit', 'integration', 'core', 'clients', 'reliability'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  ),
);

const allowed = readFileSync(join(ROOT, 'errors', 'unreached.txt'), 'utf8')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'));

test('each error of the catalogue is brought about by a test, but for those in a list', ({ skip }) => {
  // A run of a few files says nothing about the others.
  if (recordedFiles() < quickFiles.length * 0.95) skip();
  const missing = unreached().map(lineOf);
  const texts = new Set(errorTexts().map(lineOf));
  expect(missing.filter((line) => !allowed.includes(line))).toEqual([]);
  expect(
    allowed.filter((line) => !texts.has(line)),
    'in test/errors/unreached.txt, and no longer in the code',
  ).toEqual([]);
});
