import { rmSync } from 'node:fs';

import { RECORDS, THIS_RUN } from './records';

/** The errors of the run before. `KEEP_ERRORS=1` adds up several runs. */
export function setup(): void {
  if (process.env.KEEP_ERRORS !== '1') rmSync(RECORDS, { recursive: true, force: true });
  // The processes of all later tests inherit it.
  process.env[THIS_RUN] = '1';
}
