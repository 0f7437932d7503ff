import { inject } from 'vitest';
import type { SharedN8n } from './global-setup';

/** The n8n of this worker: no other file uses it meanwhile. */
export function sharedN8n(): SharedN8n {
  const worker = Number(process.env.VITEST_POOL_ID);
  const n8n = inject('n8ns')[worker - 1];
  if (!n8n) throw new Error(`Worker ${worker} has no n8n`);
  return n8n;
}
