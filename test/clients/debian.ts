import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCRIPT = join(__dirname, '../../scripts/lib/debian-clients.mjs');

/** Where exchangelib and DavMail lie, as in a root folder; fetched where that has not been done. */
export async function debianClients(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT]);
  return stdout.trim().split('\n').at(-1)!;
}
