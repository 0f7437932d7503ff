// Started by scripts/bench.mjs as `npm run bench -- graph`. See README.md.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startGraph, type GraphServer } from '../test/servers/graph/graph';
import { mail } from '../test/servers/mailbox';
import { runInChild } from './child';
import type { GraphOrder, NodeName } from './graph-child';
import { GRAPH_WORKS, type GraphWork, type GraphWorkName } from './graph-works';
import { startLatency, type Proxy } from './latency';
import { markdownTable, median, ms } from './report';
import { runProgram, say } from './program';
import { writeSection } from './readme';

/** Milliseconds. */
const ROUND_TRIP = 50;
const ROUNDS: Readonly<Record<NodeName, number>> = {
  ours: Number(process.env.BENCH_ROUNDS) || 3,
  // It takes minutes, so that other load on the machine makes no difference.
  theirs: 1,
};
const CHOSEN = (Object.keys(GRAPH_WORKS) as GraphWorkName[]).filter(
  (work) => process.env.BENCH_WORKS?.split(',').includes(work) ?? true,
);
const { N8N_DIR: n8nDir = '' } = process.env;

/** The mailbox in which each node first does the same work with a few messages. */
const WARM_UP = 'warm-up@example.test';

interface Measured {
  times: number[];
  requests: number;
  connections: number;
}

/** A mailbox with the messages that some work needs. The address is the access token too. */
async function fill(graph: GraphServer, address: string, { messages, attachment }: GraphWork): Promise<void> {
  const letter = (i: number) => {
    const text = `Dear Ada, this is message ${i}.\r\n`.repeat(60);
    const subject = `Order ${i}`;
    if (!attachment) return mail({ subject, text });
    return mail({ subject, text, attachments: [{ filename: `${i}.bin`, content: randomBytes(attachment) }] });
  };
  await graph.mailbox(address).deliver(
    'Inbox',
    Array.from({ length: messages }, (_, i) => letter(i)),
  );
}

async function measure(
  graph: GraphServer,
  name: GraphWorkName,
  node: NodeName,
  env: Record<string, string>,
): Promise<Measured> {
  const work: GraphWork = GRAPH_WORKS[name];
  const times: number[] = [];
  let requests = 0;
  let connections = 0;
  for (let round = 0; round < ROUNDS[node]; round++) {
    const address = `${node}-${name}-${round}@example.test`;
    await fill(graph, address, work);
    await fill(graph, WARM_UP, { ...work, messages: 2 });
    let before = { requests: 0, connections: 0 };
    const count = () => ({ requests: graph.requests.length, connections: graph.connections });
    const order: GraphOrder = { work: name, node, url: graph.url, address, warmUp: WARM_UP, n8nDir };
    const { time, result } = await runInChild('graph-child', order, () => (before = count()), env);
    if (result !== work.messages)
      throw new Error(`"${work.title}" by ${node}: ${result} of ${work.messages}`);
    times.push(time);
    requests = count().requests - before.requests;
    connections = count().connections - before.connections;
  }
  return { times, requests, connections };
}

async function main(): Promise<void> {
  const proxies: Proxy[] = [];
  const graph = await startGraph({
    introspect: async (address) => ({ address }),
    front: async (port) => {
      const proxy = await startLatency(port, ROUND_TRIP / 2);
      proxies.push(proxy);
      return proxy.port;
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'email-session-graph-'));
  const env = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
  writeFileSync(env.NODE_EXTRA_CA_CERTS, graph.ca);
  const rows: string[][] = [];
  try {
    for (const name of CHOSEN) {
      const ours = await measure(graph, name, 'ours', env);
      const theirs = await measure(graph, name, 'theirs', env);
      const row = [
        GRAPH_WORKS[name].title,
        `${ours.requests}`,
        `${theirs.requests}`,
        `${ours.connections}`,
        `${theirs.connections}`,
        ms(median(ours.times)),
        ms(median(theirs.times)),
        `${(median(theirs.times) / median(ours.times)).toFixed(1)} ×`,
      ];
      say(row.join('  '));
      rows.push(row);
    }
  } finally {
    await Promise.all(proxies.map(async (proxy) => await proxy.stop()));
    await graph.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  if (graph.problems.length > 0) say(`Not as Graph has it: ${[...new Set(graph.problems)].join('; ')}`);
  const head = ['work', 'requests: ours', 'n8n', 'connections: ours', 'n8n', 'ms: ours', 'n8n', 'n8n ÷ ours'];
  const table = markdownTable(head, rows);
  say(`\n${table}`);
  writeSection('graph', table);
}

runProgram(main);
