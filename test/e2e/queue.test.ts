import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDovecot, type Dovecot } from '../servers/dovecot';
import { startRelay } from '../integration/smtp/fixture';
import { linksOf } from '../servers/links';
import { deliver, mail } from '../servers/mailbox';
import { itemsOf, type RestClient, type Stored } from '../servers/n8n';
import { startCluster, type Cluster, type Worker } from '../servers/queue/cluster';
import { sleep, waitFor } from '../servers/wait';
import { publish, webhook } from '../servers/webhook';
import { chain, node, type WorkflowNode } from '../servers/workflow';
import { needlesOf } from './needles';
import { connect, CREDENTIAL_TYPE, mailbox, onlyFirst, start, wait, type MessageItem } from './nodes';
import { emailTrigger } from './trigger-lab';

// n8n in queue mode, as companies run it: a run may begin in one process and go on in another.

const ALICE = 'alice@example.test';
const CROWD = 'crowd@example.test';
const DORA = 'dora@example.test';
const SUBJECTS = ['first', 'second', 'third'];
/** Connections that the server takes from each account. */
const SERVER_TAKES = 3;

const canary = `Canary${randomBytes(12).toString('hex')}`;
let cluster: Cluster;
let dovecot: Dovecot;
let rest: RestClient;
let credential: Stored;
let crowdCredential: Stored;
let doraCredential: Stored;

beforeAll(async () => {
  const tarball = process.env.PACKAGE_TARBALL;
  if (!tarball) throw new Error('It needs the packed package: run it through `npm test`.');
  dovecot = await startDovecot({
    users: { [ALICE]: `alice-${canary}`, [CROWD]: `crowd-${canary}`, [DORA]: `dora-${canary}` },
    extraConfig: `mail_max_userip_connections = ${SERVER_TAKES}`,
  });
  for (const user of [ALICE, CROWD]) {
    const messages = SUBJECTS.map((subject) => mail({ to: user, subject, text: subject }));
    deliver(dovecot, user, 'INBOX', messages);
  }
  cluster = await startCluster({ tarball });
  rest = cluster.rest;
  const { host, ports, ca, users } = dovecot;
  const server = { host, port: ports.imaps, security: 'tls', caCertificate: ca };
  const credentialOf = async (user: string) =>
    await rest.createCredential({
      name: `Mail of ${user}`,
      type: CREDENTIAL_TYPE,
      data: { ...server, user, password: users[user] },
    });
  credential = await credentialOf(ALICE);
  crowdCredential = await credentialOf(CROWD);
  doraCredential = await credentialOf(DORA);
});
afterAll(async () => {
  await Promise.all([cluster?.stop(), dovecot?.stop()]);
});

const noConnections = async () =>
  await waitFor('all connections to end', () => dovecot.connections() === 0, 3_000);

const isInLog = (line: RegExp) => cluster.workers.some((worker) => line.test(worker.logs()));

const subjectsOf = (items: MessageItem[]) => items.map(({ subject }) => subject).sort();

const readsTwice = (between: WorkflowNode[], connectNode = connect(credential)) => [
  connectNode,
  mailbox('Read before'),
  onlyFirst('First'),
  ...between,
  mailbox('Read'),
];

/** Puts the run away until its URL is called, which the item before it holds. */
const untilCalled = () => [
  node(
    'URL',
    'n8n-nodes-base.set',
    {
      mode: 'manual',
      assignments: {
        assignments: [{ id: 'url', name: 'url', value: '={{ $execution.resumeUrl }}', type: 'string' }],
      },
      options: {},
    },
    { typeVersion: 3.4 },
  ),
  node('Wait', 'n8n-nodes-base.wait', { resume: 'webhook', options: {} }, { typeVersion: 1.1 }),
];

test('the list of folders says what to do where a worker has run the workflow', async () => {
  const execution = await rest.runAndWait(
    await rest.createWorkflow(chain('opened', [start(), connect(credential), mailbox('Read')])),
  );
  expect(execution.error).toBeUndefined();
  expect(subjectsOf(itemsOf<MessageItem>(execution, 'Read'))).toEqual(SUBJECTS);
  expect(cluster.workers.some((worker) => worker.ran(execution.id))).toBe(true);
  const list = rest.call('POST', '/dynamic-node-parameters/resource-locator-results', {
    path: 'folder',
    methodName: 'searchFolders',
    nodeTypeAndVersion: { name: 'n8n-nodes-email-session.emailMailbox', version: 1 },
    currentNodeParameters: { sessionName: 'Default', resource: 'folder', operation: 'get' },
  });
  await expect(list).rejects.toThrow(/workers[^]*By Use[^]*By Path/);
});

test('a run that is cancelled in a worker closes its connection', async () => {
  const id = await rest.run(
    await rest.createWorkflow(chain('cancelled', [start(), ...readsTwice([wait(60)])])),
  );
  await waitFor('the connection', () => dovecot.connections() === 1);
  await sleep(1_000);
  await rest.stopExecution(id);
  expect((await rest.waitForExecution(id)).status).toBe('canceled');
  await noConnections();
  const line = new RegExp(`Email session closed {"executionId":"${id}",.*"reason":"run cancelled"`);
  await waitFor('the line in the log of its worker', () => isInLog(line));
});

test('runs in two workers wait for an account whose server is full, and all finish', async () => {
  // Those that a worker keeps after its runs must not keep out the other's.
  const options = { connectTimeout: 30, keepConnectionFor: 60 };
  const nodes = readsTwice([wait(1)], connect(crowdCredential, { options }));
  const { call, errors } = await publish(rest, chain('crowd', [webhook(), ...nodes]));
  const answers = await Promise.all(Array.from({ length: 12 }, call));
  expect(await errors()).toEqual([]);
  for (const { body } of answers) expect(body).toContain('third');
  expect(isInLog(/Email session waits for a connection {.*"reason":"server"/)).toBe(true);
  // The connections that were kept, if any.
  await dovecot.kick(CROWD).catch(() => undefined);
  await noConnections();
});

/** Starts runs until this worker has taken one, which stands at its Wait node. */
async function runIn(worker: Worker, workflow: { id: string }): Promise<string> {
  for (let attempt = 0; attempt < 6; attempt++) {
    const id = await rest.run(workflow);
    const taken = () => cluster.workers.find((one) => one.ran(id));
    if ((await waitFor('a worker', taken)) === worker) return id;
  }
  throw new Error(`${worker.name} took none of six runs`);
}

test('when a worker is killed, its waiting run goes on in another, and the workflow in work can run again', async () => {
  const waiting = await rest.createWorkflow(chain('put away', [start(), ...readsTwice(untilCalled())]));
  const [doomed] = cluster.workers;
  if (!doomed) throw new Error('There is no worker');
  const away = await runIn(doomed, waiting);
  const before = await rest.waitForExecution(away, { until: ['waiting'] });
  await noConnections();

  const busy = await rest.createWorkflow(chain('killed', [start(), ...readsTwice([wait(5)])]));
  const killed = await runIn(doomed, busy);
  await waitFor('the connection', () => dovecot.connections() > 0);
  await sleep(500);
  await doomed.stop({ kill: true });

  const logins = dovecot.logins();
  const [{ url } = { url: '' }] = itemsOf<{ url: string }>(before, 'URL');
  expect((await fetch(url)).status).toBe(200);
  const resumed = await rest.waitForExecution(away, { until: ['success', 'error', 'crashed'] });
  expect(resumed.error).toBeUndefined();
  expect(resumed.status).toBe('success');
  expect(subjectsOf(itemsOf<MessageItem>(resumed, 'Read'))).toEqual(SUBJECTS);
  expect(dovecot.logins() - logins).toBe(1);

  const again = await rest.runAndWait(busy);
  expect(again.error).toBeUndefined();
  expect(subjectsOf(itemsOf<MessageItem>(again, 'Read'))).toEqual(SUBJECTS);
  await noConnections();
  const { status } = await rest.waitForExecution(killed, { until: ['success', 'error', 'crashed'] });
  expect(status).not.toBe('success');
});

test('mail starts runs in workers, which have the session of its trigger; one that is killed loses no mail and starts none twice', async () => {
  const sessionName = 'Orders';
  // One run at a time: one that was killed must not keep its place.
  const options = { keepConnectionFor: 0, mostRuns: 1 };
  const get = { sessionName, operation: 'get', messageId: '={{ $json.id }}' };
  const nodes = [emailTrigger(doraCredential, { sessionName, options }), mailbox('Get', get), wait(2)];
  const workflow = await rest.createWorkflow(chain('triggered', nodes));
  const send = (subject: string) =>
    deliver(dovecot, DORA, 'INBOX', [mail({ to: DORA, subject, text: `text of ${subject}` })]);
  // Before this, one was killed.
  const [doomed] = await Promise.all([cluster.addWorker(), rest.publish(workflow.id)]);
  await waitFor('the trigger to listen', () => cluster.main.logs().includes('listens to INBOX'), 15_000);
  const sent: string[] = [];
  const runs = async () => await rest.listExecutions(workflow.id);
  const inWork = async () => (await runs()).find(({ status }) => ['new', 'running'].includes(status));
  const runOf = async (subject: string) => {
    sent.push(subject);
    send(subject);
    const { id } = await waitFor('a run', inWork);
    await waitFor('its session', () => dovecot.connections() === 2);
    return id;
  };
  let killed = await runOf('Mail 1');
  while (!doomed.ran(killed) && sent.length < 6) {
    await rest.waitForExecution(killed);
    killed = await runOf(`Mail ${sent.length + 1}`);
  }
  expect(doomed.ran(killed)).toBe(true);
  await doomed.stop({ kill: true });
  const whole = sent.slice(0, -1);
  for (const subject of ['Later 1', 'Later 2']) {
    sent.push(subject);
    whole.push(subject);
    send(subject);
  }
  const ended = async () => (await runs()).length >= sent.length && !(await inWork());
  // n8n looks for runs whose worker is gone only now and then.
  await waitFor('the runs of all messages', ended, 80_000, 200);
  await sleep(1_000);
  const all = await Promise.all((await runs()).map(async ({ id }) => await rest.getExecution(id)));
  expect(all).toHaveLength(sent.length);
  expect(all.filter(({ status }) => status !== 'success')).toMatchObject([{ id: killed, status: 'error' }]);
  const others = all.filter(({ id }) => id !== killed);
  for (const { id } of others) expect(cluster.workers.some((worker) => worker.ran(id))).toBe(true);
  const read = others.flatMap((run) => itemsOf(run, 'Get').map(({ subject, text }) => [subject, text]));
  expect(read.sort()).toEqual(whole.map((subject) => [subject, `text of ${subject}`]).sort());
  await rest.unpublish(workflow.id);
  await noConnections();
});

test('questions by mail: a worker asks, and an answer by link or by mail wakes the run in any worker', async () => {
  const relay = await startRelay({ passwords: dovecot.users });
  const server = { host: dovecot.host, port: dovecot.ports.imaps, security: 'tls' };
  const smtp = { smtpHost: 'localhost', smtpPort: relay.port, smtpSecurity: 'starttls' };
  const data = { ...server, ...smtp, user: DORA, password: dovecot.users[DORA] };
  const caCertificate = `${dovecot.ca}${relay.ca}`;
  try {
    const sender = await rest.createCredential({
      ...{ name: 'Sender', type: CREDENTIAL_TYPE, data: { ...data, caCertificate } },
    });
    const listens = await rest.createWorkflow(chain('answers', [emailTrigger(doraCredential)]));
    const before = cluster.main.logs().split('listens to INBOX').length;
    await rest.publish(listens.id);
    const after = () => cluster.main.logs().split('listens to INBOX').length;
    await waitFor('the trigger to listen', () => after() > before, 15_000);
    const ask = async (responseType: string) => {
      const question = { operation: 'sendAndWait', toEmail: ALICE, subject: 'Ask', message: 'May I?' };
      const nodes = [start(), connect(sender), mailbox('Ask', { ...question, responseType })];
      const id = await rest.run(await rest.createWorkflow(chain('asks', nodes)));
      const { error } = await rest.waitForExecution(id, { until: ['waiting', 'error'] });
      expect(error).toBeUndefined();
      expect(cluster.workers.some((worker) => worker.ran(id))).toBe(true);
      return { id, raw: relay.delivered.at(-1)!.raw };
    };
    const answerOf = async (id: string) => {
      const run = await rest.waitForExecution(id, { until: ['success', 'error', 'crashed'] });
      return itemsOf(run, 'Ask');
    };
    const approval = await ask('approval');
    const [url = ''] = await linksOf(approval.raw);
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
    expect(await answerOf(approval.id)).toMatchObject([{ data: { approved: true } }]);
    const reply = await ask('reply');
    const [, asked = ''] = /^Message-ID:\s*(\S+)/im.exec(reply.raw.toString()) ?? [];
    const headers = { 'In-Reply-To': asked };
    const answer = mail({ from: ALICE, to: DORA, subject: 'Re: Ask', text: 'You may', headers });
    deliver(dovecot, DORA, 'INBOX', [answer]);
    expect(await answerOf(reply.id)).toMatchObject([{ data: { text: 'You may', fromAddress: ALICE } }]);
    expect(await rest.listExecutions(listens.id)).toEqual([]);
    await rest.unpublish(listens.id);
    await noConnections();
  } finally {
    await relay.stop();
  }
});

test('no password is in PostgreSQL, passes through Redis, or is in a log', () => {
  const traces = cluster.traces();
  // Otherwise the search looked in the wrong place.
  expect(traces.PostgreSQL).toContain(ALICE);
  expect(traces.Redis).toContain('executionId');
  expect(traces['worker 1']).toContain('Worker started execution');
  const holding = Object.entries(traces).filter(([, text]) =>
    needlesOf(canary).some((needle) => text.includes(needle)),
  );
  expect(holding.map(([name]) => name)).toEqual([]);
});
