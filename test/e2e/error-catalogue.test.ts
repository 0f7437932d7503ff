import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { recordedFiles } from '../errors/records';
import { lineOf, unreached } from '../errors/unreached';

// After the quick tests (groupOrder in vitest.config.mts), which write down the errors that they bring about.

const ROOT = join(__dirname, '..');
const quickFiles = ['unit', 'integration', 'core', 'clients', 'reliability'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name)),
);

test('each error of the catalogue is brought about by a test, with each of its remedies', ({ skip }) => {
  const recorded = recordedFiles();
  const missing = quickFiles.filter((file) => !recorded.has(file));
  // A run of a few files says nothing about the others. CI runs all, and counts what is skipped as a failure.
  if (missing.length > 0 && !process.env.CI) skip();
  expect(missing, 'test files that wrote down no errors').toEqual([]);
  expect(unreached().map(lineOf)).toEqual([]);
});
