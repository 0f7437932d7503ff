import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';
import { CanaryLast } from './test/e2e/canary-last.mts';

const SECOND = 1000;

/** The real n8n, Dovecot and Chromium: heavy, so one file at a time, after everything else. */
const e2e = {
  name: 'e2e',
  include: ['test/e2e/**/*.test.ts'],
  globalSetup: ['test/e2e/global-setup.ts'],
  testTimeout: 180 * SECOND,
  hookTimeout: 180 * SECOND,
  fileParallelism: false,
  maxWorkers: 1,
  sequence: { groupOrder: 1 },
};

/** Older versions of n8n, each as a whole. Only for `npm run versions`, which installs them. */
const versions = {
  ...e2e,
  name: 'versions',
  include: ['test/versions/**/*.test.ts'],
  globalSetup: [],
};

const quick = {
  name: 'quick',
  include: ['test/{unit,integration,core,clients,reliability}/**/*.test.ts'],
  globalSetup: ['test/errors/forget.ts'],
  setupFiles: ['test/errors/record.ts'],
  testTimeout: 30 * SECOND,
  hookTimeout: 60 * SECOND,
  // Most tests wait for servers and timers. By itself, vitest leaves one core of two unused.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  sequence: { groupOrder: 0 },
};

/** A real n8n under load. `npm run queue` and `npm run soak` run it, and `npm test` does not. */
const load = {
  name: 'load',
  include: ['test/load/**/*.test.ts'],
  testTimeout: 7200 * SECOND,
  hookTimeout: 300 * SECOND,
  fileParallelism: false,
  maxWorkers: 1,
  sequence: { groupOrder: 2 },
};
const projects = [
  ...[quick, e2e],
  ...(process.env.N8N_VERSIONS ? [versions] : []),
  ...(process.env.RELIABILITY === 'whole' ? [load] : []),
];

export default defineConfig({
  test: { projects: projects.map((test) => ({ test })), sequence: { sequencer: CanaryLast } },
});
