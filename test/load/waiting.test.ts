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

const RUNS = 6;
const MEGABYTES = 12;
/** What all of them together may keep. */
const MOST_MEGABYTES = 5;
/** Measured when a session still held on to the run that opened it (November 2026). */
const BEFORE =
  'Before 0.2, a waiting run kept its connection and its data: 171.7 MB grew to 245.5 MB, with 6 mail connections.';

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
    env: { ...trust.env, ...probe.env },
  });
  lab = await OAuthLab.start({ url: cluster.main.url, owner: cluster.owner, ...trust.lab });
});
afterAll(async () => {
  await Promise.all([cluster?.stop(), lab?.stop()]);
  probe?.stop();
  trust?.remove();
});

/** A run that reads mail, has much data, and waits until its URL is called. */
async function workflow() {
  const cell = cellOf('emailServerOAuth2Api');
  const credential = await lab.credential(cell);
  const jsCode = `
    const megabyte = 'every run has its own data '.repeat(40_000);
    const url = $execution.resumeUrl;
    return Array.from({ length: ${MEGABYTES} }, (_, n) => ({ json: { n, url, data: n + url + megabyte } }));`;
  return await cluster.rest.createWorkflow(
    chain('waits', [
      start(),
      connectWith(cell, credential),
      mailbox('Read before'),
      onlyFirst('First'),
      node('Data', 'n8n-nodes-base.code', { jsCode }, { typeVersion: 2 }),
      onlyFirst('One'),
      node('Wait', 'n8n-nodes-base.wait', { resume: 'webhook', options: {} }, { typeVersion: 1.1 }),
      mailbox('Read'),
    ]),
  );
}

test('runs that wait keep no data in the worker', async () => {
  const { rest, workers } = cluster;
  const waiting = await workflow();
  const [worker] = workers;
  const putAway = async () => {
    const id = await rest.run(waiting);
    const { runData } = await rest.waitForExecution(id, { until: ['waiting', 'error'] });
    const [item] = itemsOf<{ url: string }>({ runData } as never, 'One');
    return { id, url: item?.url ?? '' };
  };
  const goOn = async ({ id, url }: { id: string; url: string }) => {
    expect((await fetch(url)).status).toBe(200);
    const run = await rest.waitForExecution(id, { until: ['success', 'error', 'crashed'] });
    expect(run.error).toBeUndefined();
    expect(itemsOf(run, 'Read')).toHaveLength(1);
  };
  const usage = async () => {
    // n8n's own caches and buffers of the database.
    await sleep(3_000);
    return await probe.usage(worker?.pid ?? 0);
  };
  // The first runs load code, and fill caches.
  for (let run = 0; run < 3; run++) await goOn(await putAway());
  const before = await usage();
  const runs = [];
  for (let run = 0; run < RUNS; run++) runs.push(await putAway());
  const away = await usage();
  const connections = lab.dovecot.connections();
  for (const run of runs) await goOn(run);
  const after = await usage();
  const row = (title: string, { heap, resident, sockets }: typeof before, open: number) => [
    title,
    ...[heap, resident].map((megabytes) => megabytes.toFixed(1)),
    String(sockets),
    String(open),
  ];
  const rows = [
    row('before', before, 0),
    row(`${RUNS} runs wait`, away, connections),
    row('they have ended', after, lab.dovecot.connections()),
  ];
  console.log(rows);
  writeSection(
    'Waiting runs',
    `${RUNS} runs of an OAuth2 account with ${MEGABYTES} MB of data each, which n8n in queue mode has put away; the worker's memory after collecting garbage.

${table(['When', 'Heap and buffers (MB)', 'Resident (MB)', 'Sockets', 'Mail connections'], rows)}

${BEFORE}`,
  );
  expect(away.heap - before.heap).toBeLessThan(MOST_MEGABYTES);
  expect(connections).toBe(0);
});
