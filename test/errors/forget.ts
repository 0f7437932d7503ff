import { rmSync } from 'node:fs';

import { RECORDS } from './records';

/** The errors of the run before. `KEEP_ERRORS=1` adds up several runs. */
export function setup(): void {
  if (process.env.KEEP_ERRORS !== '1') rmSync(RECORDS, { recursive: true, force: true });
}
