// One client at one point, in a process of its own, that may end as it will: `child.js theirs|ours NAME URL CA-FILE`.
import { readFileSync } from 'node:fs';

import type { Place } from './theirs';

const [, , whose, name = '', url = '', caFile = ''] = process.argv;

async function run(): Promise<void> {
  const idle = process.cpuUsage();
  // Only the one that is asked for, for its memory.
  const clients: Readonly<Record<string, (place: Place) => Promise<unknown>>> =
    whose === 'theirs' ? (await import('./theirs.js')).THEIRS : (await import('./ours.js')).OURS;
  const work = clients[name];
  if (!work) return tell({ result: 'not asked' });
  try {
    const result = await work({ url, ca: readFileSync(caFile, 'utf8') });
    const { user, system } = process.cpuUsage(idle);
    const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
    const measured = `${Math.round((user + system) / 1000)} ms, ${megabytes} MB`;
    tell({ result: name === 'thousand' ? measured : result });
  } catch (error) {
    const { message, faultString } = error as { message?: string; faultString?: string };
    tell({ error: message || faultString || String(error) });
  }
}

/** Told last, so that nothing keeps the process. */
function tell(told: { result?: unknown; error?: string }): void {
  process.stdout.write(`\n${JSON.stringify(told)}\n`, () => process.exit());
}

void run();
