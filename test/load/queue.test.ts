import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, CREDENTIAL_TYPE, mailbox, onlyFirst, wait } from '../e2e/nodes';
import { table, writeSection } from '../reliability/report';
import { startDovecot, type Dovecot } from '../servers/dovecot';
import { deliver, mail } from '../servers/mailbox';
import type { Stored } from '../servers/n8n';
import { startCluster, type Cluster } from '../servers/queue/cluster';
import { waitFor } from '../servers/wait';
import { publish, webhook } from '../servers/webhook';
import { chain } from '../servers/workflow';
import { DEFAULTS } from './lab';

// `npm run queue`: many runs at the same time on one account, whose server takes few connections.

const ALICE = 'alice@example.test';
const RUNS = Number(process.env.LOAD_RUNS ?? 50);
const SERVER_TAKES = 10;
const WORKERS = 2;
/** All runs are in work at the same time. */
const CONCURRENCY = 25;

const KINDS = {
  'read twice': [],
  'with a Wait of 2 seconds between': [wait(2)],
  'put away for 70 seconds between': [wait(70)],
};

let cluster: Cluster;
let dovecot: Dovecot;
let credential: Stored;
const rows: string[][] = [];

beforeAll(async () => {
  dovecot = await startDovecot({
    users: { [ALICE]: randomBytes(12).toString('hex') },
    extraConfig: `mail_max_userip_connections = ${SERVER_TAKES}`,
  });
  deliver(
    dovecot,
    ALICE,
    'INBOX',
    ['first', 'second', 'third'].map((subject) => mail({ to: ALICE, subject, text: subject })),
  );
  cluster = await startCluster({
    tarball: process.env.PACKAGE_TARBALL ?? '',
    workers: WORKERS,
    concurrency: CONCURRENCY,
  });
  const { host, ports, ca, users } = dovecot;
  credential = await cluster.rest.createCredential({
    name: 'Mail of Alice',
    type: CREDENTIAL_TYPE,
    data: {
      ...{ host, port: ports.imaps, security: 'tls', caCertificate: ca },
      ...{ user: ALICE, password: users[ALICE] },
    },
  });
});
afterAll(async () => {
  await Promise.all([cluster?.stop(), dovecot?.stop()]);
  if (rows.length === 0) return;
  const about = `${RUNS} runs at the same time, in ${WORKERS} workers, on one account whose server (Dovecot) takes ${SERVER_TAKES} connections.`;
  const head = [
    'The runs',
    'Finished',
    'Failed',
    'Seconds',
    'Logins',
    'Refused by the server',
    'Most connections',
  ];
  writeSection('Queue mode', `${about}\n\n${table(head, rows)}`);
});

/** How often the server has refused another connection. */
const refusals = () => dovecot.log().match(/Maximum number of connections/g)?.length ?? 0;

test.each(Object.entries(KINDS))('all runs finish: %s', async (name, between) => {
  const nodes = [
    webhook('onReceived'),
    connect(credential, { options: DEFAULTS }),
    mailbox('Read before'),
    onlyFirst('First'),
    ...between,
    mailbox('Read'),
  ];
  const { id, call, errors } = await publish(cluster.rest, chain(name, nodes));
  const before = { logins: dovecot.logins(), refusals: refusals() };
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, dovecot.connections())), 50);
  const started = Date.now();
  let finished: number;
  try {
    await Promise.all(Array.from({ length: RUNS }, call));
    finished = await waitFor(
      'all runs to end',
      async () => {
        const all = await cluster.rest.listExecutions(id);
        const ended = all.filter(({ status }) =>
          ['success', 'error', 'crashed', 'canceled'].includes(status),
        );
        return ended.length === RUNS && [ended.filter(({ status }) => status === 'success').length];
      },
      5 * 60_000,
      500,
    ).then(([count = 0]) => count);
  } finally {
    clearInterval(watch);
  }
  rows.push(
    [
      name,
      finished,
      RUNS - finished,
      Math.round((Date.now() - started) / 1000),
      dovecot.logins() - before.logins,
      refusals() - before.refusals,
      most,
    ].map(String),
  );
  console.log(rows.at(-1));
  expect(await errors()).toEqual([]);
});
