import { afterAll, beforeAll, expect, test } from 'vitest';
import { cellOf } from '../e2e/cells';
import { connect, CREDENTIAL_TYPE, fail, mailbox, onlyFirst, wait } from '../e2e/nodes';
import { ALICE, connectWith, OAuthLab, SHARED } from '../e2e/oauth-lab';
import { table, writeSection } from '../reliability/report';
import type { Stored } from '../servers/n8n';
import { startSingle, type Single } from '../servers/single';
import { sleep, waitFor } from '../servers/wait';
import { publish, webhook, type Published } from '../servers/webhook';
import { chain, node, type Workflow, type WorkflowNode } from '../servers/workflow';
import { memoryProbe, type MemoryProbe, type Usage } from './memory';
import { makeTrust, type Trust } from './oauth';

// `npm run soak`: thousands of runs of all kinds in one n8n, and a loop of thousands. Nothing may grow.

const RUNS = Number(process.env.LOAD_RUNS ?? 5_000);
const ITERATIONS = 2 * RUNS;
/** Runs at the same time. */
const WIDTH = 4;
const SAMPLES = 10;
/** One of so many runs is put away for a while. */
const AWAY_EVERY = 100;
/** Runs before the first look: they load code and fill caches. */
const WARM_UP = Math.min(200, RUNS);
/** Megabytes. */
const MAY_GROW = 10;

const ABOUT = `One n8n, ${WIDTH} runs at the same time, of all kinds: IMAP, POP3, EWS, Graph, OAuth2, a Wait, two accounts, an error, and a run put away. Memory after collecting garbage.`;

let trust: Trust;
let probe: MemoryProbe;
let n8n: Single;
let lab: OAuthLab;
let soak: Soak;

beforeAll(async () => {
  trust = makeTrust();
  probe = memoryProbe();
  n8n = await startSingle({
    tarball: process.env.PACKAGE_TARBALL ?? '',
    // Otherwise the database grows, which is not what is looked at.
    env: { EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none', ...trust.env, ...probe.env },
  });
  lab = await OAuthLab.start({ url: n8n.url, owner: n8n.owner, ...trust.lab });
  soak = new Soak();
});
afterAll(async () => {
  if (soak?.samples.length) soak.report();
  await Promise.all([n8n?.stop(), lab?.stop()]);
  probe?.stop();
  trust?.remove();
});

interface Kind {
  workflow: Published;
  /** Whether each run of it is to end well. */
  succeeds: boolean;
}

interface Sample extends Usage {
  done: string;
  seconds: number;
  connections: number;
  logins: number;
}

class Soak {
  readonly samples: Sample[] = [];
  readonly notes: string[] = [];
  private readonly started = Date.now();

  async sample(done: string): Promise<Sample> {
    await sleep(2_000);
    const usage = await probe.usage(n8n.pid);
    const sample = {
      ...{ done, ...usage, seconds: (Date.now() - this.started) / 1000 },
      connections: lab.dovecot.connections() + lab.office.open(),
      logins: lab.dovecot.logins(),
    };
    this.samples.push(sample);
    console.log(JSON.stringify(sample));
    return sample;
  }

  report(): void {
    const rows = this.samples.map((sample) => [
      sample.done,
      String(Math.round(sample.seconds)),
      ...[sample.heap, sample.resident].map((megabytes) => megabytes.toFixed(1)),
      ...[sample.sockets, sample.descriptors, sample.connections, sample.logins].map(String),
    ]);
    const head = [
      ...['After', 'Seconds', 'Heap and buffers (MB)', 'Resident (MB)', 'Sockets', 'Open files'],
      ...['Mail connections', 'Logins'],
    ];
    writeSection('Soak', [ABOUT, table(head, rows), ...this.notes].join('\n\n'));
  }
}

const mark = (id: string): WorkflowNode =>
  node('Mark', 'n8n-nodes-email-session.emailMailbox', {
    ...{ sessionName: 'Default', resource: 'message', operation: 'mark' },
    ...{ select: 'id', messageId: id, readState: 'yes' },
  });

async function kindsOf(alice: Stored, shared: Stored): Promise<Kind[]> {
  const oauth = async (cell: ReturnType<typeof cellOf>) => connectWith(cell, await lab.credential(cell));
  const kind = async (name: string, nodes: WorkflowNode[], succeeds = true): Promise<Kind> => ({
    workflow: await publish(lab.rest, chain(name, [webhook(), ...nodes])),
    succeeds,
  });
  const read = [mailbox('Read'), onlyFirst('First')];
  const secondConnect = { ...connect(shared, { sessionName: 'Other' }), name: 'Connect other' };
  const secondRead = mailbox('Read other', { sessionName: 'Other' });
  return [
    await kind('reads and marks', [connect(alice), ...read, mark('={{ $json.id }}')]),
    await kind('waits', [connect(alice), ...read, wait(1), mailbox('Read again')]),
    await kind('two accounts', [connect(alice), secondConnect, ...read, secondRead]),
    await kind('fails', [connect(alice), ...read, fail()], false),
    await kind('OAuth2', [await oauth(cellOf('emailServerOAuth2Api')), ...read]),
    await kind('POP3', [await oauth(cellOf('emailGmailOAuth2Api')), ...read]),
    await kind('Graph', [await oauth(cellOf('emailOutlookOAuth2Api', 'graph')), ...read]),
    await kind('EWS', [await oauth(cellOf('emailOutlookClientCredentialsApi', 'ews')), ...read]),
  ];
}

/** Reads its own data after more than a minute in n8n's database. */
const putAway = (alice: Stored): Workflow => ({
  ...chain('put away', [
    webhook('onReceived'),
    ...[connect(alice), mailbox('Read'), onlyFirst('First'), wait(70), mailbox('Read again')],
  ]),
  settings: { executionOrder: 'v1', saveDataSuccessExecution: 'all' },
});

/** One run that marks a message so many times, one after the other. */
function loop(alice: Stored, iterations: number): Workflow {
  const jsCode = `return Array.from({ length: ${iterations} }, () => ({ json: { id: $json.id } }));`;
  const each = node(
    'Each',
    'n8n-nodes-base.splitInBatches',
    { batchSize: 1, options: {} },
    { typeVersion: 3 },
  );
  const items = node('Items', 'n8n-nodes-base.code', { jsCode }, { typeVersion: 2 });
  const read = [mailbox('Read'), onlyFirst('First')];
  const workflow = chain('loop', [webhook(), connect(alice), ...read, items, each, onlyFirst('Done')]);
  const to = (name: string) => [{ node: name, type: 'main' as const, index: 0 }];
  return {
    ...workflow,
    nodes: [...workflow.nodes, mark('={{ $json.id }}')],
    connections: {
      ...workflow.connections,
      Each: { main: [to('Done'), to('Mark')] },
      Mark: { main: [to('Each')] },
    },
  };
}

test('memory, sockets and connections stay the same over thousands of runs', async () => {
  const [alice, shared] = [await password(ALICE), await password(SHARED)];
  const kinds = await kindsOf(alice, shared);
  const away = await publish(lab.rest, putAway(alice));
  let begun = 0;
  let unexpected = 0;
  let begunAway = 0;
  const runUntil = async (end: number) => {
    await Promise.all(
      Array.from({ length: WIDTH }, async () => {
        while (begun < end) {
          const index = begun++;
          if (index % AWAY_EVERY === AWAY_EVERY / 2) {
            begunAway++;
            unexpected += Number(!(await away.call()).ok);
            continue;
          }
          const kind = kinds[index % kinds.length];
          unexpected += Number((await kind?.workflow.call())?.ok !== kind?.succeeds);
        }
      }),
    );
  };
  await runUntil(WARM_UP);
  const first = await soak.sample(`${begun} runs, to warm up`);
  for (let part = 1; part <= SAMPLES; part++) {
    await runUntil(WARM_UP + Math.round((RUNS * part) / SAMPLES));
    await soak.sample(`${begun} runs`);
  }
  const ended = async () => {
    const all = await lab.rest.listExecutions(away.id);
    return all.length === begunAway && all.every(({ status }) => status === 'success');
  };
  await waitFor('the runs that were put away', ended, 3 * 60_000, 1_000);
  const open = () => lab.dovecot.connections() + lab.office.open();
  await waitFor('the kept connections to close', () => open() === 0, 2 * 60_000, 1_000);
  const last = await soak.sample('all, and a pause');
  soak.notes.push(
    `${unexpected} of ${begun} runs ended otherwise than they should; ${begunAway} were put away.`,
  );
  expect(unexpected).toBe(0);
  expect(last.heap - first.heap).toBeLessThan(MAY_GROW);
  expect(last.sockets - first.sockets).toBeLessThan(10);
});

test('a loop of thousands takes no longer for each than a loop of hundreds', async () => {
  const alice = await password(ALICE);
  const timed = async (iterations: number) => {
    const { call } = await publish(lab.rest, loop(alice, iterations));
    const logins = lab.dovecot.logins();
    const started = Date.now();
    expect(await call()).toMatchObject({ ok: true });
    const each = (Date.now() - started) / iterations;
    await soak.sample(`a loop of ${iterations}`);
    soak.notes.push(`A loop of ${iterations} took ${each.toFixed(1)} ms for each.`);
    expect(lab.dovecot.logins() - logins).toBeLessThanOrEqual(1);
    return each;
  };
  const short = await timed(ITERATIONS / 10);
  expect(await timed(ITERATIONS)).toBeLessThan(2 * short);
});

async function password(user: string): Promise<Stored> {
  const { host, ports, ca, users } = lab.dovecot;
  const server = { host, port: ports.imaps, security: 'tls', caCertificate: ca };
  const data = { ...server, user, password: users[user] };
  return await lab.rest.createCredential({ name: `Mail of ${user}`, type: CREDENTIAL_TYPE, data });
}
