import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, mailbox, onlyFirst } from '../e2e/nodes';
import { ALICE } from '../e2e/oauth-lab';
import type { Stored } from '../servers/n8n';
import { publish, webhook } from '../servers/webhook';
import { chain, node, type Workflow } from '../servers/workflow';
import { DEFAULTS, startLoadLab, type LoadLab } from './lab';
import { mark } from './mark';

// `npm run soak`: one run with a loop of thousands over one connection.

const ITERATIONS = 2 * Number(process.env.LOAD_RUNS ?? 5_000);

let lab: LoadLab;

beforeAll(async () => {
  lab = await startLoadLab();
});
afterAll(() => lab?.stop());

/** One run that marks a message so many times, one after the other. */
function loop(credential: Stored, iterations: number): Workflow {
  const jsCode = `
    const { id } = $input.first().json;
    return Array.from({ length: ${iterations} }, () => ({ json: { id } }));`;
  const options = DEFAULTS;
  const each = node(
    'Each',
    'n8n-nodes-base.splitInBatches',
    { batchSize: 1, options: {} },
    { typeVersion: 3 },
  );
  const workflow = chain('loop', [
    ...[webhook(), connect(credential, { options }), mailbox('Read'), onlyFirst('First')],
    node('Items', 'n8n-nodes-base.code', { jsCode }, { typeVersion: 2 }),
    ...[each, onlyFirst('Done')],
  ]);
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

test('a loop of thousands takes no longer for each than a loop of hundreds', async () => {
  const { rest, dovecot } = lab.mail;
  const alice = await lab.password(ALICE);
  const samples = lab.samples('Loops', 'One run that marks a message in each iteration of a loop.');
  const timed = async (iterations: number) => {
    const { call, errors } = await publish(rest, loop(alice, iterations));
    const logins = dovecot.logins();
    const started = Date.now();
    const answer = await call();
    const each = (Date.now() - started) / iterations;
    await samples.take(`a loop of ${iterations}`);
    samples.note(`A loop of ${iterations} took ${each.toFixed(1)} ms for each.`);
    expect(await errors()).toEqual([]);
    expect(answer.ok).toBe(true);
    expect(dovecot.logins() - logins).toBeLessThanOrEqual(1);
    return each;
  };
  await timed(Math.min(100, ITERATIONS));
  const short = await timed(ITERATIONS / 10);
  expect(await timed(ITERATIONS)).toBeLessThan(2 * short);
});
