// Started by scripts/bench.mjs, which sets up what this needs. See README.md.
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { bareImapflow, roundTrip, sessionWithoutEngine, uidOf } from './bare';
import { Engine, type Outputs } from './engine';
import { startLab, type Account, type Lab } from './lab';
import { measure, type Measurement, type Way } from './measure';
import { runProgram, say } from './program';
import { writeSection } from './readme';
import { median, table, tally } from './report';
import {
  connectionPerNodeWorkflow,
  isListing,
  LIMIT,
  LISTINGS,
  nodeTypes,
  noOpWorkflow,
  sessionWorkflow,
} from './workflows';

const ROUND_TRIPS = [0, 10];
const ROUNDS = Number(process.env.BENCH_ROUNDS) || 15;

const uids = (outputs: Outputs): number[][] =>
  [...outputs]
    .filter(([name]) => isListing(name))
    .map(([, items]) => items.map(({ json }) => uidOf(json.id)));

const credentialOf = ({ host, port, user, password, ca }: Account): ICredentialDataDecryptedObject => ({
  host,
  port,
  user,
  password,
  security: 'tls',
  caCertificate: ca,
  ignoreCertificate: false,
});

const FLOOR = 'c) bare imapflow, no n8n: the floor';

function waysOf(engine: Engine, account: Account): Way[] {
  const credential = credentialOf(account);
  const noOps = [sessionWorkflow, connectionPerNodeWorkflow].map(noOpWorkflow);
  return [
    { title: 'a) one session', run: async () => uids(await engine.run(sessionWorkflow, credential)) },
    {
      title: 'b) a connection per node',
      run: async () => uids(await engine.run(connectionPerNodeWorkflow, credential)),
    },
    { title: FLOOR, run: async () => await bareImapflow(account) },
    { title: 'a) without n8n', run: async () => await sessionWithoutEngine(account) },
    ...noOps.map((workflow) => ({
      title: `n8n alone: ${workflow.nodes.length} no-op nodes`,
      run: async () => void (await engine.run(workflow, credential)),
    })),
  ];
}

async function report(lab: Lab, n8nDir: string): Promise<string> {
  const parts: string[] = [];
  const tell = (text: string) => {
    say(`\n${text}`);
    parts.push(text);
  };
  for (const distance of ROUND_TRIPS) {
    const account = await lab.accountAt(distance);
    const listing = await new Engine(n8nDir, nodeTypes([])).run(sessionWorkflow, credentialOf(account));
    const engine = new Engine(n8nDir, nodeTypes(listing.get('Get Many 1') ?? []));
    const measured = await roundTrip(account);
    const measurements = await measure(lab, waysOf(engine, account), ROUNDS);
    const [session, perNode] = measurements;
    const floor = measurements.find(({ title }) => title === FLOOR);
    if (!session || !perNode || !floor) throw new Error('A way is missing');
    const ratio = (of: (measurement: Measurement) => number) => (of(perNode) / of(session)).toFixed(1);
    tell(`**Network of ${distance} ms (a NOOP takes ${measured.toFixed(1)} ms)**`);
    tell(table(measurements, floor));
    tell(
      `A connection per node ÷ one session: ${ratio(({ commands }) => commands.length)} × the commands, ` +
        `${ratio(({ times }) => median(times))} × the time.`,
    );
    if (distance > 0) continue;
    const wire = [session, perNode, floor].map(({ title, commands }) => `- ${title}: ${tally(commands)}`);
    tell(`On the wire:\n\n${wire.join('\n')}`);
  }
  return parts.join('\n\n');
}

async function main(): Promise<void> {
  const { N8N_DIR } = process.env;
  if (!N8N_DIR) throw new Error('The bench needs n8n: run it through `npm run bench`.');
  say(`${LISTINGS} listings of the newest ${LIMIT} messages; median of ${ROUNDS} rounds, all ways in turn.`);
  const lab = await startLab();
  try {
    writeSection('session', await report(lab, N8N_DIR));
  } finally {
    await lab.stop();
  }
}

runProgram(main);
