import { afterAll, beforeAll, expect, test } from 'vitest';
import { cellOf } from '../e2e/cells';
import { mailbox, onlyFirst, start } from '../e2e/nodes';
import { connectWith, OAuthLab } from '../e2e/oauth-lab';
import { table, writeSection } from '../reliability/report';
import { itemsOf } from '../servers/n8n';
import { startCluster, type Cluster } from '../servers/queue/cluster';
import { sleep } from '../servers/wait';
import { chain, node } from '../servers/workflow';
import { memoryProbe, type MemoryProbe } from './memory';
import { makeTrust, type Trust } from './oauth';

// `npm run queue`: runs that n8n has put away must not stay in a worker's memory.

const MINUTE = 60_000;
const RUNS = 6;
const MEGABYTES = 12;
/** What all of them together may keep. */
const MOST_MEGABYTES = 5;
/** Measured when a session still held on to the run that opened it (November 2026). */
const BEFORE =
  'Before, when a waiting run kept its connection and its data, 171.7 MB grew to 245.5 MB, with 6 mail connections.';

let trust: Trust;
let probe: MemoryProbe;
let cluster: Cluster;
let lab: OAuthLab;

beforeAll(async () => {
  trust = makeTrust();
  probe = memoryProbe();
  cluster = await startCluster({
    tarball: process.env.PACKAGE_TARBALL ?? '',
    // Both before and after it, the same worker.
    workers: 1,
    // A connection to the database keeps the last that it wrote, which may be a run's data.
    env: { ...trust.env, ...probe.env, DB_POSTGRESDB_IDLE_CONNECTION_TIMEOUT: '500' },
  });
  lab = await OAuthLab.start({ url: cluster.main.url, signedIn: cluster.rest.signedIn, ...trust.lab });
});
afterAll(async () => {
  await Promise.all([cluster?.stop(), lab?.stop()]);
  probe?.stop();
  trust?.remove();
});

/** A run that has much data and waits until its URL is called; with mail before and after, or without any. */
async function workflow(name: string, withMail: boolean) {
  const cell = cellOf('emailServerOAuth2Api');
  const before = withMail
    ? [connectWith(cell, await lab.credential(cell)), mailbox('Read before'), onlyFirst('First')]
    : [];
  const jsCode = `
    const megabyte = 'every run has its own data '.repeat(40_000);
    const url = $execution.resumeUrl;
    return Array.from({ length: ${MEGABYTES} }, (_, n) => ({ json: { n, url, data: n + url + megabyte } }));`;
  return await cluster.rest.createWorkflow(
    chain(name, [
      ...[start(), ...before],
      node('Data', 'n8n-nodes-base.code', { jsCode }, { typeVersion: 2 }),
      onlyFirst('One'),
      node('Wait', 'n8n-nodes-base.wait', { resume: 'webhook', options: {} }, { typeVersion: 1.1 }),
      withMail ? mailbox('Read') : onlyFirst('Read'),
    ]),
  );
}

interface Away {
  id: string;
  url: string;
}

async function putAway(workflow: { id: string }): Promise<Away> {
  const id = await cluster.rest.run(workflow);
  const run = await cluster.rest.waitForExecution(id, { until: ['waiting', 'error'], timeoutMs: MINUTE });
  return { id, url: itemsOf<{ url: string }>(run, 'One')[0]?.url ?? '' };
}

async function goOn({ id, url }: Away): Promise<void> {
  expect((await fetch(url)).status).toBe(200);
  const until = ['success', 'error', 'crashed'];
  const run = await cluster.rest.waitForExecution(id, { until, timeoutMs: MINUTE });
  expect(run.error).toBeUndefined();
  expect(itemsOf(run, 'Read')).toHaveLength(1);
}

const rows: string[][] = [];

/** @returns megabytes of the worker's heap and buffers */
async function measure(when: string): Promise<number> {
  await sleep(5_000);
  const { heap, resident, sockets } = await probe.usage(cluster.workers[0]?.pid ?? 0);
  const megabytes = [heap, resident].map((value) => value.toFixed(1));
  rows.push([when, ...megabytes, String(sockets), String(lab.dovecot.connections())]);
  console.log(rows.at(-1));
  return heap;
}

/** @returns by how much so many waiting runs make the worker grow, in megabytes */
async function growth(name: string, withMail: boolean): Promise<number> {
  const waiting = await workflow(name, withMail);
  // The first runs load code and fill caches.
  for (let run = 0; run < 2; run++) await goOn(await putAway(waiting));
  const before = await measure(`before ${name}`);
  const runs = [];
  for (let run = 0; run < RUNS; run++) runs.push(await putAway(waiting));
  const connections = lab.dovecot.connections();
  const away = await measure(`${RUNS} ${name} wait`);
  for (const run of runs) await goOn(run);
  await measure(`${RUNS} ${name} have ended`);
  expect(connections).toBe(0);
  return away - before;
}

test('runs that wait keep no data in the worker because of their mail', async () => {
  const without = await growth('runs without mail', false);
  const withMail = await growth('runs with mail', true);
  writeSection(
    'Waiting runs',
    `${RUNS} runs with ${MEGABYTES} MB of data each, which n8n in queue mode has put away; the worker's memory after collecting garbage. Those with mail use an OAuth2 account.

${table(['When', 'Heap and buffers (MB)', 'Resident (MB)', 'Sockets', 'Mail connections'], rows)}

${BEFORE}`,
  );
  expect(withMail - without).toBeLessThan(MOST_MEGABYTES);
});
