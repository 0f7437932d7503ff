// What ews-javascript-api does, point by point, beside our own client: a table. `main.js NODE…`, one for each column.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { startEws } from '../../servers/exchange/ews';
import { ADA, POINTS, type Point, type Told } from './points';

const nodes = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), 'ews-evidence-'));
const PATIENCE = 30_000;
/** Times and memory are the middle of so many. */
const ROUNDS = 3;

/** What a client makes of a point, at a server of its own. */
async function see(name: string, point: Point, node: string, whose: string): Promise<string> {
  const server = await startEws({
    accounts: [{ user: 'ada', domain: '', password: 'secret' }],
    ...point.options,
  });
  const caFile = join(dir, 'ca.pem');
  writeFileSync(caFile, server.ca);
  server.mailbox(ADA);
  await point.setUp(server);
  try {
    const child = [join(__dirname, 'child.js'), whose, name, server.url, caFile];
    return point.seen(server, await told(node, child));
  } finally {
    await server.stop();
  }
}

async function told(node: string, child: string[]): Promise<Told> {
  // What the client writes beside it is of no interest.
  const { stdout } = await promisify(execFile)(node, child, { timeout: PATIENCE }).catch(
    (error: { stdout: string }) => error,
  );
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return last.startsWith('{') ? (JSON.parse(last) as Told) : undefined;
}

async function cell(name: string, point: Point, node: string, whose: string): Promise<string> {
  const rounds = name === 'thousand' ? ROUNDS : 1;
  const seen: string[] = [];
  for (let round = 0; round < rounds; round += 1) seen.push(await see(name, point, node, whose));
  return seen.sort((a, b) => parseFloat(a) - parseFloat(b))[Math.floor(rounds / 2)]!;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

async function main(): Promise<void> {
  const versions = nodes.map((node) => execFileSync(node, ['--version'], { encoding: 'utf8' }).trim());
  const [last = process.execPath] = nodes.slice(-1);
  console.log(row(['Point', 'Right', ...versions.map((one) => `ews-javascript-api, ${one}`), 'Our client']));
  console.log(row(Array.from({ length: versions.length + 3 }, () => '---')));
  for (const [name, point] of Object.entries(POINTS)) {
    const cells: string[] = [];
    for (const node of nodes) cells.push(await cell(name, point, node, 'theirs'));
    cells.push(await cell(name, point, last, 'ours'));
    console.log(row([point.title, point.right, ...cells.map((one) => one.split('\n')[0]!.slice(0, 90))]));
  }
}

void main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => rmSync(dir, { recursive: true }));
