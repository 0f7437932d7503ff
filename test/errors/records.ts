import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { MailErrorCode } from '../../mail/errors';

/** One file for each test file of the last run. */
export const RECORDS = join(__dirname, '..', '.output', 'errors');

/** In the environment when quick tests were run before: without them, the records are of an older state of the code. */
export const THIS_RUN = 'ERRORS_OF_THIS_RUN';

export interface RecordedError {
  code: MailErrorCode;
  message: string;
  description: string;
}

/** What a test file has brought about. */
export interface FileRecord {
  /** The file, from the folder test/. */
  testFile: string;
  errors: RecordedError[];
}

/** What all test files have written down. */
export const allRecords = (): FileRecord[] =>
  (existsSync(RECORDS) ? readdirSync(RECORDS) : []).map(
    (name) => JSON.parse(readFileSync(join(RECORDS, name), 'utf8')) as FileRecord,
  );

/** The test files that wrote down their errors in this run, or in those that `KEEP_ERRORS=1` adds up. */
export function recordedFiles(): Set<string> {
  const counts = process.env[THIS_RUN] === '1' || process.env.KEEP_ERRORS === '1';
  return new Set(counts ? allRecords().map(({ testFile }) => testFile) : []);
}
