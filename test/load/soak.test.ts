import { afterAll, beforeAll, expect, test } from 'vitest';
import { cellOf } from '../e2e/cells';
import { connect, fail, mailbox, onlyFirst, wait } from '../e2e/nodes';
import { ALICE, connectWith, SHARED, type Cell } from '../e2e/oauth-lab';
import type { Stored } from '../servers/n8n';
import { waitFor } from '../servers/wait';
import { publish, webhook, type Published } from '../servers/webhook';
import { chain, type Workflow, type WorkflowNode } from '../servers/workflow';
import { DEFAULTS, startLoadLab, type LoadLab } from './lab';
import { mark } from './mark';

// `npm run soak`: thousands of runs of all kinds in one n8n. Nothing may grow.

const RUNS = Number(process.env.LOAD_RUNS ?? 5_000);
/** Runs before the first look: they load code and fill caches. */
const WARM_UP = Math.min(200, RUNS);
/** Runs at the same time. */
const WIDTH = 4;
const SAMPLES = 10;
/** One of so many runs is put away for a while. */
const AWAY_EVERY = 100;
/** Megabytes. */
const MAY_GROW = 10;

const ABOUT = `One n8n, ${WIDTH} runs at the same time, of all kinds: IMAP, POP3, EWS, Graph, OAuth2, a Wait, two accounts, an error, and a run put away. Memory after collecting garbage.`;
const options = DEFAULTS;

let lab: LoadLab;

beforeAll(async () => {
  lab = await startLoadLab();
});
afterAll(() => lab?.stop());

interface Kind {
  name: string;
  workflow: Published;
  /** Whether each run of it is to end well. */
  succeeds: boolean;
}

async function kindsOf(alice: Stored, shared: Stored): Promise<Kind[]> {
  const { rest } = lab.mail;
  const oauth = async (cell: Cell) => connectWith(cell, await lab.mail.credential(cell), { options });
  const kind = async (name: string, nodes: WorkflowNode[], succeeds = true): Promise<Kind> => ({
    name,
    workflow: await publish(rest, chain(name, [webhook(), ...nodes])),
    succeeds,
  });
  const overImap = connect(shared, { options });
  const pop3 = { ...overImap, parameters: { ...overImap.parameters, protocol: 'pop3' } };
  const first = connect(alice, { options });
  const second = { ...connect(shared, { sessionName: 'Other', options }), name: 'Connect other' };
  const secondRead = mailbox('Read other', { sessionName: 'Other' });
  const read = [mailbox('Read'), onlyFirst('First')];
  return [
    await kind('reads and marks', [first, ...read, mark('={{ $json.id }}')]),
    await kind('waits', [first, ...read, wait(1), mailbox('Read again')]),
    await kind('two accounts', [first, second, ...read, secondRead]),
    await kind('fails', [first, ...read, fail()], false),
    await kind('OAuth2', [await oauth(cellOf('emailServerOAuth2Api')), ...read]),
    await kind('POP3', [pop3, ...read]),
    await kind('Graph', [await oauth(cellOf('emailOutlookOAuth2Api', 'graph')), ...read]),
    await kind('EWS', [await oauth(cellOf('emailOutlookClientCredentialsApi', 'ews')), ...read]),
  ];
}

/** Spends more than a minute in n8n's database. */
const putAway = (alice: Stored): Workflow => ({
  ...chain('put away', [
    ...[webhook('onReceived'), connect(alice, { options }), mailbox('Read'), onlyFirst('First')],
    ...[wait(70), mailbox('Read again')],
  ]),
  settings: { executionOrder: 'v1', saveDataSuccessExecution: 'all' },
});

test('memory, sockets and connections stay the same over thousands of runs', async () => {
  const { rest } = lab.mail;
  const alice = await lab.password(ALICE);
  const kinds = await kindsOf(alice, await lab.password(SHARED));
  const away = await publish(rest, putAway(alice));
  const samples = lab.samples('Soak', ABOUT);
  const count = { begun: 0, away: 0 };
  const unexpected: string[] = [];
  const begin = async () => {
    const index = count.begun++;
    if (index % AWAY_EVERY === AWAY_EVERY / 2) {
      count.away++;
      if (!(await away.call()).ok) unexpected.push('put away');
      return;
    }
    const { name, workflow, succeeds } = kinds[index % kinds.length] as Kind;
    if ((await workflow.call()).ok !== succeeds) unexpected.push(name);
  };
  const runUntil = async (end: number) => {
    const line = async () => {
      while (count.begun < end) await begin();
    };
    await Promise.all(Array.from({ length: WIDTH }, line));
  };

  await runUntil(WARM_UP);
  const first = await samples.take(`${count.begun} runs, to warm up`);
  for (let part = 1; part <= SAMPLES; part++) {
    await runUntil(WARM_UP + Math.round((RUNS * part) / SAMPLES));
    await samples.take(`${count.begun} runs, ${unexpected.length} of which ended otherwise than they should`);
  }
  const ended = async () => {
    const all = await rest.listExecutions(away.id);
    return all.length === count.away && all.every(({ status }) => status === 'success');
  };
  await waitFor('the runs that were put away', ended, 3 * 60_000, 1_000);
  await waitFor('the kept connections to close', () => lab.open() === 0, 2 * 60_000, 1_000);
  const last = await samples.take(`all, also the ${count.away} that were put away, and a pause`);
  const expected = kinds.filter(({ succeeds }) => succeeds);
  const errors = await Promise.all(expected.map(async ({ workflow }) => await workflow.errors()));
  expect([...unexpected, ...errors.flat()]).toEqual([]);
  expect(last.heap - first.heap).toBeLessThan(MAY_GROW);
  expect(last.sockets - first.sockets).toBeLessThan(10);
});
