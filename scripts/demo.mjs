// `npm run demo`: from a clean clone to an n8n with the email nodes in it, and a mailbox to try them on.
// `npm run demo -- --once` shows one run and ends.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAndPack } from './lib/checkout.mjs';
import { startDemoMail } from './lib/demo-mail.mjs';
import { startDemoN8n } from './lib/demo-n8n.mjs';
import { atEnd, end, isEnding } from './lib/ending.mjs';
import { itemsOf } from './lib/n8n-rest.mjs';
import { step } from './lib/progress.mjs';
import { setUp } from './lib/setup.mjs';

const once = process.argv.includes('--once');

async function demo() {
  const runtime = await setUp();
  const folder = await mkdtemp(join(tmpdir(), 'email-session-demo-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const tarball = await buildAndPack(runtime.node, folder);

  const mail = await startDemoMail();
  atEnd(mail.stop);
  const demo = await startDemoN8n(runtime, tarball, mail.account);
  const { n8n, rest, owner, workflow, logFile } = demo;
  atEnd(() => demo.stop());

  const run = await step('Running the workflow', () => rest.runAndWait(workflow));
  if (run.status !== 'success') throw new Error(`The run ended with "${run.status}": ${run.error}`);
  const found = ['Read the inbox', 'Read the archive'].flatMap((node) => itemsOf(run, node));
  if (!found.length) throw new Error('The run found no messages');
  show(found);
  console.log(
    `\n${found.length} messages from 2 folders over ${count(mail.connections(), 'connection')} to the mail server.`,
  );
  if (once) return;

  const url = `${n8n.url}/workflow/${workflow.id}`;
  console.log(`
The workflow, in the editor:    ${url}
  sign in as                    ${owner.email}
  with the password             ${owner.password}
n8n's log: ${logFile}
Ctrl-C stops everything.`);
  // Without xdg-open, the user clicks the address above.
  if (process.env.DISPLAY)
    spawn('xdg-open', [url], { stdio: 'ignore', detached: true }).on('error', () => {});
  await n8n.exited;
  if (!isEnding()) throw new Error(`n8n ended by itself. Its log: ${logFile}`);
}

/** @param {Record<string, any>[]} found */
function show(found) {
  const rows = found.map(({ folder, subject, from, date, hasAttachments }) => [
    String(folder),
    `${subject}${hasAttachments ? ' (attachment)' : ''}`,
    sender(from),
    String(date).slice(0, 10),
  ]);
  const head = ['Folder', 'Subject', 'From', 'Date'];
  const widths = head.map((title, i) => Math.max(...[head, ...rows].map((row) => row[i].length)));
  const line = (/** @type {string[]} */ row) =>
    `  ${row.map((cell, i) => cell.padEnd(widths[i])).join('  ')}`.trimEnd();
  console.log(['', line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n'));
}

/** @param {number} n @param {string} thing */
const count = (n, thing) => `${n} ${thing}${n === 1 ? '' : 's'}`;

/** @param {unknown} from a text, an address or a list of addresses */
function sender(from) {
  const [first] = [from].flat();
  return typeof first === 'object' ? ((first?.name || first?.address) ?? '') : String(first ?? '');
}

demo().then(
  () => end(0),
  (error) => {
    if (isEnding()) return;
    console.error(`\n${error instanceof Error ? error.message : error}`);
    return end(1);
  },
);
