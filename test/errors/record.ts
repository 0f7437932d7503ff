import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { afterAll, expect } from 'vitest';

import { MailError } from '../../mail/errors';
import { RECORDS, type FileRecord, type RecordedError } from './records';

// Runs before each test file, and writes down which errors its tests brought about: test/e2e/error-catalogue.test.ts compares them
// with those in the code. The product knows nothing of it: the class only gets another parent.

const seen = new Map<string, RecordedError>();
const later = queueMicrotask;

class RecordedParent extends Error {
  constructor(message?: string) {
    super(message);
    // Its other properties are set after this constructor.
    later(() => {
      const { code, description } = this as unknown as MailError;
      seen.set(JSON.stringify([code, this.message, description]), {
        ...{ code, message: this.message, description },
      });
    });
  }
}

Object.setPrototypeOf(MailError, RecordedParent);

afterAll(() => {
  const testFile = relative(join(__dirname, '..'), expect.getState().testPath ?? '');
  const record: FileRecord = { testFile, errors: [...seen.values()] };
  const name = createHash('sha256').update(testFile).digest('hex').slice(0, 16);
  mkdirSync(RECORDS, { recursive: true });
  writeFileSync(join(RECORDS, `${name}.json`), JSON.stringify(record));
});
