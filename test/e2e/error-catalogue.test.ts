import { readdirSync, writeFileSync } from 'node:fs';
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

test('most errors of the catalogue are brought about by a test, and a list names the others', ({ skip }) => {
  // A run of a few files says nothing about the others.
  if (recordedFiles() < quickFiles.length * 0.9) skip();
  const missing = unreached().map(lineOf);
  writeFileSync(join(ROOT, '.output', 'unreached-errors.txt'), `${missing.join('\n')}\n`);
  expect(missing.length, 'see test/.output/unreached-errors.txt').toBeLessThan(errorTexts().length / 2);
});
