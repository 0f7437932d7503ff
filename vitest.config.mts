import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';
import { Order } from './test/order.mts';

const SECOND = 1000;

/** With an n8n that starts, and people's pace in the browser. */
const patient = { testTimeout: 180 * SECOND, hookTimeout: 180 * SECOND };

const oneByOne = { fileParallelism: false, maxWorkers: 1 };

/** They look at what all the others have left behind. */
const LAST = ['test/e2e/error-catalogue.test.ts', 'test/e2e/canary.test.ts'];

/** The real n8n, Dovecot and Chromium: heavy, so after the quick ones. They wait half of the time, so two at once. */
const e2e = {
  name: 'e2e',
  include: ['test/e2e/**/*.test.ts'],
  exclude: LAST,
  globalSetup: ['test/e2e/global-setup.ts'],
  ...patient,
  maxWorkers: 2,
  sequence: { groupOrder: 1 },
};

const last = {
  name: 'last',
  include: LAST,
  ...patient,
  ...oneByOne,
  sequence: { groupOrder: 2 },
};

/** Older versions of n8n, each as a whole. Only for `npm run versions`, which installs them. */
const versions = {
  name: 'versions',
  include: ['test/versions/**/*.test.ts'],
  ...patient,
  ...oneByOne,
  sequence: { groupOrder: 3 },
};

const quick = {
  name: 'quick',
  include: ['test/{unit,integration,core,clients,reliability}/**/*.test.ts'],
  globalSetup: ['test/errors/forget.ts'],
  setupFiles: ['test/errors/record.ts'],
  testTimeout: 30 * SECOND,
  hookTimeout: 60 * SECOND,
  // Most of them wait for servers and timers: a worker needs less than half of a core.
  maxWorkers: availableParallelism() + 1,
  sequence: { groupOrder: 0 },
};

/** A real n8n under load. `npm run queue` and `npm run soak` run it, and `npm test` does not. */
const load = {
  name: 'load',
  include: ['test/load/**/*.test.ts'],
  testTimeout: 7200 * SECOND,
  hookTimeout: 300 * SECOND,
  ...oneByOne,
  sequence: { groupOrder: 4 },
};
const projects = [
  ...[quick, e2e, last],
  ...(process.env.N8N_VERSIONS ? [versions] : []),
  ...(process.env.RELIABILITY === 'whole' ? [load] : []),
];

// As n8n loads it. What it has for `import` is no module to Node.js, so vitest would compile it, for each test file anew.
const workflow = createRequire(import.meta.url).resolve('n8n-workflow');
const alias = [{ find: /^n8n-workflow$/, replacement: workflow }];

export default defineConfig({
  test: { projects: projects.map((test) => ({ test: { ...test, alias } })), sequence: { sequencer: Order } },
});
